// A queue as its form holds it.
import type { components } from "@/api/schema";
import { linesOf } from "@/pages/admin/trunks/line-hours";

export type Queue = components["schemas"]["QueueShown"];
export const STRATEGIES = ["longest_idle", "fewest_calls", "skill_rank", "sticky", "random"] as const;
export const AFTER_HOURS = ["message", "callback", "queue"] as const;
export const LANGUAGES = ["zh", "en"] as const;
type Language = (typeof LANGUAGES)[number];
type Kept = Omit<Queue, "name" | "windows" | "language" | "agents" | "open_now" | "version">;
export type QueueForm = Kept & { language: Language; hours: string[] };

export const BLANK: QueueForm = {
  title: "",
  strategy: "longest_idle",
  skills: {},
  priority: 100,
  service_level_s: 20,
  service_level_ratio: 0.8,
  patience_s: 300,
  overflow_to: "",
  most_waiting: 0,
  announce_every_s: 45,
  callback_after_s: 0,
  callback_key: "1",
  sticky_s: 20,
  recall: true,
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
  after_hours: "message",
  welcome: "",
  closed_text: "",
  language: "en",
  enabled: true,
  hours: [],
};

export function formOf(queue: Queue): QueueForm {
  const { name: _name, windows, language, agents: _agents, open_now: _open, version: _version, ...kept } = queue;
  return { ...kept, language: language === "zh" ? "zh" : "en", hours: linesOf(windows) };
}
