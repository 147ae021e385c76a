// Figures as the wall shows them: what they mean comes from the server, with the values from which they ask for something.
import type { components } from "@/api/schema";
import { formatNumber, formatRatio, formatSeconds, locale, t } from "@/app/i18n";
import type { KpiTone } from "@/components/KpiTile.vue";
import type { AgentState, Figure, LiveCampaign } from "@/stores/live-apply";

export type FigureMeaning = components["schemas"]["FigureMeaning"];

/** From this share of a limit on, a figure wants a look. */
const NEAR_LIMIT = 0.75;

/** The words of the present language, of what the server says in both. */
export function inLocale(said: { en: string; zh: string }): string {
  return locale.value === "zh-CN" ? said.zh : said.en;
}

export function labelOf(meaning: FigureMeaning): string {
  return inLocale({ en: meaning.label_en, zh: meaning.label_zh });
}

/** What a figure means and over which span, for its tooltip. */
export function definitionOf(meaning: FigureMeaning): string {
  const span = inLocale({ en: meaning.window_en, zh: meaning.window_zh });
  return `${inLocale({ en: meaning.meaning_en, zh: meaning.meaning_zh })} (${span})`;
}

export function valueText(meaning: FigureMeaning, figure: Figure | undefined): string {
  const value = figure?.value;
  if (value === null || value === undefined) return "–";
  if (meaning.unit === "ratio") return formatRatio(value);
  if (meaning.unit === "seconds") return formatSeconds(value);
  if (meaning.unit === "per_s") return formatNumber(value, 1);
  const whole = formatNumber(value);
  return meaning.name === "lines" && figure?.limit ? `${whole}/${formatNumber(figure.limit)}` : whole;
}

/** What stands small under a figure: its parts, and its limit. */
export function noteText(meaning: FigureMeaning, figure: Figure | undefined): string {
  if (!figure || meaning.unit !== "ratio" || figure.whole === null) return "";
  const parts = `${formatNumber(figure.part ?? 0)} / ${formatNumber(figure.whole)}`;
  if (figure.limit === null) return parts;
  return `${parts} · ${t("supervisor.limit", { limit: formatRatio(figure.limit) })}`;
}

/** Whether a figure asks for something to be done. */
export function toneOf(meaning: FigureMeaning, figure: Figure | undefined): KpiTone {
  const value = figure?.value;
  if (!figure || value === null || value === undefined) return "plain";
  if (meaning.name === "drop") return limitTone(value, figure.limit);
  if (meaning.name === "lines") return limitTone(value, figure.limit) === "ok" ? "plain" : "warn";
  const reached = (edge: number | null) => edge !== null && (meaning.more_is_better ? value <= edge : value >= edge);
  if (reached(meaning.bad)) return "bad";
  if (reached(meaning.warn)) return "warn";
  return meaning.warn === null ? "plain" : "ok";
}

/** How near something is to what it may be at most. */
export function limitTone(value: number | null | undefined, limit: number | null | undefined): KpiTone {
  if (value === null || value === undefined || !limit) return "plain";
  if (value >= limit) return "bad";
  return value >= limit * NEAR_LIMIT ? "warn" : "ok";
}

export function dropTone(campaign: LiveCampaign): KpiTone {
  return limitTone(campaign.drops?.ratio, campaign.drops?.limit_ratio);
}

/** Which agents a figure counts: a click on it shows these. */
export const AGENTS_OF: Readonly<Record<string, readonly AgentState[]>> = {
  agents_on: ["available", "reserved", "talking", "wrap_up", "paused"],
  agents_talking: ["talking"],
  agents_available: ["available", "reserved"],
  agents_wrap_up: ["wrap_up"],
  agents_paused: ["paused"],
};
