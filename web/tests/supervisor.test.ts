import { flushPromises, mount } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { h, nextTick } from "vue";
import { setLocale } from "@/app/i18n";
import { toasts } from "@/app/notices";
import { startShortcuts } from "@/app/shortcuts";
import KpiTile from "@/components/KpiTile.vue";
import RecordingPlayer from "@/components/RecordingPlayer.vue";
import VirtualTable from "@/components/VirtualTable.vue";
import { countStates, listAgents, nextOrder, NO_FILTER, wrapUpS } from "@/pages/supervisor/agents";
import { momentsOf, type CallDetail } from "@/pages/supervisor/call-facts";
import * as search from "@/pages/supervisor/call-search";
import { listCampaigns } from "@/pages/supervisor/campaigns";
import { hourOf, sum } from "@/pages/supervisor/chart";
import { definitionOf, noteText, toneOf, valueText, type FigureMeaning } from "@/pages/supervisor/figures";
import type { Figure, LiveAgent, LiveCampaign, LiveState, LiveSupervision } from "@/stores/live-apply";
import { useLive } from "@/stores/live";
import { useSession } from "@/stores/session";
import { useSupervision } from "@/stores/supervision";
import { aSession, problem, serve } from "./server";

const DAY = { calls: 0, handling_s: null, idle_s: 0, logged_in_s: 0, paused_s: 0, sales: 0, talk_s: 0, wrap_up_s: 0 };
const anAgent = (id: string, changes: Partial<LiveAgent> = {}): LiveAgent => ({
  id, name: id, state: "available", state_since: "2026-11-26T08:00:00Z", reason: "", campaign_id: null, call_id: null,
  customer: "", number: "", wrap_ends_at: null, next_state: null, day: DAY, ...changes,
}); // prettier-ignore
const table = <Row extends { id: string }>(...rows: Row[]) => Object.fromEntries(rows.map((row) => [row.id, row]));
const ids = (rows: { id: string }[]) => rows.map((row) => row.id);
const aFigure = (value: number | null, more: Partial<Figure> = {}): Figure => ({
  value, part: null, whole: null, limit: null, since: null, campaign_id: null, ...more,
}); // prettier-ignore
const meaning = (changes: Partial<FigureMeaning>): FigureMeaning => ({
  name: "waiting", unit: "count", label_en: "Waiting", label_zh: "等待中", meaning_en: "people on the line",
  meaning_zh: "已接通的客户", window_en: "now", window_zh: "当前", more_is_better: null, warn: null, bad: null, ...changes,
}); // prettier-ignore

describe("agents", () => {
  const agents = table(
    anAgent("ann", {
      state: "talking",
      number: "+44****0101",
      campaign_id: "b",
      day: { ...DAY, calls: 2, wrap_up_s: 30 },
    }),
    anAgent("ben", { state: "paused", state_since: "2026-11-26T07:00:00Z", day: { ...DAY, calls: 9 } }),
    anAgent("cat", { state: "offline", customer: "王芳", campaign_id: "a" }),
  );
  const order = { key: "name", down: false } as const;

  it("are found by name, customer and number, by state, and by campaign", () => {
    const found = (filter: object) => ids(listAgents(agents, {}, { ...NO_FILTER, ...filter }, order));
    expect(found({})).toEqual(["ann", "ben", "cat"]);
    expect(found({ text: " BEN" })).toEqual(["ben"]);
    expect(found({ text: "王" })).toEqual(["cat"]);
    expect(found({ text: "0101" })).toEqual(["ann"]);
    expect(found({ states: ["paused", "talking"] })).toEqual(["ann", "ben"]);
    expect(found({ campaignId: "b", states: ["paused"] })).toEqual([]);
  });

  it("are ordered by any column, those longest in their state last when it runs up", () => {
    const by = (key: Parameters<typeof nextOrder>[1], down = false) =>
      ids(listAgents(agents, { a: { name: "Autumn" }, b: { name: "Bold" } } as never, NO_FILTER, { key, down }));
    expect(by("since", true)[0]).toBe("ben");
    expect(by("calls", true)).toEqual(["ben", "ann", "cat"]);
    expect(by("campaign")).toEqual(["ben", "cat", "ann"]);
    expect(by("state")).toEqual(["ann", "ben", "cat"]);
    expect(nextOrder({ key: "calls", down: true }, "calls")).toEqual({ key: "calls", down: false });
    expect(nextOrder({ key: "calls", down: true }, "name")).toEqual({ key: "name", down: false });
  });

  it("are counted by state, and their wrap-up is an average", () => {
    expect(countStates(agents)).toMatchObject({ talking: 1, paused: 1, offline: 1, available: 0 });
    expect(wrapUpS(anAgent("x"))).toBeNull();
    expect(wrapUpS(agents.ann as LiveAgent)).toBe(15);
  });

  it("of a thousand are in order within a frame's time or two", () => {
    const many = table(...Array.from({ length: 1000 }, (_, n) => anAgent(`agent ${n}`)));
    const began = performance.now();
    expect(listAgents(many, {}, NO_FILTER, order)[2]?.id).toBe("agent 2");
    expect(performance.now() - began).toBeLessThan(200);
  });
});

