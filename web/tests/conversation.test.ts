import { beforeEach, describe, expect, it } from "vitest";
import { setLocale } from "@/app/i18n";
import {
  alertsBy,
  spokenAt,
  stateText,
  type SideShown,
  type Utterance,
  type WordAlert,
} from "@/components/conversation";
import { findHits, NO_FILTER, queryOf } from "@/pages/supervisor/said-search";
import { serve } from "./server";

const said = (id: string, at_s: number | null, changes: Partial<Utterance> = {}): Utterance => ({
  id, side: "customer", n: 0, at: `2026-11-26T01:00:${String(at_s ?? 0).padStart(2, "0")}Z`, at_s, seconds: 2, text: id,
  words: [], language: "en", route: "live", ...changes,
}); // prettier-ignore
const alert = (id: string, changes: Partial<WordAlert>): WordAlert =>
  ({ id, side: "customer", utterance_id: "", said_at: "2026-11-26T01:00:00Z", ...changes }) as WordAlert;
const aSide = (changes: Partial<SideShown>): SideShown => ({
  side: "customer", state: "done", language: "en", engine: "", model: "", route: "live", began_at: null, heard_s: 10,
  lost_s: 0, reason: "", ...changes,
}); // prettier-ignore

beforeEach(() => setLocale("en"));

describe("a conversation", () => {
  it("says which utterance is being played: the last that began, until its end", () => {
    const all = [said("a", 1), said("b", 2), said("c", 10), said("d", null)];
    const at = [0.5, 1.5, 2.5, 5, 11].map((place) => spokenAt(all, place));
    expect(at).toEqual(["", "a", "b", "", "c"]);
  });

  it("has its alerts where they were found, or at what that side said nearest to them", () => {
    const all = [said("a", 1), said("b", 20), said("c", 21, { side: "agent" })];
    const found = alertsBy(all, [
      alert("x", { utterance_id: "a" }),
      alert("y", { utterance_id: "of the live transcript", said_at: "2026-11-26T01:00:22Z" }),
    ]);
    expect([...found].map(([id, alerts]) => [id, alerts.map((one) => one.id)])).toEqual([["a", ["x"]], ["b", ["y"]]]); // prettier-ignore
    expect(alertsBy([], [alert("x", {})]).size).toBe(0);
  });

  it.each([
    [{}, "Customer: transcribed"],
    [{ lost_s: 0.4 }, "Customer: transcribed"],
    [{ lost_s: 1 }, "Customer: transcribed · one second was not heard"],
    [{ state: "listening", lost_s: 9 }, "Customer: live"],
    [{ state: "failed", reason: "cut" }, "Customer: could not be transcribed · cut"],
    [{ side: "agent", state: "no_model", reason: "zh" }, "Agent: no speech model for this language"],
  ] as [Partial<SideShown>, string][])("says how far a side %j is", (changes, text) => {
    expect(stateText(aSide(changes))).toBe(text);
  });
});

describe("a search in what was said", () => {
  it("leaves out what is not chosen", () => {
    const now = new Date("2026-11-26T01:00:00Z");
    expect(queryOf({ ...NO_FILTER, q: "refund" }, now)).toEqual({ q: "refund" });
    const chosen = { ...NO_FILTER, q: "a", span: "hour", side: "agent", disposition: "sale", list: "l1" } as const;
    expect(queryOf(chosen, now)).toEqual({
      q: "a", since: "2026-11-26T00:00:00.000Z", side: "agent", disposition: ["sale"], list_id: "l1",
    }); // prettier-ignore
  });

  it("asks on while pages are empty though there are more, but not for ever", async () => {
    let turns = 0;
    const asked = serve({
      "GET /api/v1/transcripts": () => ({ body: { items: ++turns === 3 ? [{ id: "x" }] : [], next: `c${turns}` } }),
    });
    expect(await findHits({ q: "a" }, undefined)).toEqual({ items: [{ id: "x" }], next: "c3" });
    expect(asked.map((one) => one.path.split("after=")[1])).toEqual([undefined, "c1", "c2"]);
    turns = 10;
    expect((await findHits({ q: "a" }, "c9")).next).toBe("c20");
  });
});
