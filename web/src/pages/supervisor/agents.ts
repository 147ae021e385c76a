// Which agents are listed, and in which order.
import type { AgentState, LiveAgent, LiveCampaign } from "@/stores/live-apply";

export interface AgentFilter {
  /** Part of a name, a customer or a masked number. */
  text: string;
  /** Only these states; empty: all. */
  states: readonly AgentState[];
  /** Only this campaign; "": all. */
  campaignId: string;
}

export const SORTS = ["name", "state", "since", "campaign", "calls", "handling", "wrap_up", "sales"] as const;
export type SortKey = (typeof SORTS)[number];
export interface Order {
  key: SortKey;
  down: boolean;
}

/** Who may need somebody first. */
export const STATES: readonly AgentState[] = [
  "talking",
  "reserved",
  "wrap_up",
  "available",
  "paused",
  "calling",
  "offline",
];

export const NO_FILTER: AgentFilter = { text: "", states: [], campaignId: "" };

/** Average wrap-up of today's calls, in seconds. */
export function wrapUpS(agent: LiveAgent): number | null {
  return agent.day.calls ? agent.day.wrap_up_s / agent.day.calls : null;
}

/** Whether there can be something to hear at this agent. */
export function canBeHeard(agent: LiveAgent): boolean {
  return agent.state !== "offline" && agent.state !== "calling";
}

/** The agents that fit, in order; ties by name. */
export function listAgents(
  agents: Readonly<Record<string, LiveAgent>>,
  campaigns: Readonly<Record<string, LiveCampaign>>,
  filter: AgentFilter,
  order: Order,
): LiveAgent[] {
  const nameOf = (agent: LiveAgent) => campaigns[agent.campaign_id ?? ""]?.name ?? "";
  const wanted = filter.text.trim().toLowerCase();
  const fits = (agent: LiveAgent) =>
    (!filter.states.length || filter.states.includes(agent.state)) &&
    (!filter.campaignId || agent.campaign_id === filter.campaignId) &&
    (!wanted || `${agent.name} ${agent.id} ${agent.customer} ${agent.number}`.toLowerCase().includes(wanted));
  const words = new Intl.Collator(["zh-CN", "en"], { numeric: true });
  const value = VALUES[order.key];
  const sign = order.down ? -1 : 1;
  return Object.values(agents)
    .filter(fits)
    .map((agent) => ({ agent, value: order.key === "campaign" ? nameOf(agent) : value(agent) }))
    .sort((a, b) => sign * compare(a.value, b.value, words) || words.compare(a.agent.name, b.agent.name))
    .map(({ agent }) => agent);
}

const VALUES: Record<SortKey, (agent: LiveAgent) => string | number> = {
  name: (agent) => agent.name,
  state: (agent) => STATES.indexOf(agent.state),
  since: (agent) => -Date.parse(agent.state_since), // the longest is the earliest
  campaign: (agent) => agent.campaign_id ?? "",
  calls: (agent) => agent.day.calls,
  handling: (agent) => agent.day.handling_s ?? -1,
  wrap_up: (agent) => wrapUpS(agent) ?? -1,
  sales: (agent) => agent.day.sales,
};

function compare(a: string | number, b: string | number, words: Intl.Collator): number {
  return typeof a === "string" || typeof b === "string" ? words.compare(String(a), String(b)) : a - b;
}

/** The order after a click on a column: the other way round, or by that column (figures: the most first). */
export function nextOrder(order: Order, key: SortKey): Order {
  if (order.key === key) return { key, down: !order.down };
  return { key, down: !["name", "state", "campaign"].includes(key) };
}

/** How many agents are in each state. */
export function countStates(agents: Readonly<Record<string, LiveAgent>>): Record<AgentState, number> {
  const counts = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<AgentState, number>;
  for (const agent of Object.values(agents)) counts[agent.state] += 1;
  return counts;
}