describe("figures", () => {
  it("say what they mean in the language of the viewer", async () => {
    expect(definitionOf(meaning({}))).toBe("people on the line (now)");
    await setLocale("zh-CN");
    expect(definitionOf(meaning({}))).toContain("已接通的客户");
  });

  it("ask for something from their own thresholds on, in their own direction", () => {
    const waiting = meaning({ more_is_better: false, warn: 1, bad: 5 });
    const level = meaning({ name: "service_level", unit: "ratio", more_is_better: true, warn: 0.8, bad: 0.6 });
    expect([0, 1, 5].map((value) => toneOf(waiting, aFigure(value)))).toEqual(["ok", "warn", "bad"]);
    expect([0.9, 0.8, 0.5].map((value) => toneOf(level, aFigure(value)))).toEqual(["ok", "warn", "bad"]);
    expect(toneOf(waiting, aFigure(null))).toBe("plain");
    expect(toneOf(meaning({}), aFigure(7))).toBe("plain");
  });

  it("of abandoned calls stand against their limit", () => {
    const drop = meaning({ name: "drop", unit: "ratio" });
    const at = (value: number) => aFigure(value, { limit: 0.03, part: 3, whole: 200 });
    expect([0.01, 0.025, 0.03].map((value) => toneOf(drop, at(value)))).toEqual(["ok", "warn", "bad"]);
    expect(valueText(drop, at(0.015))).toBe("1.5%");
    expect(noteText(drop, at(0.015))).toBe("3 / 200 · limit 3%");
    expect(valueText(meaning({ name: "lines" }), aFigure(61, { limit: 90 }))).toBe("61/90");
  });

  it("are buttons only where a press shows something", async () => {
    const tile = mount(KpiTile, { props: { name: "Talking", value: "29", definition: "in talk", pressable: true } });
    await tile.find("button.press").trigger("click");
    expect(tile.emitted("press")).toHaveLength(1);
    const plain = mount(KpiTile, { props: { name: "Lines", value: "1/2" } });
    expect(plain.find("button").exists()).toBe(false);
  });
});

describe("the last hour", () => {
  it("has sixty minutes, those in which nothing happened too, and forgets older ones", () => {
    const now = Date.parse("2026-11-26T10:30:40Z");
    const minute = (at: string, dialled: number) => ({ at, dialled, answered: 1, abandoned: 0 });
    const old = minute("2026-11-26T09:30:00Z", 99);
    const hour = hourOf([old, minute("2026-11-26T09:31:00Z", 4), minute("2026-11-26T10:30:00Z", 6)], now);
    expect([hour.at.length, hour.dialled[0], hour.dialled[1], hour.dialled[59]]).toEqual([60, 4, 0, 6]);
    expect(sum(hour.dialled)).toBe(10);
    expect((hour.at[59] ?? 0) - (hour.at[0] ?? 0)).toBe(59 * 60);
  });
});

