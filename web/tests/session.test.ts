// Logging in and out, and who gets to see which page.
import { flushPromises, mount } from "@vue/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createMemoryHistory, type Router } from "vue-router";
import App from "@/App.vue";
import { setCsrf } from "@/api/client";
import { locale } from "@/app/i18n";
import { PAGES } from "@/app/pages";
import { makeRouter, safeNext } from "@/app/router";
import { useSession } from "@/stores/session";
import { aSession, problem, serve } from "./server";

const WRONG = problem(401, "not_logged_in", { detail: "login or password is wrong" });
const NOBODY = { "GET /api/v1/session": problem(401, "not_logged_in"), "GET /api/v1/setup": { body: { needs_admin: false } } }; // prettier-ignore

async function open(path: string): Promise<{ router: Router; page: ReturnType<typeof mount> }> {
  const router = makeRouter(createMemoryHistory());
  const page = mount(App, { global: { plugins: [router] }, attachTo: document.body });
  await router.push(path);
  await settle();
  return { router, page };
}

/** Wait until what was asked for is there: answers, and the pieces of pages. */
async function settle(): Promise<void> {
  await flushPromises();
  await vi.dynamicImportSettled();
  await flushPromises();
}

beforeEach(() => setCsrf(""));

describe("somebody who is not logged in", () => {
  it("is asked to log in, and then gets to where they wanted", async () => {
    const asked = serve({ ...NOBODY, "POST /api/v1/session": { body: aSession() } });
    const { router, page } = await open("/customers?q=wang");
    expect(router.currentRoute.value.fullPath).toBe("/login?next=/customers?q=wang");
    await page.find("input[name=login]").setValue(" li.lei ");
    await page.find("input[name=password]").setValue("secret words");
    await page.find("form").trigger("submit");
    await settle();
    expect(asked.find((one) => one.method === "POST")?.body).toEqual({ login: "li.lei", password: "secret words" });
    expect(router.currentRoute.value.fullPath).toBe("/customers?q=wang");
    page.unmount();
  });

  it("is told when the password is wrong, and keeps the name", async () => {
    serve({ ...NOBODY, "POST /api/v1/session": WRONG });
    const { page } = await open("/login");
    await page.find("input[name=login]").setValue("li.lei");
    await page.find("input[name=password]").setValue("wrong");
    await page.find("form").trigger("submit");
    await settle();
    expect(page.find("[role=alert]").text()).toBe("User name or password is wrong");
    expect((page.find("input[name=login]").element as HTMLInputElement).value).toBe("li.lei");
    expect((page.find("input[name=password]").element as HTMLInputElement).value).toBe("");
    page.unmount();
  });

  it("of a new installation is told where the first administrator comes from", async () => {
    serve({ ...NOBODY, "GET /api/v1/setup": { body: { needs_admin: true } } });
    const { page } = await open("/login");
    expect(page.text()).toContain("one-time link");
    page.unmount();
  });
});

describe("the one-time link", () => {
  it("makes the first administrator, in the language on screen", async () => {
    const asked = serve({ ...NOBODY, "GET /api/v1/setup": { body: { needs_admin: true } }, "POST /api/v1/setup": { body: aSession({ role: "admin" }) } }); // prettier-ignore
    const { page } = await open("/setup?token=abc");
    await flushPromises();
    await page.find("input[name=login]").setValue("boss");
    await page.find("input[name=password]").setValue("long enough words");
    await page.find("input[name=again]").setValue("long enough word");
    await page.find("form").trigger("submit");
    await settle();
    expect(page.text()).toContain("The two passwords differ");
    await page.find("input[name=again]").setValue("long enough words");
    await page.find("form").trigger("submit");
    await settle();
    const sent = asked.find((one) => one.method === "POST")?.body;
    expect(sent).toEqual({ token: "abc", login: "boss", name: "", password: "long enough words", locale: "en" });
    page.unmount();
  });

  it("that was used already says so", async () => {
    serve({ ...NOBODY, "POST /api/v1/setup": WRONG });
    const { page } = await open("/setup?token=abc");
    await page.find("input[name=password]").setValue("long enough words");
    await page.find("input[name=again]").setValue("long enough words");
    await page.find("form").trigger("submit");
    await settle();
    expect(page.text()).toContain("used already");
    page.unmount();
  });
});

describe("an agent", () => {
  it("sees no page of others: neither in the menu nor by its address", async () => {
    serve({ "GET /api/v1/session": { body: aSession() } });
    const { page } = await open("/admin/users");
    expect(page.find("main").text()).toContain("Not allowed");
    const shown = page.findAll("nav a").map((link) => link.attributes("href"));
    expect(shown).toEqual(["/agent", "/settings/devices", "/customers"]);
    page.unmount();
  });

  it("whose log-in ends is back at the log-in page, and told why", async () => {
    serve({ "GET /api/v1/session": { body: aSession() }, "GET /api/v1/setup": { body: { needs_admin: false } } });
    const { router, page } = await open("/customers");
    useSession().forget(true);
    await settle();
    expect(router.currentRoute.value.name).toBe("login");
    expect(page.text()).toContain("Your log-in has ended");
    page.unmount();
  });

  it("reads the console in their own language, and keeps another choice with the account", async () => {
    const asked = serve({
      "GET /api/v1/session": { body: aSession({ locale: "zh-CN" }) },
      "PATCH /api/v1/session": {},
    });
    const session = useSession();
    await session.load();
    expect(locale.value).toBe("zh-CN");
    await session.chooseLanguage("en");
    expect(locale.value).toBe("en");
    expect(asked.at(-1)).toMatchObject({ method: "PATCH", body: { locale: "en" }, headers: { "X-CSRF": "token-1" } });
  });
});

it("an address that does not exist says so", async () => {
  serve({ "GET /api/v1/session": { body: aSession() } });
  const { page } = await open("/no/such/page");
  expect(page.text()).toContain("No such page");
  page.unmount();
});

it("after logging in nobody is sent to another site", () => {
  expect([safeNext("//evil.example"), safeNext("https://evil.example"), safeNext("/\\evil"), safeNext(undefined)]).toEqual(["/", "/", "/", "/"]); // prettier-ignore
  expect(safeNext("/live?x=1")).toBe("/live?x=1");
});

it("pages have names and paths of their own", () => {
  expect(new Set(PAGES.map((page) => page.name)).size).toBe(PAGES.length);
  expect(new Set(PAGES.map((page) => page.path)).size).toBe(PAGES.length);
});
