// Who is logged in, and what they may do. The server decides; this only saves showing what it would refuse.
import { defineStore } from "pinia";
import { computed, shallowRef } from "vue";
import { api, setCsrf, whenLoggedOut } from "@/api/client";
import { ApiError } from "@/api/errors";
import type { components } from "@/api/schema";
import { setServerTime } from "@/app/clock";
import { chooseLocale, setLocale, type Locale } from "@/app/i18n";

export type Session = components["schemas"]["Session"];
export type Me = components["schemas"]["Me"];
export type Right = keyof Me["rights"] | (string & {});

const KEPT_LOCALE = "waihu.locale";
const OTHER_TABS = "waihu.session";

export const useSession = defineStore("session", () => {
  const session = shallowRef<Session | null>(null);
  /** The log-in ended while it was in use, so the log-in page says why it shows. */
  const ended = shallowRef(false);
  const known = shallowRef(false);
  const user = computed(() => session.value?.user ?? null);
  const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel(OTHER_TABS) : null;

  function may(right: Right): boolean {
    return user.value ? right in user.value.rights : false;
  }

  async function begin(next: Session): Promise<void> {
    session.value = next;
    ended.value = false;
    setCsrf(next.csrf);
    setServerTime(next.now);
    await setLocale(chooseLocale(next.user.locale || localStorage.getItem(KEPT_LOCALE), navigator.languages));
  }

  /** Ask the server who this browser is; once, when the console opens. */
  async function load(): Promise<void> {
    if (known.value) return;
    try {
      await begin(await api.get("/api/v1/session"));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
    }
    known.value = true;
  }

  /** Ask whether the log-in still holds: a socket that is refused does not say why. */
  async function check(): Promise<void> {
    try {
      await api.get("/api/v1/session");
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) forget(true);
    }
  }

  async function logIn(login: string, password: string): Promise<void> {
    await begin(await api.post("/api/v1/session", { body: { login, password } }));
    known.value = true;
  }

  async function followLink(wish: components["schemas"]["LinkWish"]): Promise<void> {
    await begin(await api.post("/api/v1/setup", { body: wish }));
    known.value = true;
  }

  async function logOut(): Promise<void> {
    await api.delete("/api/v1/session");
    forget(false);
    tabs?.postMessage("logged out");
  }

  function forget(wasEnded: boolean): void {
    ended.value = wasEnded && session.value !== null;
    session.value = null;
    setCsrf("");
  }

  /** Choose a language: at once on screen, kept with the account when there is one. */
  async function chooseLanguage(next: Locale): Promise<void> {
    localStorage.setItem(KEPT_LOCALE, next);
    await setLocale(next);
    if (!session.value) return;
    session.value = { ...session.value, user: { ...session.value.user, locale: next } };
    await api.patch("/api/v1/session", { body: { locale: next } });
  }

  whenLoggedOut(() => forget(true));
  tabs?.addEventListener("message", () => forget(true));

  return { session, user, ended, known, may, load, check, begin, logIn, followLink, logOut, chooseLanguage, forget };
});

/** The language before anybody has logged in. */
export function firstLocale(): Locale {
  return chooseLocale(localStorage.getItem(KEPT_LOCALE), navigator.languages);
}