describe("campaigns", () => {
  it("stand with those that dial first, and without those that are over", () => {
    const one = (id: string, state: LiveCampaign["state"]) => ({ id, name: id, state }) as LiveCampaign;
    const rows = table(one("b", "paused"), one("c", "running"), one("a", "paused"), one("d", "finished"));
    expect(ids(listCampaigns(rows))).toEqual(["c", "a", "b"]);
  });
});

describe("looking for calls", () => {
  const now = new Date("2026-11-26T10:00:00Z");

  it("takes four digits as the end of a number, and half a number as nothing yet", () => {
    expect(search.numberQuery("01 99")).toEqual({ last4: "0199" });
    expect(search.numberQuery("+44 1632 960199")).toEqual({ number: "+441632960199" });
    expect(search.numberQuery("01632")).toEqual({});
    expect(search.numberQuery("abc")).toEqual({});
  });

  it("asks only for what was chosen", () => {
    expect(search.queryOf({ ...search.NO_FILTER, span: "all" }, now)).toEqual({});
    const filter = { ...search.NO_FILTER, outcome: "busy", disposition: "sale", talk: 30, customer: "c1" } as const;
    expect(search.queryOf(filter, now)).toEqual({
      since: "2026-11-25T10:00:00.000Z", outcome: ["busy"], disposition: ["sale"], min_talk_s: 30, customer_id: "c1",
    }); // prettier-ignore
  });

  it("takes a chosen span in the viewer's zone, and half of one", () => {
    const chosen = { span: "chosen", from: "2026-11-26T09:00", to: "" } as const;
    expect(search.spanQuery(chosen, now)).toEqual({ since: new Date("2026-11-26T09:00").toISOString() });
  });

  it("tells a call's moments with the seconds since it was dialled, and leaves out what did not happen", () => {
    const call = { dialled_at: "2026-11-26T10:00:00Z", answered_at: "2026-11-26T10:00:07.5Z", connected_at: null };
    const told = momentsOf({ call: { ...call, ended_at: null }, hung_up_at: null } as CallDetail);
    expect(told.map((fact) => fact.name)).toEqual(["Dialled", "Answered"]);
    expect(told[1]?.value).toContain("(+7.5 s)");
  });
});

describe("listening", () => {
  const row = (changes: Partial<LiveSupervision> = {}): LiveSupervision => ({
    id: "s1", agent_id: "ann", supervisor: "li.lei", mode: "listen", state: "on", since: "2026-11-26T08:00:00Z",
    ...changes,
  }); // prettier-ignore
  const begun = { ...row({ state: "ringing" }), phone: "desk", started_at: "2026-11-26T08:00:00Z" };

  function see(...rows: LiveSupervision[]): void {
    useLive().state = { supervisions: table(...rows) } as LiveState;
  }

  beforeEach(async () => {
    serve({});
    await useSession().begin(aSession({ role: "supervisor" }));
    localStorage.setItem("waihu.listen_phone", "desk");
    see();
  });

  it("is what the live picture says, of oneself only", () => {
    const supervision = useSupervision();
    see(row({ supervisor: "other" }));
    expect(supervision.mine).toBeNull();
    see(row());
    expect(supervision.mine).toMatchObject({ agent_id: "ann", mode: "listen", state: "on" });
    see(row({ state: "ended" }));
    expect(supervision.mine).toBeNull();
  });

  it("begins on the phone that was named, shows at once, and is over when the picture says so", async () => {
    const asked = serve({ "POST /api/v1/supervision": { status: 201, body: begun } });
    const supervision = useSupervision();
    await supervision.hear("ann", "whisper");
    expect(asked.at(-1)?.body).toEqual({ agent_id: "ann", mode: "whisper", phone: "desk" });
    expect(supervision.mine?.state).toBe("ringing");
    see(row());
    expect(supervision.mine?.state).toBe("on");
    see();
    expect(supervision.mine).toBeNull();
  });

  it("changes its mode at the same agent, and leaves one before it goes to another", async () => {
    const asked = serve({
      "PATCH /api/v1/supervision": { body: begun },
      "DELETE /api/v1/supervision": () => {
        see();
        return { status: 204 };
      },
      "POST /api/v1/supervision": { status: 201, body: begun },
    });
    const supervision = useSupervision();
    see(row());
    await supervision.hear("ann", "barge");
    await supervision.hear("ben", "listen");
    expect(asked.map((one) => one.method)).toEqual(["PATCH", "DELETE", "POST"]);
  });

  it("tells what is refused, and can be asked again", async () => {
    serve({ "POST /api/v1/supervision": problem(409, "conflict", { detail: "nothing to hear" }) });
    const supervision = useSupervision();
    await supervision.hear("ann", "listen");
    expect(toasts.at(-1)?.text).toContain("nothing to hear");
    expect([supervision.busy, supervision.mine]).toEqual([false, null]);
  });

  it("takes quick keys one after the other", async () => {
    const asked = serve({ "PATCH /api/v1/supervision": { body: begun } });
    const supervision = useSupervision();
    see(row());
    void supervision.setMode("whisper");
    await supervision.setMode("barge");
    expect(asked.map((one) => one.body)).toEqual([{ mode: "whisper" }, { mode: "barge" }]);
  });
});

