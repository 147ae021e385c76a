// Calling hours as windows of minutes for each weekday, and back to what the server speaks.
import type { components } from "@/api/schema";
import { locale, t } from "@/app/i18n";

export type Hours = components["schemas"]["CallingHours"];
/** Minutes since midnight; the end may be 1440. */
export interface Span {
  from: number;
  to: number;
}
const DAY_MIN = 1440;

export function spansOf(windows: readonly (readonly [string, string])[]): Span[] {
  return windows.map(([from, to]) => ({ from: minutes(from), to: minutes(to) || DAY_MIN }));
}

export function windowsOf(spans: readonly Span[]): [string, string][] {
  return [...spans]
    .sort((one, other) => one.from - other.from)
    .map((span) => [clock(span.from), span.to >= DAY_MIN ? "23:59:59.999999" : clock(span.to)]);
}

function minutes(text: string): number {
  if (text.startsWith("23:59:59")) return DAY_MIN; // the last moment of a day stands for its end
  const [h = 0, min = 0] = text.split(":").map(Number);
  return h * 60 + min;
}

function clock(at: number): string {
  return `${two(Math.floor(at / 60))}:${two(at % 60)}:00`;
}

/** What a field for a time shows: midnight at the end of a day as 00:00. */
export function fieldTime(at: number): string {
  return `${two(Math.floor(at / 60) % 24)}:${two(at % 60)}`;
}

export function readTime(text: string, isEnd: boolean): number | null {
  const found = /^(\d{2}):(\d{2})/.exec(text);
  if (!found) return null;
  const at = Number(found[1]) * 60 + Number(found[2]);
  return isEnd && at === 0 ? DAY_MIN : at;
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}

/** What is wrong with the windows of a day: one that ends before it begins, or two that overlap. */
export function faultOf(spans: readonly Span[]): "backwards" | "overlap" | null {
  if (spans.some((span) => span.from >= span.to)) return "backwards";
  const inOrder = [...spans].sort((one, other) => one.from - other.from);
  const meets = inOrder.some((span, index) => index > 0 && span.from < (inOrder[index - 1]?.to ?? 0));
  return meets ? "overlap" : null;
}

export function dayName(day: number, style: "short" | "long" = "short"): string {
  return new Intl.DateTimeFormat(locale.value, { weekday: style, timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + day));
}

/** All of it in a few lines. */
export function weekText(hours: Hours): string {
  const days = hours.windows.map((windows, day) => {
    const spans = spansOf(windows).map((span) => `${fieldTime(span.from)}–${fieldTime(span.to)}`);
    return `${dayName(day)} ${spans.join(", ") || t("admin.closed")}`;
  });
  const closed = hours.closed_on.length ? [`${t("admin.closed_on")}: ${[...hours.closed_on].sort().join(", ")}`] : [];
  return [...days, ...(hours.default_zone ? [hours.default_zone] : []), ...closed].join("\n");
}
