// What is looked for among calls, as the server's query.
import type { components, operations } from "@/api/schema";

export type CallQuery = NonNullable<operations["list_calls"]["parameters"]["query"]>;
export type Outcome = components["schemas"]["Outcome"];

export const OUTCOMES: readonly Outcome[] = [
  "answered",
  "abandoned",
  "hung_up",
  "machine",
  "busy",
  "no_answer",
  "unreachable",
  "rejected",
  "invalid_number",
  "congestion",
  "cancelled",
  "failed",
];
export const SPANS = ["hour", "day", "week", "all", "chosen"] as const;
export type Span = (typeof SPANS)[number];
const HOURS: Partial<Record<Span, number>> = { hour: 1, day: 24, week: 168 };

export interface CallFilter {
  span: Span;
  /** As `datetime-local` fields say it, in the viewer's zone; of the span "chosen". */
  from: string;
  to: string;
  campaign: string | null;
  agent: string | null;
  customer: string | null;
  outcome: Outcome | null;
  disposition: string | null;
  number: string;
  talk: number | null;
}

export const NO_FILTER: CallFilter = {
  span: "day",
  from: "",
  to: "",
  campaign: null,
  agent: null,
  customer: null,
  outcome: null,
  disposition: null,
  number: "",
  talk: null,
};

/** The query for a filter; what is not chosen is left out. */
export function queryOf(filter: CallFilter, now: Date): CallQuery {
  return {
    ...spanQuery(filter, now),
    ...(filter.campaign ? { campaign_id: filter.campaign } : {}),
    ...(filter.agent ? { agent_id: filter.agent } : {}),
    ...(filter.customer ? { customer_id: filter.customer } : {}),
    ...(filter.outcome ? { outcome: [filter.outcome] } : {}),
    ...(filter.disposition ? { disposition: [filter.disposition] } : {}),
    ...(filter.talk ? { min_talk_s: filter.talk } : {}),
    ...numberQuery(filter.number),
  };
}

/** From when until when: a span before now, or what was chosen. */
export function spanQuery(filter: Pick<CallFilter, "span" | "from" | "to">, now: Date): CallQuery {
  if (filter.span === "chosen") {
    const moment = (typed: string) => (Number.isNaN(Date.parse(typed)) ? undefined : new Date(typed).toISOString());
    const [since, until] = [moment(filter.from), moment(filter.to)];
    return { ...(since ? { since } : {}), ...(until ? { until } : {}) };
  }
  const hours = HOURS[filter.span];
  return hours === undefined ? {} : { since: new Date(now.getTime() - hours * 3_600_000).toISOString() };
}

/** Four digits are the end of a number, more of them all of it; what is being typed asks for nothing yet. */
export function numberQuery(typed: string): { last4?: string; number?: string } {
  const digits = typed.replace(/[\s().-]/g, "");
  if (/^\d{4}$/.test(digits)) return { last4: digits };
  return /^\+?\d{6,15}$/.test(digits) ? { number: digits } : {};
}
