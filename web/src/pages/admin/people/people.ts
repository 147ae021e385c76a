// What the three lists of people share: everybody, every team, every agent, the phones they can work on, and queues.
import { api } from "@/api/client";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type User = Schemas["User"];
export type Agent = Schemas["AgentShown"];
export type Team = Schemas["Team"];
export interface People {
  users: User[];
  agents: Agent[];
  teams: Team[];
  phones: Schemas["Phone"][];
  campaigns: Schemas["CampaignShown"][];
  queues: Schemas["QueueShown"][];
}
export const NOBODY: People = { users: [], agents: [], teams: [], phones: [], campaigns: [], queues: [] };
export const ROLES = ["agent", "supervisor", "admin"] as const;
export const PHONE_MODES = ["nailed_up", "on_hook"] as const;
export const AGENT_TONES = {
  offline: "off",
  available: "ready",
  paused: "rest",
  reserved: "ready",
  calling: "talk",
  talking: "talk",
  wrap_up: "rest",
} as const;

export async function readPeople(): Promise<People> {
  const [users, agents, teams, phones, campaigns, queues] = await Promise.all([
    api.get("/api/v1/users"),
    api.get("/api/v1/agents"),
    api.get("/api/v1/teams"),
    api.get("/api/v1/phones"),
    api.get("/api/v1/campaigns"),
    api.get("/api/v1/queues"),
  ]);
  return { users, agents, teams, phones, campaigns, queues };
}

/** The address of a one-time link. */
export function linkOf(token: string): string {
  return `${location.origin}/setup?token=${encodeURIComponent(token)}`;
}

/** A short name that an agent can have, from what they are called or log in with; "" when nothing of it is usable. */
export function codeFrom(text: string): string {
  const plain = text.normalize("NFKD").replace(/[^\w.\-@ ]/g, "");
  return plain.split("@")[0]?.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 32) ?? ""; // prettier-ignore
}
