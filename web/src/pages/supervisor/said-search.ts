// What is looked for in everything that was said, as the server's query.
import { api } from "@/api/client";
import type { components, operations } from "@/api/schema";
import type { PageOf } from "@/components/PagedTable.vue";
import { spanQuery, type Span } from "@/pages/supervisor/call-search";

export type SaidQuery = operations["search_transcripts"]["parameters"]["query"];
export type Hit = components["schemas"]["HitShown"];

export interface SaidFilter {
  q: string;
  span: Span;
  from: string;
  to: string;
  campaign: string | null;
  agent: string | null;
  side: Hit["side"] | null;
  disposition: string | null;
  list: string | null;
}
export const NO_FILTER: SaidFilter = {
  q: "",
  span: "all",
  from: "",
  to: "",
  campaign: null,
  agent: null,
  side: null,
  disposition: null,
  list: null,
};
/** Pages may be empty though there are more: so often at most we ask on before something is shown. */
const ASKS_ON = 10;

export function queryOf(filter: SaidFilter, now: Date): SaidQuery {
  return {
    q: filter.q,
    ...spanQuery(filter, now),
    ...(filter.campaign ? { campaign_id: filter.campaign } : {}),
    ...(filter.agent ? { agent_id: filter.agent } : {}),
    ...(filter.side ? { side: filter.side } : {}),
    ...(filter.disposition ? { disposition: [filter.disposition] } : {}),
    ...(filter.list ? { list_id: filter.list } : {}),
  };
}

/** Load the next hits; where few of many are wanted, the server looks through them a piece at a time. */
export async function findHits(query: SaidQuery, after: string | undefined): Promise<PageOf<Hit>> {
  let page: PageOf<Hit> = { items: [], next: after };
  for (let turn = 0; turn < ASKS_ON; turn++) {
    page = await api.get("/api/v1/transcripts", { query: { ...query, ...(page.next ? { after: page.next } : {}) } });
    if (page.items.length || !page.next) break;
  }
  return page;
}
