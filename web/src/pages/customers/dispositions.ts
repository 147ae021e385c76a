// The words for dispositions: each campaign may have its own, so they are asked for when a call of it is shown.
import { shallowReactive } from "vue";
import { api } from "@/api/client";
import type { components } from "@/api/schema";
import { locale } from "@/app/i18n";

type Choice = components["schemas"]["DispositionChoice"];

export function useDispositionNames() {
  const byCampaign = shallowReactive(new Map<string, readonly Choice[]>());

  async function loadOne(campaignId: string): Promise<void> {
    byCampaign.set(campaignId, []); // asked for, once
    const path = { campaign_id: campaignId };
    const ask = campaignId
      ? api.get("/api/v1/campaigns/{campaign_id}/dispositions", { path })
      : api.get("/api/v1/dispositions");
    const found = await ask.catch(() => null); // of a campaign that is hidden from us: codes are shown
    if (found) byCampaign.set(campaignId, found.choices);
  }

  /** Ask for the words of these campaigns; null: a call of none. */
  async function load(campaignIds: readonly (string | null)[]): Promise<void> {
    const wanted = new Set(campaignIds.map((id) => id ?? ""));
    await Promise.all([...wanted].filter((id) => !byCampaign.has(id)).map(loadOne));
  }

  /** The words for a code; the code itself while, or if, there are none; "" for no judgement. */
  function of(code: string | null, campaignId: string | null): string {
    if (!code) return "";
    const choice = byCampaign.get(campaignId ?? "")?.find((one) => one.code === code);
    if (!choice) return code;
    return locale.value === "zh-CN" ? choice.label_zh : choice.label_en;
  }

  return { load, of };
}
