// The same recorded streams that prove the Python rules: {"snapshot", "events", "after"}.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { apply, applyAll, type LiveEvent, type LiveState } from "@/stores/live-apply";

interface Stream {
  snapshot: LiveState;
  events: LiveEvent[];
  after: LiveState;
}
const folder = "../tests/fixtures/live";
const names = readdirSync(folder).filter((name) => name.endsWith(".json") && name !== "schema.json");
const streams = names.map((name) => [name, JSON.parse(readFileSync(`${folder}/${name}`, "utf8")) as Stream] as const);

it("there is a recorded stream for each type of event", () => {
  const schema = JSON.parse(readFileSync(`${folder}/schema.json`, "utf8")) as { schema: { $defs: object } };
  const types =
    JSON.stringify(schema.schema.$defs).match(/"enum":\["\w+_(changed|gone|raised|ended|heard|shown)"\]/g) ?? [];
  const seen = new Set(streams.flatMap(([, stream]) => stream.events.map((event) => event.type)));
  expect(types.length).toBeGreaterThan(10);
  expect(seen.size).toBe(types.length);
});

describe.each(streams)("%s", (_, stream) => {
  it("leads from its first picture to its last", () => {
    expect(applyAll(stream.snapshot, stream.events)).toEqual(stream.after);
  });

  it("does no harm when its last event comes twice", () => {
    const last = stream.events.at(-1);
    expect(last ? apply(stream.after, last) : stream.after).toEqual(stream.after);
  });

  it("changes no picture that is already on screen", () => {
    const before = structuredClone(stream.snapshot);
    applyAll(stream.snapshot, stream.events);
    expect(stream.snapshot).toEqual(before);
  });
});

const EMPTY: LiveState = {
  switch: { reachable: true, since: null, reason: "" },
  agents: {},
  campaigns: {},
  queues: {},
  calls: {},
  figures: {},
  minutes: [],
  alerts: {},
  supervisions: {},
  lines: {},
  hints: {},
  desk: null,
};

it("an event of a newer server changes nothing", () => {
  expect(apply(EMPTY, { type: "weather_changed" } as unknown as LiveEvent)).toEqual(EMPTY);
});

it("minutes stay in order, and old ones are forgotten", () => {
  const minute = (at: string, dialled: number) => ({ at, dialled, answered: 0, abandoned: 0 });
  const state = { ...EMPTY, minutes: [minute("2026-01-01T00:00:00Z", 1), minute("2026-01-01T00:01:00Z", 2)] };
  const minutes = [minute("2026-01-01T00:03:00Z", 4), minute("2026-01-01T00:02:00Z", 3)];
  const after = apply(state, { type: "minutes_changed", first_at: "2026-01-01T00:01:00Z", minutes });
  expect(after.minutes.map((one) => one.dialled)).toEqual([2, 3, 4]);
});

it("rows that did not change stay the very same objects, so that only what moved is drawn again", () => {
  const state = { ...EMPTY, alerts: { a: { id: "a", code: "x", text: "", at: "", agent_id: null, call_id: null } } };
  const after = apply(state, { type: "switch_changed", switch: { reachable: false, since: null, reason: "gone" } });
  expect(after.alerts).toBe(state.alerts);
});
