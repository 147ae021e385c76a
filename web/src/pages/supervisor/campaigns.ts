// Campaigns as supervisors look at them.
import type { DotTone } from "@/components/StateDot.vue";
import type { LiveCampaign } from "@/stores/live-apply";

export const CAMPAIGN_DOTS: Record<LiveCampaign["state"], DotTone> = {
  running: "talk",
  paused: "rest",
  draft: "off",
  finished: "off",
};
const RANK: Record<LiveCampaign["state"], number> = { running: 0, paused: 1, draft: 2, finished: 3 };

/** Those that are not over: the ones that dial first, then by name. */
export function listCampaigns(campaigns: Readonly<Record<string, LiveCampaign>>): LiveCampaign[] {
  return Object.values(campaigns)
    .filter((one) => one.state !== "finished")
    .sort((a, b) => RANK[a.state] - RANK[b.state] || a.name.localeCompare(b.name));
}