describe("a table of a thousand rows", () => {
  const rows = Array.from({ length: 1000 }, (_, n) => ({ id: `a${n}`, name: `Agent ${n}` }));
  const columns = [{ key: "name", title: "Name", sortable: true }];

  it("draws some of them, moves by keys, and tells which column was pressed", async () => {
    const stop = startShortcuts();
    const found = mount(VirtualTable<(typeof rows)[0]>, {
      props: { columns, rows, label: "Agents", sortKey: "name", sortDown: true } as never,
      slots: { name: ({ row }: { row: (typeof rows)[0] }) => h("b", row.name) },
      attachTo: document.body,
    });
    expect(found.findAll("tr.row-line").length).toBeLessThan(60);
    expect(found.find("table").attributes("aria-rowcount")).toBe("1001");
    expect(found.find("th").attributes("aria-sort")).toBe("descending");
    await found.find("th button").trigger("click");
    expect(found.emitted("sort")).toEqual([["name"]]);
    for (const key of ["j", "j", "k"])
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    await nextTick();
    expect(found.emitted("update:current")?.at(-1)).toEqual(["a0"]);
    stop();
    found.unmount();
  });
});

describe("the player", () => {
  const peaks = { duration_s: 60, channels: [[0.1, 0.9], [0, 0]] }; // prettier-ignore

  async function player(rights: Record<string, string> = {}) {
    serve({ "GET /api/v1/recordings/r1/peaks": { body: peaks } });
    await useSession().begin(aSession({ rights: rights as never }));
    const found = mount(RecordingPlayer, { props: { recordingId: "r1" }, attachTo: document.body });
    await flushPromises();
    return found;
  }

  it("draws a lane for each side, jumps by arrows and goes where one clicks", async () => {
    const found = await player();
    const audio = found.find("audio").element;
    expect(found.findAll("svg path")).toHaveLength(2);
    const wave = found.find("[role=slider]");
    await wave.trigger("keydown", { key: "ArrowRight" });
    expect(audio.currentTime).toBe(5);
    await wave.trigger("keydown", { key: "End" });
    expect(wave.attributes("aria-valuenow")).toBe("60");
    vi.spyOn(wave.element, "getBoundingClientRect").mockReturnValue({ left: 100, width: 200 } as DOMRect);
    await wave.trigger("click", { clientX: 150 });
    expect(audio.currentTime).toBe(15);
  });

  it("lets only those keep the file who may", async () => {
    expect((await player()).find("a[download]").exists()).toBe(false);
    const may = await player({ "recordings.download": "team" });
    expect(may.find("a[download]").attributes("href")).toBe("/api/v1/recordings/r1/file");
  });
});
