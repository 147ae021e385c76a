// Keys that work on every page, and whether the two overlays they open are open.
import { ref } from "vue";
import { useRouter } from "vue-router";
import { locale, LOCALES } from "@/app/i18n";
import { setTheme, themeName } from "@/app/theme";
import { useShortcuts } from "@/app/shortcuts";
import { useSession } from "@/stores/session";

export const listOpen = ref(false);
export const paletteOpen = ref(false);

export function useHouseShortcuts(): void {
  const router = useRouter();
  const session = useSession();
  const loggedIn = () => session.user !== null;
  const go = (path: string) => () => void router.push(path);
  useShortcuts([
    { keys: "?", label: "keys.list", run: () => (listOpen.value = true) },
    { keys: "ctrl+k", label: "keys.palette", run: () => (paletteOpen.value = true), when: loggedIn },
    { keys: "/", label: "keys.palette", run: () => (paletteOpen.value = true), when: loggedIn },
    { keys: "g t", label: "keys.theme", run: () => setTheme(themeName.value === "dark" ? "light" : "dark") },
    { keys: "g l", label: "keys.language", run: () => void session.chooseLanguage(nextLocale()) },
    { keys: "g a", label: "page.agent", run: go("/agent"), when: () => session.may("desk") },
    { keys: "g c", label: "page.customers", run: go("/customers"), when: () => session.may("customers.read") },
    { keys: "g b", label: "page.callbacks", run: go("/callbacks"), when: () => session.may("leads.read") },
    { keys: "g w", label: "page.live", run: go("/live"), when: () => session.may("supervise") },
    { keys: "g h", label: "page.calls", run: go("/calls"), when: () => session.may("calls.read") },
    { keys: "g d", label: "page.devices", run: go("/settings/devices"), when: loggedIn },
  ]);
}

function nextLocale(): (typeof LOCALES)[number] {
  return LOCALES[(LOCALES.indexOf(locale.value) + 1) % LOCALES.length] ?? "en";
}
