// Wall clocks elsewhere: what a customer's clock shows at a moment, and which moment somebody there means.

export interface WallTime {
  date: string; // "2026-11-26"
  time: string; // "09:30"
}

export function isZone(zone: string | null | undefined): zone is string {
  if (!zone) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The zone this browser is in. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** What a clock in the zone shows at a moment. */
export function wallTime(atMs: number, zone: string): WallTime {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? "";
  return { date: `${part("year")}-${part("month")}-${part("day")}`, time: `${part("hour")}:${part("minute")}` };
}

/**
 * The moment at which clocks in the zone show this; null when it is no date and time.
 *
 * An hour that is left out when summer time begins means the same moment as the hour after it; of an hour that comes
 * twice the first is meant.
 */
export function momentOf(wall: WallTime, zone: string): number | null {
  const asUtcMs = Date.parse(`${wall.date}T${wall.time}:00Z`);
  if (Number.isNaN(asUtcMs)) return null;
  const offsetAt = (atMs: number) => {
    const seen = wallTime(atMs, zone);
    return Date.parse(`${seen.date}T${seen.time}:00Z`) - Math.floor(atMs / 60_000) * 60_000;
  };
  // The offset half a day before and after: between them lies every change there may be that day.
  const candidates = [asUtcMs - 43_200_000, asUtcMs + 43_200_000].map((atMs) => asUtcMs - offsetAt(atMs));
  const exact = candidates.filter((atMs) => asUtcMs - offsetAt(atMs) === atMs);
  return Math.min(...(exact.length ? exact : candidates.slice(0, 1)));
}

/** The wall time some days later. */
export function daysLater(wall: WallTime, days: number): WallTime {
  const date = new Date(Date.parse(`${wall.date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
  return { ...wall, date };
}
