// Two languages, one small engine: messages are flat JSON files, keys are checked by the compiler.
import { ref, shallowRef } from "vue";
import zh from "@/locales/zh-CN";

export type MessageKey = keyof typeof zh;
export type Messages = Record<MessageKey, string>;
export type Values = Record<string, string | number>;

export const LOCALES = ["zh-CN", "en"] as const;
export type Locale = (typeof LOCALES)[number];

/** Every language loads when it is first used, except the one the types are made from. */
const sources: Record<Locale, () => Promise<Messages>> = {
  "zh-CN": () => Promise.resolve(zh),
  en: () => import("@/locales/en").then((module) => module.default),
};

export const locale = ref<Locale>("zh-CN");
const messages = shallowRef<Messages>(zh);

/** Return the language to use: the account's, else the first of the browser's that we speak, else English. */
export function chooseLocale(account: string | null | undefined, browser: readonly string[]): Locale {
  for (const wanted of [account ?? "", ...browser]) {
    const language = wanted.toLowerCase().split("-")[0];
    const found = LOCALES.find((known) => known.toLowerCase().split("-")[0] === language);
    if (found) return found;
  }
  return "en";
}

/** Switch the language of everything on screen. */
export async function setLocale(next: Locale): Promise<void> {
  messages.value = await sources[next]();
  locale.value = next;
  document.documentElement.lang = next;
}

/**
 * Return a message in the present language.
 *
 * `{name}` stands for a value. "one call | {n} calls": the part before the bar is used when `n` is 1.
 */
export function t(key: MessageKey, values: Values = {}): string {
  return fill(messages.value[key] ?? key, values);
}

/** Whether there is a message of this name; for names that come from the server. */
export function isMessage(key: string): key is MessageKey {
  return key in messages.value;
}

/** Return the message of a name that comes from the server, or the fallback when we have no words for it. */
export function tOr(key: string, fallback: string, values: Values = {}): string {
  return isMessage(key) ? t(key, values) : fallback;
}

function fill(text: string, values: Values): string {
  const [one = "", many] = text.split(" | ");
  const chosen = many === undefined || values.n === 1 ? one : many;
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? formatNumber(value) : value;
  });
}

export function formatNumber(value: number, digits = 0): string {
  return new Intl.NumberFormat(locale.value, { maximumFractionDigits: digits }).format(value);
}

/** 0.183 -> "18.3 %". */
export function formatRatio(value: number | null | undefined, digits = 1): string {
  if (value === null || value === undefined) return "–";
  return new Intl.NumberFormat(locale.value, { style: "percent", maximumFractionDigits: digits }).format(value);
}

/** 3725 -> "1:02:05", 65 -> "1:05": what clocks and durations show. */
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–";
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const pad = (value: number) => String(value).padStart(2, "0");
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** An ISO time as date and time; `zone`: an IANA time zone, the browser's own when left out. */
export function formatDateTime(iso: string | null | undefined, zone?: string): string {
  return formatAt(iso, { dateStyle: "short", timeStyle: "short", timeZone: zone });
}

/** An ISO time as hours and minutes. */
export function formatTime(iso: string | null | undefined, zone?: string): string {
  return formatAt(iso, { timeStyle: "short", timeZone: zone });
}

function formatAt(iso: string | null | undefined, options: Intl.DateTimeFormatOptions): string {
  const at = iso ? new Date(iso) : null;
  if (at === null || Number.isNaN(at.getTime())) return "–";
  try {
    return new Intl.DateTimeFormat(locale.value, options).format(at);
  } catch {
    return new Intl.DateTimeFormat(locale.value, { ...options, timeZone: undefined }).format(at); // unknown zone
  }
}
