// Every page: its path, who may open it, where the menu shows it. To add one: docs/howto/add-a-screen.md.
import type { RouteComponent } from "vue-router";
import type { MessageKey } from "@/app/i18n";

export interface Page {
  name: string;
  path: string;
  title: MessageKey;
  /** What somebody must be allowed; left out: everybody who is logged in. */
  right?: string;
  /** Needs no log-in. */
  open?: boolean;
  /** Which part of the menu shows it; left out: none. */
  menu?: "work" | "watch" | "admin";
  /** Without header and menu, as on a wall. */
  bare?: boolean;
  load: () => Promise<RouteComponent | { default: RouteComponent }>;
}

export const PAGES: readonly Page[] = [
  {
    name: "login",
    path: "/login",
    title: "page.login",
    open: true,
    bare: true,
    load: () => import("@/pages/login/LoginPage.vue"),
  },
  {
    name: "setup",
    path: "/setup",
    title: "page.setup",
    open: true,
    bare: true,
    load: () => import("@/pages/login/SetupPage.vue"),
  },
  {
    name: "agent",
    path: "/agent",
    title: "page.agent",
    right: "desk",
    menu: "work",
    load: () => import("@/pages/agent/AgentDeskPage.vue"),
  },
  {
    name: "devices",
    path: "/settings/devices",
    title: "page.devices",
    menu: "work",
    load: () => import("@/pages/agent/DevicesPage.vue"),
  },
  {
    name: "customers",
    path: "/customers",
    title: "page.customers",
    right: "customers.read",
    menu: "work",
    load: () => import("@/pages/customers/CustomersPage.vue"),
  },
  {
    name: "customer",
    path: "/customers/:id",
    title: "page.customer",
    right: "customers.read",
    load: () => import("@/pages/customers/CustomerPage.vue"),
  },
  {
    name: "callbacks",
    path: "/callbacks",
    title: "page.callbacks",
    right: "leads.read",
    menu: "work",
    load: () => import("@/pages/customers/CallbacksPage.vue"),
  },
  {
    name: "live",
    path: "/live",
    title: "page.live",
    right: "supervise",
    menu: "watch",
    load: () => import("@/pages/supervisor/LivePage.vue"),
  },
  {
    name: "wall",
    path: "/wall",
    title: "page.wall",
    right: "wall",
    menu: "watch",
    bare: true,
    load: () => import("@/pages/supervisor/WallPage.vue"),
  },
  {
    name: "calls",
    path: "/calls",
    title: "page.calls",
    right: "calls.read",
    menu: "watch",
    load: () => import("@/pages/supervisor/CallsPage.vue"),
  },
  {
    name: "transcripts",
    path: "/transcripts",
    title: "page.transcripts",
    right: "transcripts.read",
    menu: "watch",
    load: () => import("@/pages/supervisor/TranscriptsPage.vue"),
  },
  {
    name: "word-alerts",
    path: "/word-alerts",
    title: "page.word_alerts",
    right: "transcripts.read",
    menu: "watch",
    load: () => import("@/pages/supervisor/words/WordAlertsPage.vue"),
  },
  {
    name: "quality",
    path: "/quality",
    title: "page.quality",
    right: "quality.read",
    menu: "watch",
    load: () => import("@/pages/supervisor/quality/QualityPage.vue"),
  },
  {
    name: "admin-setup",
    path: "/admin/setup",
    title: "page.admin_setup",
    right: "settings",
    menu: "admin",
    load: () => import("@/pages/admin/SetupPage.vue"),
  },
  {
    name: "admin-campaigns",
    path: "/admin/campaigns",
    title: "page.admin_campaigns",
    right: "campaigns.edit",
    menu: "admin",
    load: () => import("@/pages/admin/campaigns/CampaignsPage.vue"),
  },
  {
    name: "admin-campaign",
    path: "/admin/campaigns/:id",
    title: "page.admin_campaign",
    right: "campaigns.edit",
    load: () => import("@/pages/admin/campaigns/CampaignPage.vue"),
  },
  {
    name: "admin-imports",
    path: "/admin/imports",
    title: "page.admin_imports",
    right: "imports",
    menu: "admin",
    load: () => import("@/pages/admin/imports/ImportsPage.vue"),
  },
  {
    name: "admin-users",
    path: "/admin/users",
    title: "page.admin_users",
    right: "users.edit",
    menu: "admin",
    load: () => import("@/pages/admin/people/PeoplePage.vue"),
  },
  {
    name: "admin-dispositions",
    path: "/admin/dispositions",
    title: "page.admin_dispositions",
    right: "dispositions.edit",
    menu: "admin",
    load: () => import("@/pages/admin/DispositionsPage.vue"),
  },
  {
    name: "admin-phrase-lists",
    path: "/admin/phrase-lists",
    title: "page.admin_phrase_lists",
    right: "phrases.edit",
    menu: "admin",
    load: () => import("@/pages/admin/words/PhraseListsPage.vue"),
  },
  {
    name: "admin-objections",
    path: "/admin/objections",
    title: "page.admin_objections",
    right: "phrases.edit",
    menu: "admin",
    load: () => import("@/pages/admin/words/ObjectionsPage.vue"),
  },
  {
    name: "admin-quality-rules",
    path: "/admin/quality-rules",
    title: "page.admin_quality_rules",
    right: "quality.edit",
    menu: "admin",
    load: () => import("@/pages/admin/words/QualityRulesPage.vue"),
  },
  {
    name: "admin-do-not-call",
    path: "/admin/do-not-call",
    title: "page.admin_do_not_call",
    right: "do_not_call.edit",
    menu: "admin",
    load: () => import("@/pages/admin/DoNotCallPage.vue"),
  },
  {
    name: "admin-trunks",
    path: "/admin/trunks",
    title: "page.admin_trunks",
    right: "trunks",
    menu: "admin",
    load: () => import("@/pages/admin/TrunksPage.vue"),
  },
  {
    name: "admin-queues",
    path: "/admin/queues",
    title: "page.admin_queues",
    right: "queues.edit",
    menu: "admin",
    load: () => import("@/pages/admin/QueuesPage.vue"),
  },
  {
    name: "admin-routing",
    path: "/admin/routing",
    title: "page.admin_routing",
    right: "routing",
    menu: "admin",
    load: () => import("@/pages/admin/routing/RoutingPage.vue"),
  },
  {
    name: "admin-dialplan",
    path: "/admin/dialplan",
    title: "page.admin_dialplan",
    right: "dialplan",
    menu: "admin",
    load: () => import("@/pages/admin/dialplan/DialplanPage.vue"),
  },
  {
    name: "admin-phones",
    path: "/admin/phones",
    title: "page.admin_phones",
    right: "agents.edit",
    menu: "admin",
    load: () => import("@/pages/admin/people/PhonesPage.vue"),
  },
  {
    name: "admin-settings",
    path: "/admin/settings",
    title: "page.admin_settings",
    right: "settings",
    menu: "admin",
    load: () => import("@/pages/admin/SettingsPage.vue"),
  },
  {
    name: "admin-health",
    path: "/admin/health",
    title: "page.admin_health",
    right: "health",
    menu: "admin",
    load: () => import("@/pages/admin/HealthPage.vue"),
  },
  {
    name: "admin-webhooks",
    path: "/admin/webhooks",
    title: "page.admin_webhooks",
    right: "webhooks",
    menu: "admin",
    load: () => import("@/pages/admin/outward/WebhooksPage.vue"),
  },
  {
    name: "admin-call-tasks",
    path: "/admin/call-tasks",
    title: "page.admin_call_tasks",
    right: "call_tasks",
    menu: "admin",
    load: () => import("@/pages/admin/outward/CallTasksPage.vue"),
  },
  {
    name: "admin-audit",
    path: "/admin/audit",
    title: "page.admin_audit",
    right: "audit",
    menu: "admin",
    load: () => import("@/pages/admin/AuditPage.vue"),
  },
];

/** Where each role begins. */
export const HOME: Record<string, string> = { agent: "/agent", supervisor: "/live", admin: "/live" };
