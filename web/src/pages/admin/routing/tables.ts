// Tables of routing rules as the pages use them.
import { address, api, request } from "@/api/client";
import type { components } from "@/api/schema";
import { t } from "@/app/i18n";

export type Head = components["schemas"]["RoutingTableHead"];
export type Shown = components["schemas"]["RoutingTableShown"];
export type Problem = components["schemas"]["RoutingProblem"];
export type Decision = components["schemas"]["RoutingDecision"];
export type Facts = components["schemas"]["RoutingFacts"];
export type Trial = components["schemas"]["RoutingTrialResult"];

/** Columns that are there from the beginning, for whoever writes a rule. */
const COLUMNS = ["level", "tags", "business_type", "last_resolved", "days_since_contact"];

/** Return a version as DMN. */
export async function dmnOf(number: number): Promise<string> {
  const path = address("/api/v1/routing-tables/{number}/dmn", { path: { number }, query: { columns: COLUMNS } });
  return (await (request("get", path) as Promise<Blob>)).text();
}

/** Return where a decision sends a call, in words. */
export function goesTo(decision: Decision): string {
  if (!decision.target) return t("routing.goes_nowhere");
  return t(`routing.to_${decision.kind}`, { name: decision.target });
}

export const ruleName = (rule: string): string => rule || t("routing.no_rule");

/** Hits of the last days, summed by table and rule. */
export async function hitsOf(days: number): Promise<{ table: number; rule: string; hits: number }[]> {
  const sums = new Map<string, { table: number; rule: string; hits: number }>();
  for (const one of await api.get("/api/v1/routing-hits", { query: { days } })) {
    const key = `${one.table_number} ${one.rule}`;
    const sum = sums.get(key) ?? { table: one.table_number, rule: one.rule, hits: 0 };
    sums.set(key, { ...sum, hits: sum.hits + one.hits });
  }
  return [...sums.values()].sort((a, b) => b.table - a.table || b.hits - a.hits);
}
