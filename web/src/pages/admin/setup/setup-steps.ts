// The way from an empty installation to the first call, and how far it has been gone.
import { api } from "@/api/client";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export const STEPS = ["trunk", "test", "agents", "campaign", "list", "start"] as const;
export type Step = (typeof STEPS)[number];

export interface Progress {
  trunks: Schemas["Trunk"][];
  states: Schemas["TrunkState"][];
  agents: Schemas["AgentShown"][];
  campaigns: Schemas["CampaignShown"][];
  /** Leads on the list of the campaign that is being set up. */
  leads: number;
}
export const NOTHING: Progress = { trunks: [], states: [], agents: [], campaigns: [], leads: 0 };

/** Read how far it is; `campaignId`: the campaign that is being set up, else the first one. */
export async function readProgress(campaignId: string): Promise<Progress> {
  const [trunks, states, agents, campaigns] = await Promise.all([
    api.get("/api/v1/trunks"),
    api.get("/api/v1/trunk-states"),
    api.get("/api/v1/agents"),
    api.get("/api/v1/campaigns"),
  ]);
  const chosen = campaigns.find((one) => one.id === campaignId) ?? campaigns[0];
  let leads = 0;
  if (chosen) {
    const detail = await api.get("/api/v1/campaigns/{campaign_id}", { path: { campaign_id: chosen.id } });
    leads = Object.values(detail.leads).reduce((sum, count) => sum + count, 0);
  }
  return { trunks, states, agents, campaigns, leads };
}

/** Which steps are done; `tested`: trunks through which a test call was heard. */
export function doneOf(progress: Progress, campaignId: string, tested: readonly string[]): Record<Step, boolean> {
  const campaign = progress.campaigns.find((one) => one.id === campaignId) ?? progress.campaigns[0];
  const inUse = progress.trunks.filter((one) => one.enabled).map((one) => one.name);
  const carried = progress.states.some((one) => inUse.includes(one.name) && one.answered > 0);
  return {
    trunk: inUse.length > 0,
    test: carried || tested.some((name) => inUse.includes(name)),
    agents: progress.agents.some((one) => !one.disabled),
    campaign: campaign !== undefined,
    list: progress.leads > 0,
    start: campaign?.state === "running",
  };
}

/** The step to begin with: the first that is not done. */
export function nextOf(done: Record<Step, boolean>): Step {
  return STEPS.find((step) => !done[step]) ?? "start";
}

const KEPT = "waihu.setup.tested";

/** Trunks that were tested from this browser: the server forgets test calls. */
export function testedTrunks(): string[] {
  const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === "string") : [];
}

export function keepTested(trunk: string): string[] {
  const names = [...new Set([...testedTrunks(), trunk])];
  localStorage.setItem(KEPT, JSON.stringify(names));
  return names;
}
