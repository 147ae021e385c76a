// Which alerts on words are looked for, as the server's query.
import type { components, operations } from "@/api/schema";
import { spanQuery, type Span } from "@/pages/supervisor/call-search";

type Schemas = components["schemas"];
export type AlertQuery = NonNullable<operations["list_word_alerts"]["parameters"]["query"]>;
export type Alert = Schemas["WordAlertShown"];
export const SEVERITIES: readonly Alert["severity"][] = ["urgent", "warning", "note"];
export const KINDS: readonly Alert["kind"][] = [
  "complaint",
  "legal_threat",
  "do_not_call",
  "forbidden_promise",
  "price",
  "competitor",
  "sentiment",
  "other",
];

export interface AlertFilter {
  span: Span;
  from: string;
  to: string;
  campaign: string | null;
  /** Of calls; alerts have none. */
  disposition: string | null;
  agent: string | null;
  list: string | null;
  kind: Alert["kind"] | null;
  severity: Alert["severity"] | null;
  state: "open" | "handled" | null;
}

/** What nobody has seen to, of the last week. */
export const FIRST_FILTER: AlertFilter = {
  span: "week",
  from: "",
  to: "",
  campaign: null,
  disposition: null,
  agent: null,
  list: null,
  kind: null,
  severity: null,
  state: "open",
};

/** The query for a filter; what is not chosen is left out. */
export function queryOf(filter: AlertFilter, now: Date): AlertQuery {
  const { since, until } = spanQuery(filter, now);
  return {
    ...(since ? { since } : {}),
    ...(until ? { until } : {}),
    ...(filter.campaign ? { campaign_id: filter.campaign } : {}),
    ...(filter.agent ? { agent_id: filter.agent } : {}),
    ...(filter.list ? { list_id: filter.list } : {}),
    ...(filter.kind ? { kind: [filter.kind] } : {}),
    ...(filter.severity ? { severity: [filter.severity] } : {}),
    ...(filter.state ? { handled: filter.state === "handled" } : {}),
  };
}
