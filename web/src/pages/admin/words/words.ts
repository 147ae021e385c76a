// What can be said of lists of phrases and objections.
import { api } from "@/api/client";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type PhraseList = Schemas["PhraseListShown"];
export type Objection = Schemas["ObjectionShown"];

export const KINDS: readonly PhraseList["kind"][] = [
  "price",
  "complaint",
  "legal_threat",
  "forbidden_promise",
  "competitor",
  "do_not_call",
  "sentiment",
  "other",
];
export const SEVERITIES: readonly PhraseList["severity"][] = ["note", "warning", "urgent"];
export const SIDES: readonly PhraseList["sides"][number][] = ["customer", "agent"];
export const TOLD = ["tell_agent", "tell_supervisors", "tell_outside"] as const;
export const LANGUAGES = ["", "en", "zh"] as const;
const PAGE = 200;
const MOST_PAGES = 20;

/** Everything of a list that comes by pages; an administrator keeps tens of them, not thousands. */
async function all<R>(page: (after: string | undefined) => Promise<{ items: R[]; next: string | null }>): Promise<R[]> {
  const found: R[] = [];
  let after: string | undefined;
  for (let turn = 0; turn < MOST_PAGES; turn++) {
    const { items, next } = await page(after);
    found.push(...items);
    if (!next) break;
    after = next;
  }
  return found;
}
export const allLists = () =>
  all<PhraseList>((after) => api.get("/api/v1/phrase-lists", { query: { limit: PAGE, ...(after ? { after } : {}) } }));
export const allObjections = () =>
  all<Objection>((after) => api.get("/api/v1/objections", { query: { limit: PAGE, ...(after ? { after } : {}) } }));
