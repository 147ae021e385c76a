// The agent's own day up to this moment: the server counts stretches that have ended, the present one is added here.
import { secondsSince } from "@/app/clock";
import type { Desk } from "@/stores/live-apply";

type Day = Desk["day"];
const FIELDS: Partial<Record<Desk["agent"]["state"], "talk_s" | "wrap_up_s" | "idle_s" | "paused_s">> = {
  talking: "talk_s",
  wrap_up: "wrap_up_s",
  available: "idle_s",
  paused: "paused_s",
};

/** The day as of now; `nowMs`: the server's time. */
export function dayUntilNow(day: Day, agent: Pick<Desk["agent"], "state" | "state_since">, nowMs: number): Day {
  if (["offline", "calling"].includes(agent.state)) return day;
  const runs_s = secondsSince(agent.state_since, nowMs);
  const field = FIELDS[agent.state];
  const next = { ...day, logged_in_s: day.logged_in_s + runs_s };
  return field ? { ...next, [field]: day[field] + runs_s } : next;
}

/** How much of the time at work was spent with customers, 0..1. */
export function busyRatio(day: Day): number | null {
  return day.logged_in_s > 0 ? Math.min(1, (day.talk_s + day.wrap_up_s) / day.logged_in_s) : null;
}
