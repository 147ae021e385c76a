// Spans of time as people say them: the largest unit that divides them.
export const UNITS = { s: 1, min: 60, h: 3600, d: 86_400 } as const;
export type Unit = keyof typeof UNITS;

export function unitOf(seconds: number): Unit {
  for (const unit of ["d", "h", "min"] as const) {
    if (seconds >= UNITS[unit] && seconds % UNITS[unit] === 0) return unit;
  }
  return "s";
}
