// A server of a few lines: answers requests from a table, and keeps what it was asked.
import { vi } from "vitest";
import type { Session } from "@/stores/session";

export interface Asked {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}
type Reply = { status?: number; body?: unknown } | (() => { status?: number; body?: unknown } | Promise<never>);

/** Answer `"GET /path"` from a table; what is not in it is not found. */
export function serve(table: Record<string, Reply>): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const method = init.method ?? "GET";
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : init.body;
    asked.push({ method, path: url, headers: init.headers as Record<string, string>, body });
    init.signal?.throwIfAborted();
    const found = table[`${method} ${url.split("?")[0]}`];
    const reply = (typeof found === "function" ? await found() : found) ?? problem(404, "not_found");
    const status = reply.status ?? (reply.body === undefined ? 204 : 200);
    const kind = status >= 400 ? "application/problem+json" : "application/json";
    return new Response(reply.body === undefined ? null : JSON.stringify(reply.body), {
      status,
      headers: { "content-type": kind },
    });
  });
  return asked;
}

export function problem(status: number, code: string, more: object = {}): { status: number; body: unknown } {
  return { status, body: { title: "No", status, code, ...more } };
}

export function aSession(changes: Partial<Session["user"]> = {}): Session {
  return {
    csrf: "token-1",
    now: new Date().toISOString(),
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    user: {
      id: "u1",
      login: "li.lei",
      name: "Li Lei",
      role: "agent",
      team_id: null,
      agent_id: "a1",
      locale: "en",
      rights: { desk: "own", "customers.read": "team" },
      ...changes,
    },
  };
}
