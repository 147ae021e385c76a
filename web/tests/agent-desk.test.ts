// The logic of the agent's desk: wall clocks of customers, scripts, own figures, judgements, wishes.
import { nextTick } from "vue";
import { beforeEach, describe, expect, it } from "vitest";
import { setServerTime } from "@/app/clock";
import { toasts } from "@/app/notices";
import { daysLater, isZone, momentOf, wallTime } from "@/app/zones";
import { busyRatio, dayUntilNow } from "@/pages/agent/figures";
import { parseScript } from "@/pages/agent/script";
import { useDesk } from "@/stores/desk";
import { keysOf, useJudgement, type DispositionChoice } from "@/stores/judgement";
import { useLive } from "@/stores/live";
import type { Desk, DeskCall, LiveState } from "@/stores/live-apply";
import { useSession } from "@/stores/session";
import { aSession, problem, serve } from "./server";

const NOW = "2026-11-26T01:00:00Z";
const at = (iso: string) => Date.parse(iso);
const settle = () => new Promise((done) => setTimeout(done, 0));

describe("wall clocks elsewhere", () => {
  it("show what clocks there show", () => {
    expect(wallTime(at("2026-11-26T23:30:00Z"), "Asia/Shanghai")).toEqual({ date: "2026-11-27", time: "07:30" });
    expect(wallTime(at("2026-11-26T00:00:00Z"), "Asia/Kolkata")).toEqual({ date: "2026-11-26", time: "05:30" });
    expect(wallTime(at("2026-11-26T16:00:00Z"), "Asia/Shanghai").time).toBe("00:00");
  });

  it.each([
    ["Asia/Shanghai", "2026-11-27", "09:30", "2026-11-27T01:30:00Z"],
    ["America/New_York", "2026-07-01", "09:00", "2026-07-01T13:00:00Z"],
    ["America/New_York", "2026-12-01", "09:00", "2026-12-01T14:00:00Z"],
    ["Asia/Kathmandu", "2026-12-01", "00:15", "2026-11-30T18:30:00Z"],
    ["Pacific/Auckland", "2026-12-01", "10:00", "2026-11-30T21:00:00Z"],
    // The hour that comes twice: its first time; the one that is left out: the hour after it.
    ["Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30:00Z"],
    ["Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30:00Z"],
  ])("mean a moment: %s %s %s", (zone, date, time, iso) => {
    expect(new Date(momentOf({ date, time }, zone) ?? 0).toISOString()).toBe(new Date(iso).toISOString());
  });

  it("mean nothing while the date or the time is missing", () => {
    expect(momentOf({ date: "", time: "10:00" }, "UTC")).toBeNull();
    expect(momentOf({ date: "2026-11-26", time: "" }, "UTC")).toBeNull();
  });

  it("know the day after, over the end of a month, and what is no zone", () => {
    expect(daysLater({ date: "2026-11-30", time: "10:00" }, 1)).toEqual({ date: "2026-12-01", time: "10:00" });
    expect([isZone("Asia/Tokyo"), isZone("Nowhere/Land"), isZone(""), isZone(null)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("a script", () => {
  it("is taken apart into headings, paragraphs and lists", () => {
    expect(parseScript("# Hello\nGood morning,\nthis is us.\n\n- one\n- two\nEnd\n\n## Bye")).toEqual([
      { kind: "heading", lines: ["Hello"] },
      { kind: "paragraph", lines: ["Good morning, this is us."] },
      { kind: "list", lines: ["one", "two"] },
      { kind: "paragraph", lines: ["End"] },
      { kind: "heading", lines: ["Bye"] },
    ]);
    expect(parseScript("")).toEqual([]);
  });
});

const DAY: Desk["day"] = {
  calls: 2, sales: 1, talk_s: 100, wrap_up_s: 20, idle_s: 30, paused_s: 0, logged_in_s: 150, handling_s: 60,
}; // prettier-ignore

describe("own figures", () => {
  it("hold the stretch that has not ended", () => {
    const agent = { state: "talking", state_since: NOW } as const;
    const day = dayUntilNow(DAY, agent, at(NOW) + 10_000);
    expect([day.talk_s, day.logged_in_s, day.idle_s]).toEqual([110, 160, 30]);
    expect(busyRatio(day)).toBeCloseTo(130 / 160);
  });

  it("stand still while somebody is offline, and divide by nothing", () => {
    expect(dayUntilNow(DAY, { state: "offline", state_since: NOW }, at(NOW) + 10_000)).toEqual(DAY);
    expect(busyRatio({ ...DAY, logged_in_s: 0 })).toBeNull();
  });
});

function aCall(changes: Partial<DeskCall> = {}): DeskCall {
  return {
    id: "c1", direction: "outbound", state: "connected", state_since: NOW, dialled_at: NOW, answered_at: NOW,
    connected_at: NOW, hung_up_at: null, held_s: 0, campaign_id: "k1", lead_id: "l1", customer_id: "p1", customer: "Li",
    number: "+86****8000", zone: "Asia/Shanghai", attempts: 1, tags: [], recording: true, recording_paused: false,
    disposition: null, note: "", callback_at: null, consult: null, ...changes,
  }; // prettier-ignore
}

function show(agent: Partial<Desk["agent"]>, call: DeskCall | null): void {
  const whole: Desk["agent"] = {
    id: "a1", name: "Li Lei", phone: "agent1", phone_up: true, mode: "nailed_up", campaign_id: "k1", state: "talking",
    state_since: NOW, reason: "", next_state: null, next_reason: "", wrap_ends_at: null, ...agent,
  }; // prettier-ignore
  const desk: Desk = { agent: whole, call, campaign: null, preview: null, day: DAY, summary_of: null };
  useLive().state = { desk, alerts: {}, switch: { reachable: true, reason: "", since: null } } as unknown as LiveState;
}

const choice = (code: string, changes: Partial<DispositionChoice> = {}): DispositionChoice => ({
  code, label_en: code, label_zh: code, category: "other", requires_note: false, hot_key: null, active: true, ...changes,
}); // prettier-ignore
const CHOICES = [
  choice("sale", { category: "success", hot_key: 1 }),
  choice("callback", { category: "callback", hot_key: 2 }),
  choice("other", { requires_note: true }),
  choice("old", { active: false }),
];
const TABLE = {
  "GET /api/v1/campaigns/k1/dispositions": { body: { campaign_id: "k1", own: true, choices: CHOICES, version: 1 } },
  "POST /api/v1/calls/c1/disposition": {},
  "POST /api/v1/agents/a1/available": {},
  "POST /api/v1/agents/a1/pause": {},
};

beforeEach(() => {
  sessionStorage.clear();
  setServerTime(NOW);
  useSession().session = aSession();
});

describe("a judgement", () => {
  it("is chosen among the active choices of the call's campaign", async () => {
    serve(TABLE);
    show({}, aCall());
    const judgement = useJudgement();
    await settle();
    expect(judgement.choices.map((one) => one.code)).toEqual(["sale", "callback", "other"]);
  });

  it("has keys: those of the choices, then those that are free", () => {
    const keys = keysOf([choice("a", { hot_key: 2 }), choice("b"), choice("c"), choice("d", { hot_key: 1 })]);
    expect([...keys].sort()).toEqual([["a", 2], ["b", 3], ["c", 4], ["d", 1]]); // prettier-ignore
  });

  it("is not sent before it is complete", async () => {
    const asked = serve(TABLE);
    show({}, aCall());
    const judgement = useJudgement();
    await settle();
    expect(judgement.problem).toBe("no_code");
    judgement.choose("other");
    expect(judgement.problem).toBe("no_note");
    judgement.choose("callback");
    judgement.draft.callback = { date: "2026-11-26", time: "08:00" }; // an hour ago at the customer
    expect(judgement.problem).toBe("past");
    judgement.draft.callback = { date: "2026-11-26", time: "" };
    expect(judgement.problem).toBe("no_time");
    expect(await judgement.saveAndNext()).toBe(false);
    expect(asked.filter((one) => one.method === "POST")).toEqual([]);
  });

  it("promises a time in the customer's zone", async () => {
    const asked = serve(TABLE);
    show({}, aCall());
    const judgement = useJudgement();
    await settle();
    judgement.choose("callback");
    expect(judgement.draft.callback).toEqual({ date: "2026-11-27", time: "10:00" });
    judgement.draft.note = " later ";
    expect(await judgement.save()).toBe(true);
    const sent = asked.find((one) => one.path.endsWith("/disposition") && one.method === "POST");
    expect(sent?.body).toEqual({ code: "callback", note: "later", callback_at: "2026-11-27T02:00:00.000Z" });
  });

  it("is kept over a reload, and forgotten with its call", async () => {
    serve(TABLE);
    show({}, aCall());
    const judgement = useJudgement();
    judgement.draft.note = "half a sentence";
    await nextTick();
    expect(sessionStorage.getItem("waihu.judgement.c1")).toContain("half a sentence");
    show({ state: "available" }, null);
    await nextTick();
    expect(sessionStorage.getItem("waihu.judgement.c1")).toBeNull();
  });

  it("ends the wrap-up with the pause that was asked for during the call", async () => {
    const asked = serve(TABLE);
    show({ state: "wrap_up", next_state: "paused", next_reason: "lunch" }, aCall({ state: "wrap_up" }));
    const judgement = useJudgement();
    await settle();
    judgement.choose("sale");
    expect(await judgement.saveAndNext()).toBe(true);
    expect(asked.at(-1)).toMatchObject({ path: "/api/v1/agents/a1/pause", body: { reason: "lunch" } });
  });

  it("is suggested where the agent has chosen nothing, and is not saved by itself then", async () => {
    const asked = serve(TABLE);
    show({ state: "wrap_up", wrap_ends_at: "2026-11-26T01:00:30Z" }, aCall({ state: "wrap_up" }));
    const judgement = useJudgement();
    await settle();
    judgement.suggest("nosuch");
    expect(judgement.draft.code).toBe("");
    judgement.suggest("callback", "2026-11-27T07:00:00Z");
    expect(judgement.draft).toMatchObject({ code: "callback", suggested: true, callback: { time: "15:00" } });
    judgement.suggest("sale");
    setServerTime("2026-11-26T01:00:28Z");
    await nextTick();
    expect(asked.some((one) => one.path.endsWith("c1/disposition") && one.method === "POST")).toBe(false);
    judgement.choose("callback");
    judgement.suggest("sale");
    expect(judgement.draft).toMatchObject({ code: "callback", suggested: false });
    expect(await judgement.save()).toBe(true);
  });

  it("is saved just before a wrap-up ends by itself", async () => {
    const asked = serve(TABLE);
    show({ state: "wrap_up", wrap_ends_at: "2026-11-26T01:00:30Z" }, aCall({ state: "wrap_up" }));
    const judgement = useJudgement();
    await settle();
    judgement.choose("sale");
    setServerTime("2026-11-26T01:00:20Z");
    await nextTick();
    expect(asked.some((one) => one.path.endsWith("c1/disposition") && one.method === "POST")).toBe(false);
    setServerTime("2026-11-26T01:00:28Z");
    await nextTick();
    expect(asked.some((one) => one.path.endsWith("c1/disposition") && one.method === "POST")).toBe(true);
  });
});

describe("wishes", () => {
  it("are not sent twice while they are under way, and what is refused is told", async () => {
    const asked = serve({ "POST /api/v1/calls/c1/hold": problem(409, "conflict", { detail: "the call is held" }) });
    show({}, aCall());
    const desk = useDesk();
    const first = desk.toggleHold();
    expect(desk.busy.has("hold")).toBe(true);
    expect(await desk.toggleHold()).toBe(false);
    expect(await first).toBe(false);
    expect(asked).toHaveLength(1);
    expect(toasts.map((one) => one.text).join()).toContain("the call is held");
    expect(desk.busy.size).toBe(0);
  });

  it("send keys in their order", async () => {
    const asked = serve({ "POST /api/v1/calls/c1/digits": {} });
    show({}, aCall());
    const desk = useDesk();
    for (const key of ["4", "2", "#"]) desk.press(key);
    await settle();
    await settle();
    expect(asked.map((one) => (one.body as { digits: string }).digits)).toEqual(["4", "2", "#"]);
  });

  it("log in on a SIP phone by its name, and remember the choice", async () => {
    const asked = serve({ "POST /api/v1/agents/a1/log-in": {} });
    show({ state: "offline" }, null);
    const desk = useDesk();
    desk.choosePhone({ kind: "sip", sipPhone: " agent7 ", mode: "on_hook" });
    await desk.logIn();
    expect(asked[0]?.body).toEqual({ phone: "agent7", mode: "on_hook" });
    expect(localStorage.getItem("waihu.desk_phone")).toContain("agent7");
  });
});
