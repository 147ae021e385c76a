// Which page shows: made from PAGES, with the gate that asks for a log-in and for rights.
import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from "vue-router";
import { t, type MessageKey } from "@/app/i18n";
import { HOME, PAGES, type Page } from "@/app/pages";
import { useSession } from "@/stores/session";

declare module "vue-router" {
  interface RouteMeta {
    title: MessageKey;
    right?: string;
    open?: boolean;
    bare?: boolean;
  }
}

function record(page: Page): RouteRecordRaw {
  const { title, right, open, bare } = page;
  return { name: page.name, path: page.path, component: page.load, meta: { title, right, open, bare } };
}

export function makeRouter(history = createWebHistory()): Router {
  const router = createRouter({
    history,
    routes: [
      ...PAGES.map(record),
      { path: "/", name: "home", redirect: () => HOME[useSession().user?.role ?? ""] ?? "/login" },
      { path: "/admin", redirect: "/admin/campaigns" },
      {
        path: "/:rest(.*)*",
        name: "not-found",
        component: () => import("@/pages/NotFoundPage.vue"),
        meta: { title: "page.not_found" },
      },
    ],
  });
  router.beforeEach(async (to) => {
    const session = useSession();
    await session.load();
    if (to.meta.open) return true;
    if (!session.user) return { name: "login", query: to.path === "/" ? {} : { next: to.fullPath } };
    if (to.name === "home" || to.path === "/") return HOME[session.user.role] ?? "/agent";
    return true; // without the right, App.vue shows NotAllowedPage at the same address
  });
  router.afterEach((to) => {
    document.title = `${t(to.meta.title ?? "app.name")} · ${t("app.name")}`;
  });
  return router;
}

/** Where to go after logging in: only to a path of this console, whatever the address says. */
export function safeNext(next: unknown): string {
  return typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : "/";
}
