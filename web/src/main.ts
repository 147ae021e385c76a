// Starts the console.
import { createPinia } from "pinia";
import { createApp } from "vue";
import App from "@/App.vue";
import { startClock } from "@/app/clock";
import { setLocale, t } from "@/app/i18n";
import { toast } from "@/app/notices";
import { makeRouter } from "@/app/router";
import { startShortcuts } from "@/app/shortcuts";
import { startTheme } from "@/app/theme";
import { firstLocale } from "@/stores/session";
import "@/app/base.css";

startTheme();
startClock();
startShortcuts();
await setLocale(firstLocale());
// The console was built anew while this page was open: pieces it has not loaded yet are gone. Never reloaded by itself:
// there may be a call.
window.addEventListener("vite:preloadError", () => toast("warn", t("app.updated")));
createApp(App).use(createPinia()).use(makeRouter()).mount("#app");
