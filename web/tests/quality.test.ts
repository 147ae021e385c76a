// Words and queries of quality checks.
import { describe, expect, it } from "vitest";
import {
  measuredText,
  NO_SCORE_FILTER,
  ruleText,
  scoreQuery,
  scoreText,
  verdictsOf,
  type Finding,
  type QualityRule,
} from "@/pages/supervisor/quality/quality";

const NOW = new Date("2026-01-08T12:00:00Z");
const finding = (changes: Partial<Finding>): Finding => ({
  rule_id: "r1", rule_name: "Greeting", kind: "said", finding: "passed", weight: 1, fatal: false, evidence: "",
  value: null, at_s: null, utterance_id: "", why: null, ...changes,
}); // prettier-ignore
const PARAMETERS: QualityRule["parameters"] = {
  phrases: ["good morning", "您好"], unless: [], side: "agent", within_s: 20, least_talk_s: 0, min: 0.2, max: 0.8,
  max_s: 12, max_per_min: 2,
}; // prettier-ignore

describe("what is asked for", () => {
  it("leaves out what is not chosen, and keeps scores between 0 and 100", () => {
    expect(scoreQuery({ ...NO_SCORE_FILTER, span: "all" }, NOW)).toEqual({});
    const chosen = { ...NO_SCORE_FILTER, campaign: "c", agent: "a", below: 160, sampled: true };
    expect(scoreQuery(chosen, NOW)).toEqual({
      since: "2026-01-01T12:00:00.000Z",
      campaign_id: "c",
      agent_id: "a",
      below: 100,
      sampled: true,
    });
    expect(scoreQuery({ ...NO_SCORE_FILTER, span: "all", below: -3 }, NOW)).toEqual({ below: 0 });
  });
});

describe("what is said", () => {
  it("is a score, or why there is none", () => {
    expect(scoreText({ score: 66.6, why: null })).toBe("67");
    expect(scoreText({ score: 0, why: null })).toBe("0");
    expect(scoreText({ score: null, why: "no_model" })).toBe("no model for this language");
    expect(scoreText({ score: null, why: null })).toBe("–");
  });

  it("has the unit of its rule", () => {
    expect(measuredText(finding({ kind: "talk_ratio", value: 0.614 }))).toBe("61%");
    expect(measuredText(finding({ kind: "dead_air", value: 75 }))).toBe("1:15");
    expect(measuredText(finding({ kind: "interruptions", value: 2 }))).toContain("a minute");
    expect(measuredText(finding({ kind: "said", value: 3 }))).toBe("");
  });

  it("tells each kind of rule in words", () => {
    const said = (kind: QualityRule["kind"], changes = {}) =>
      ruleText({ kind, parameters: { ...PARAMETERS, ...changes } });
    expect(said("said")).toBe("says within 0:20: good morning · 您好");
    expect(said("said", { within_s: 0 })).toBe("says: good morning · 您好");
    expect(said("not_said")).toContain("never says");
    expect(said("talk_ratio")).toContain("20% to 80%");
    expect(said("dead_air")).toContain("0:12");
    expect(said("interruptions")).toContain("2");
  });
});

describe("verdicts", () => {
  it("are sent of every rule on which something was said", () => {
    const findings = [finding({}), finding({ rule_id: "r2" })];
    expect(verdictsOf(findings, { r2: "failed" })).toEqual([{ rule_id: "r2", verdict: "failed" }]);
  });
});
