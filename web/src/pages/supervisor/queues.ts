// Queues on the wall: their order, and when a figure is good or bad.
import type { LiveQueue } from "@/stores/live-apply";

/** Those in which somebody waits first, the longest wait before all; then by name. */
export function listQueues(queues: Readonly<Record<string, LiveQueue>>): LiveQueue[] {
  const since = (one: LiveQueue) => (one.waits_since ? Date.parse(one.waits_since) : Infinity);
  const name = (one: LiveQueue) => one.title || one.id;
  return Object.values(queues).sort((a, b) => {
    const [first, second] = [since(a), since(b)];
    return first === second ? name(a).localeCompare(name(b)) : first - second;
  });
}

/** How long the one who waits longest has waited, in seconds. */
export function waitedS(queue: LiveQueue, nowMs: number): number {
  return queue.waits_since ? Math.max(0, (nowMs - Date.parse(queue.waits_since)) / 1000) : 0;
}

export function inTimeTone(queue: LiveQueue): "ok" | "bad" | "" {
  if (queue.in_time_ratio === null) return "";
  return queue.in_time_ratio >= queue.wanted_ratio ? "ok" : "bad";
}
