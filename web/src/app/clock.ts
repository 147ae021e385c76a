// One clock for all screens: the server's, since the machine's own may be wrong by minutes.
import { ref } from "vue";

let offsetMs = 0;
let exact = false;
let timer: ReturnType<typeof setInterval> | undefined;

/** The server's time as of the last tick, in ms; changes once a second, so that everything shown ticks together. */
export const nowMs = ref(Date.now());

export function serverNowMs(): number {
  return Date.now() + offsetMs;
}

/** Learn the server's time from a Date header (whole seconds), until a more exact source has spoken. */
export function noteServerTime(httpDate: string | null): void {
  const at = httpDate ? Date.parse(httpDate) : Number.NaN;
  if (exact || Number.isNaN(at)) return;
  const found = at + 500 - Date.now();
  if (Math.abs(found - offsetMs) > 1500) offsetMs = found; // less is only the header's own coarseness
}

/** Learn the server's time from a message that has just come. */
export function setServerTime(iso: string): void {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return;
  exact = true;
  offsetMs = at - Date.now();
  nowMs.value = serverNowMs();
}

/** Let the clock tick. */
export function startClock(): void {
  timer ??= setInterval(() => (nowMs.value = serverNowMs()), 1000);
}

/** Seconds since an ISO time, by the server's clock. */
export function secondsSince(iso: string | null | undefined, at = nowMs.value): number {
  return iso ? Math.max(0, (at - Date.parse(iso)) / 1000) : 0;
}

/** Seconds until an ISO time; never less than 0. */
export function secondsUntil(iso: string | null | undefined, at = nowMs.value): number {
  return iso ? Math.max(0, (Date.parse(iso) - at) / 1000) : 0;
}
