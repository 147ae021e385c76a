// A campaign as a form: everything of it that an administrator changes.
import type { components } from "@/api/schema";
import { t } from "@/app/i18n";
import { weekText } from "@/pages/admin/campaigns/week";

export type Campaign = components["schemas"]["CampaignShown"];
export type CampaignForm = Omit<Campaign, "id" | "state" | "version">;
export type Outcome = (typeof OUTCOMES)[number];

export const MODES = ["predictive", "progressive", "ratio", "preview"] as const;
/** What can be called again; the others are final. */
export const OUTCOMES = [
  "busy",
  "no_answer",
  "unreachable",
  "machine",
  "congestion",
  "rejected",
  "abandoned",
  "hung_up",
  "cancelled",
  "failed",
] as const;
export const STATE_TONES = { draft: "off", running: "talk", paused: "rest", finished: "off" } as const;

export function formOf(campaign: Campaign): CampaignForm {
  const { id: _id, state: _state, version: _version, ...form } = campaign;
  return form;
}

export function fieldName(field: keyof CampaignForm): string {
  return t(`admin.campaign_${field}`);
}

/** A value in words, for the list of clashes. */
export function fieldText(field: keyof CampaignForm, value: unknown): string {
  if (field === "hours") return weekText(value as CampaignForm["hours"]);
  if (field === "mode") return t(`admin.mode_${value as CampaignForm["mode"]}`);
  if (typeof value === "boolean") return t(value ? "admin.yes" : "admin.no");
  if (value === null || value === "" || (Array.isArray(value) && !value.length)) return "–";
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
}
