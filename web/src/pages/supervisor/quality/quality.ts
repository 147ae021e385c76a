// What is shown of quality checks: their rows, their words, and what is asked for.
import type { components, operations } from "@/api/schema";
import { formatNumber, formatRatio, formatSeconds, t } from "@/app/i18n";
import { spanQuery, type Span } from "@/pages/supervisor/call-search";

type Schemas = components["schemas"];
export type Score = Schemas["ScoreShown"];
export type CallQuality = Schemas["CallQualityShown"];
export type Finding = Schemas["FindingShown"];
export type Found = Finding["finding"];
export type Agreement = Schemas["AgreementShown"];
export type QualityRule = Schemas["QualityRuleShown"];
export type ScoreQuery = NonNullable<operations["list_quality_scores"]["parameters"]["query"]>;

export const FOUND: readonly Found[] = ["passed", "failed", "unknown"];
export const RULE_KINDS: readonly QualityRule["kind"][] = [
  "said",
  "not_said",
  "talk_ratio",
  "dead_air",
  "interruptions",
];
export const PHRASED: readonly QualityRule["kind"][] = ["said", "not_said"];

export interface ScoreFilter {
  span: Span;
  from: string;
  to: string;
  campaign: string | null;
  agent: string | null;
  /** A score of at most so much. */
  below: number | null;
  sampled: boolean;
  /** Of the filters over calls, which this one is like; scores know no dispositions. */
  disposition: null;
}
export const NO_SCORE_FILTER: ScoreFilter = {
  span: "week",
  from: "",
  to: "",
  campaign: null,
  agent: null,
  below: null,
  sampled: false,
  disposition: null,
};

/** The query for a filter; what is not chosen is left out. */
export function scoreQuery(filter: ScoreFilter, now: Date): ScoreQuery {
  const { since, until } = spanQuery(filter, now);
  return {
    ...(since ? { since } : {}),
    ...(until ? { until } : {}),
    ...(filter.campaign ? { campaign_id: filter.campaign } : {}),
    ...(filter.agent ? { agent_id: filter.agent } : {}),
    ...(filter.below === null ? {} : { below: Math.min(100, Math.max(0, filter.below)) }),
    ...(filter.sampled ? { sampled: true } : {}),
  };
}

/** A score, or why there is none. */
export function scoreText(one: Pick<Score, "score" | "why">): string {
  if (one.score !== null) return formatNumber(one.score, 0);
  return one.why ? t(`quality.why_${one.why}`) : "–";
}

/** What was measured, in the unit of its rule; nothing of a rule about phrases. */
export function measuredText(one: Pick<Finding, "kind" | "value">): string {
  if (one.value === null) return "";
  if (one.kind === "talk_ratio") return formatRatio(one.value, 0);
  if (one.kind === "dead_air") return formatSeconds(one.value);
  return one.kind === "interruptions" ? t("quality.per_minute", { n: formatNumber(one.value, 1) }) : "";
}

/** What a rule says, in words. */
export function ruleText(rule: Pick<QualityRule, "kind" | "parameters">): string {
  const { phrases, within_s, min, max, max_s, max_per_min } = rule.parameters;
  switch (rule.kind) {
    case "said":
      return t(within_s > 0 ? "quality.says_within" : "quality.says", {
        phrases: phrases.join(" · "),
        seconds: formatSeconds(within_s),
      });
    case "not_said":
      return t("quality.says_not", { phrases: phrases.join(" · ") });
    case "talk_ratio":
      return t("quality.talks_between", { min: formatRatio(min, 0), max: formatRatio(max, 0) });
    case "dead_air":
      return t("quality.silent_at_most", { seconds: formatSeconds(max_s) });
    case "interruptions":
      return t("quality.interrupts_at_most", { n: formatNumber(max_per_min, 1) });
  }
}

/** Verdicts as they are sent: of every rule on which something was said. */
export function verdictsOf(findings: readonly Finding[], said: Readonly<Record<string, Found | undefined>>) {
  return findings.flatMap(({ rule_id }) => {
    const verdict = said[rule_id];
    return verdict ? [{ rule_id, verdict }] : [];
  });
}
