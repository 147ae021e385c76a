import { describe, expect, it, vi } from "vitest";
import { address, api, newKey, setCsrf, whenLoggedOut } from "@/api/client";
import { ApiError, problemsAt } from "@/api/errors";
import { setLocale } from "@/app/i18n";
import { aSession, problem, serve } from "./server";

async function refusal(action: Promise<unknown>): Promise<ApiError> {
  const error = await action.catch((found: unknown) => found);
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe("a request", () => {
  it("carries the session's token when it changes something, and the version that was looked at", async () => {
    const asked = serve({ "PATCH /api/v1/users/u%2F1": { body: { id: "u/1" } }, "GET /api/v1/users": { body: [] } });
    setCsrf("t0ken");
    await api.patch("/api/v1/users/{user_id}", { path: { user_id: "u/1" }, body: { name: "New" }, ifMatch: 7 });
    await api.get("/api/v1/users");
    expect(asked[0]).toMatchObject({ headers: { "X-CSRF": "t0ken", "If-Match": '"v7"' }, body: { name: "New" } });
    expect(asked[1]?.headers).not.toHaveProperty("X-CSRF");
  });

  it("asks for answers in the language of the screen", async () => {
    const asked = serve({ "GET /api/v1/users": { body: [] } });
    for (const language of ["zh-CN", "en"] as const) {
      await setLocale(language);
      await api.get("/api/v1/users");
    }
    expect(asked.map((one) => one.headers["Accept-Language"])).toEqual(["zh-CN", "en"]);
  });

  it("that creates is repeated once with the same key when no answer came", async () => {
    let turn = 0;
    const asked = serve({
      "POST /api/v1/teams": () => (turn++ === 0 ? Promise.reject(new TypeError("network")) : { status: 201, body: {} }),
    });
    await api.post("/api/v1/teams", { body: { name: "A" }, key: newKey() });
    expect(asked).toHaveLength(2);
    expect(asked[0]?.headers["Idempotency-Key"]).toBe(asked[1]?.headers["Idempotency-Key"]);
  });

  it("that changes something without a key is never repeated", async () => {
    const asked = serve({ "POST /api/v1/teams": () => Promise.reject(new TypeError("network")) });
    const error = await refusal(api.post("/api/v1/teams", { body: { name: "A" } }));
    expect(error.code).toBe("offline");
    expect(asked).toHaveLength(1);
  });

  it("that takes too long is given up", async () => {
    vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
      return new Promise((_done, fail) =>
        init.signal?.addEventListener("abort", () => fail(init.signal?.reason as Error)),
      );
    });
    const error = await refusal(api.post("/api/v1/teams", { body: { name: "A" }, timeoutMs: 5 }));
    expect(error.code).toBe("timeout");
  });

  it("leaves out what is empty in a query, and repeats lists", () => {
    expect(
      address("/x/{id}", { path: { id: "a b" }, query: { q: "", after: null, state: ["a", "b"], limit: 5 } }),
    ).toBe("/x/a%20b?state=a&state=b&limit=5");
  });
});

describe("a refusal", () => {
  it("says what is wrong with each field", async () => {
    const errors = [{ path: "$.phones[0].number", problem: "too short" }, { path: "$.name", problem: "empty" }]; // prettier-ignore
    serve({ "POST /api/v1/teams": problem(422, "bad_request", { errors }) });
    const error = await refusal(api.post("/api/v1/teams", { body: { name: "" } }));
    expect(problemsAt(error, "$.phones")).toEqual(["too short"]);
    expect(problemsAt(error, "$.nam")).toEqual([]);
    expect(problemsAt(error, "$.name")).toEqual(["empty"]);
  });

  it("of a stale change brings the present values", async () => {
    serve({ "PATCH /api/v1/teams/t1": problem(409, "stale", { difference: { name: "Theirs" }, version: 9 }) });
    const error = await refusal(api.patch("/api/v1/teams/{team_id}", { path: { team_id: "t1" }, body: { name: "A" }, ifMatch: 8 })); // prettier-ignore
    expect(error.stale).toBe(true);
    expect(error.problem.difference).toEqual({ name: "Theirs" });
    expect(error.text).toContain("Somebody else");
  });

  it("from a proxy that knows no problem+json is still told", async () => {
    vi.stubGlobal("fetch", () => Promise.resolve(new Response("<html>", { status: 502, statusText: "Bad Gateway" })));
    const error = await refusal(api.post("/api/v1/teams", { body: { name: "A" } }));
    expect(error).toMatchObject({ status: 502, code: "http_502", text: "Bad Gateway" });
  });

  it("for want of a log-in leads to the log-in page, but a wrong password does not", async () => {
    const loggedOut = vi.fn();
    whenLoggedOut(loggedOut);
    serve({
      "GET /api/v1/users": problem(401, "not_logged_in"),
      "POST /api/v1/session": problem(401, "not_logged_in"),
    });
    await refusal(api.post("/api/v1/session", { body: { login: "a", password: "b" } }));
    expect(loggedOut).not.toHaveBeenCalled();
    await refusal(api.get("/api/v1/users"));
    expect(loggedOut).toHaveBeenCalledOnce();
  });
});

it("a session has the shape the tests of pages use", () => {
  expect(aSession().user.role).toBe("agent");
});
