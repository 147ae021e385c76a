// What is looked for among calls, as the server's query.

export const SPANS = ["hour", "day", "week", "all"] as const;
export type Span = (typeof SPANS)[number];
const HOURS: Record<Span, number | null> = { hour: 1, day: 24, week: 168, all: null };

/** From when on: a span before now. */
export function sinceOf(span: Span, now: Date): { since?: string } {
  const hours = HOURS[span];
  return hours === null ? {} : { since: new Date(now.getTime() - hours * 3_600_000).toISOString() };
}

/** Four digits are the end of a number, more of them all of it; what is being typed asks for nothing yet. */
export function numberQuery(typed: string): { last4?: string; number?: string } {
  const digits = typed.replace(/[\s().-]/g, "");
  if (/^\d{4}$/.test(digits)) return { last4: digits };
  return /^\+?\d{6,15}$/.test(digits) ? { number: digits } : {};
}
