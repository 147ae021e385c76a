// Queues on the wall.
import { describe, expect, it } from "vitest";
import { inTimeTone, listQueues, waitedS } from "@/pages/supervisor/queues";
import type { LiveQueue } from "@/stores/live-apply";

const NOON = "2026-03-02T12:00:00Z";
function queue(id: string, change: Partial<LiveQueue> = {}): LiveQueue {
  const figures = { waiting: 0, able: 0, free: 0, answered: 0, in_time: 0, abandoned: 0 };
  return { id, title: "", open: true, waits_since: null, in_time_ratio: null, service_level_s: 20, wanted_ratio: 0.8, ...figures, ...change }; // prettier-ignore
}

describe("queues on the wall", () => {
  it("come with the longest wait first, then by name", () => {
    const all = [
      queue("b"),
      queue("c", { waits_since: NOON }),
      queue("a"),
      queue("d", { waits_since: "2026-03-02T11:59:00Z" }),
    ];
    const listed = listQueues(Object.fromEntries(all.map((one) => [one.id, one])));
    expect(listed.map((one) => one.id)).toEqual(["d", "c", "a", "b"]);
  });

  it("say how long the longest has waited, never less than nothing", () => {
    const one = queue("a", { waits_since: NOON });
    expect(waitedS(one, Date.parse("2026-03-02T12:00:09Z"))).toBe(9);
    expect(waitedS(one, Date.parse("2026-03-02T11:59:00Z"))).toBe(0);
    expect(waitedS(queue("a"), Date.parse(NOON))).toBe(0);
  });

  it("are good where the aim is kept", () => {
    expect(inTimeTone(queue("a", { in_time_ratio: 0.8 }))).toBe("ok");
    expect(inTimeTone(queue("a", { in_time_ratio: 0.79 }))).toBe("bad");
    expect(inTimeTone(queue("a"))).toBe("");
  });
});
