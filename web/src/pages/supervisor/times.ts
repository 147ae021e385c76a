// Moments with their seconds, as supervisors compare them.
import { locale } from "@/app/i18n";

function told(iso: string | null | undefined, options: Intl.DateTimeFormatOptions): string {
  const at = iso ? new Date(iso) : null;
  if (at === null || Number.isNaN(at.getTime())) return "–";
  return new Intl.DateTimeFormat(locale.value, options).format(at);
}

/** 12:30:05, in the viewer's zone. */
export function clockTime(iso: string | null | undefined): string {
  return told(iso, { timeStyle: "medium" });
}

/** Day and time, to the second. */
export function dayAndTime(iso: string | null | undefined): string {
  return told(iso, { dateStyle: "short", timeStyle: "medium" });
}
