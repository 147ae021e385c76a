// Hours of lines as people write them: "1-5 09:00-18:00", Monday is 1.
import type { components } from "@/api/schema";

export type LineHours = components["schemas"]["LineHours"];
const LINE = /^([1-7])(?:-([1-7]))?\s+(\d\d:\d\d)-(\d\d:\d\d)$/;

/** Return the hours of a line, null where it says none. */
export function hoursOf(text: string): LineHours | null {
  const found = LINE.exec(text.trim());
  if (!found) return null;
  const [, first = "", last, start = "", end = ""] = found;
  const [from, to] = [Number(first), Number(last ?? first)];
  if (to < from) return null;
  return { days: Array.from({ length: to - from + 1 }, (_, index) => from + index), start, end };
}

/** Write hours, in as few lines as their days allow. */
export function linesOf(windows: readonly LineHours[]): string[] {
  return windows.flatMap(({ days, start, end }) => runs(days).map((run) => `${run} ${start}-${end}`));
}

function runs(days: readonly number[]): string[] {
  const found: [number, number][] = [];
  for (const day of [...days].sort()) {
    const last = found.at(-1);
    if (last?.[1] === day - 1) last[1] = day;
    else found.push([day, day]);
  }
  return found.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`));
}
