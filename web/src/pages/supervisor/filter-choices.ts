// What filters over calls offer: campaigns, agents, and the dispositions of the campaign that is chosen.
import { onMounted, shallowRef, watch } from "vue";
import { api } from "@/api/client";
import type { components } from "@/api/schema";
import { attempt } from "@/app/notices";

type Schemas = components["schemas"];

/** A disposition that the chosen campaign does not have is no longer chosen. */
export function useFilterChoices(filter: { campaign: string | null; disposition: string | null }) {
  const campaigns = shallowRef<Schemas["CampaignShown"][]>([]);
  const agents = shallowRef<Schemas["AgentShown"][]>([]);
  const choices = shallowRef<Schemas["DispositionChoice"][]>([]);

  async function loadChoices(): Promise<void> {
    const path = { campaign_id: filter.campaign ?? "" };
    const ask = filter.campaign
      ? () => api.get("/api/v1/campaigns/{campaign_id}/dispositions", { path })
      : () => api.get("/api/v1/dispositions");
    choices.value = (await attempt(ask))?.choices ?? [];
    if (!choices.value.some((one) => one.code === filter.disposition)) filter.disposition = null;
  }

  onMounted(async () => {
    campaigns.value = (await attempt(() => api.get("/api/v1/campaigns"))) ?? [];
    agents.value = (await attempt(() => api.get("/api/v1/agents"))) ?? [];
  });
  watch(() => filter.campaign, loadChoices, { immediate: true });
  return { campaigns, agents, choices };
}
