// Listening to an agent: on which phone, to whom, and who hears the supervisor. What is true comes from the live picture.
import { defineStore } from "pinia";
import { computed, ref, shallowRef, watch } from "vue";
import { api } from "@/api/client";
import { t } from "@/app/i18n";
import { attempt, toast } from "@/app/notices";
import type { LiveSupervision } from "@/stores/live-apply";
import { useLive } from "@/stores/live";
import { usePhone } from "@/stores/phone";
import { useSession } from "@/stores/session";

export type SpyMode = LiveSupervision["mode"];
export type Listening = Pick<LiveSupervision, "agent_id" | "mode" | "state" | "since">;
export const SPY_MODES: readonly SpyMode[] = ["listen", "whisper", "barge"];

const KEPT = "waihu.listen_phone";
/** A phone registers within moments, or something is wrong. */
const READY_MS = 8000;
const FREE_MS = 3000;
const MOST_WISHES = 3;

export const useSupervision = defineStore("supervision", () => {
  const live = useLive();
  const session = useSession();
  const phone = usePhone();
  /** The SIP phone to listen on; "": the phone of this browser. */
  const sipPhone = ref(localStorage.getItem(KEPT) ?? "");
  const busy = ref(false);
  /** What the server answered, until the live picture tells it as well. */
  const answered = shallowRef<Listening | null>(null);
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;

  const told = computed<Listening | null>(() => {
    const me = session.user?.login ?? "";
    const all = Object.values(live.state?.supervisions ?? {});
    return all.find((one) => one.supervisor === me && one.state !== "ended") ?? null;
  });
  const mine = computed(() => told.value ?? answered.value);
  watch(told, () => (answered.value = null), { flush: "sync" });

  function choosePhone(name: string): void {
    sipPhone.value = name.trim();
    localStorage.setItem(KEPT, sipPhone.value);
    if (!sipPhone.value) void phone.start();
  }

  /** Hear an agent; whoever is heard already is left, or heard in another mode. */
  function hear(agentId: string, mode: SpyMode): Promise<void> {
    return alone(async () => {
      if (mine.value?.agent_id === agentId) return change(mode);
      if (mine.value) await leave();
      if (!(await ready())) return toast("bad", t("supervisor.phone_not_ready"));
      const body = { agent_id: agentId, mode, phone: sipPhone.value };
      const begun = await api.post("/api/v1/supervision", { body });
      if (!told.value) answered.value = begun;
    });
  }

  function setMode(mode: SpyMode): Promise<void> {
    return alone(() => change(mode));
  }

  function stop(): Promise<void> {
    return alone(leave);
  }

  /** Take the customer of whom one hears, on the same phone. */
  function takeOver(): Promise<void> {
    return alone(async () => {
      await api.post("/api/v1/supervision/take-over");
      answered.value = null;
    });
  }

  /** One wish after the other, for keys are quick; what fails is told. */
  function alone(wish: () => Promise<void>): Promise<void> {
    if (waiting >= MOST_WISHES) return last;
    waiting += 1;
    busy.value = true;
    last = last.then(async () => {
      await attempt(wish);
      waiting -= 1;
      busy.value = waiting > 0;
    });
    return last;
  }

  async function change(mode: SpyMode): Promise<void> {
    if (!mine.value || mine.value.mode === mode) return;
    const now = await api.patch("/api/v1/supervision", { body: { mode } });
    if (answered.value) answered.value = now;
  }

  async function leave(): Promise<void> {
    if (!mine.value) return;
    await api.delete("/api/v1/supervision");
    answered.value = null;
    await until(() => told.value === null && (Boolean(sipPhone.value) || phone.status.call === "none"), FREE_MS);
  }

  /** Whether the phone can be rung; that of the browser is started first. */
  async function ready(): Promise<boolean> {
    if (sipPhone.value) return true;
    void phone.start();
    return until(() => phone.status.line === "registered", READY_MS);
  }

  return { sipPhone, busy, mine, choosePhone, hear, setMode, stop, takeOver };
});

function until(reached: () => boolean, limitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (reached()) return resolve(true);
    const end = (yes: boolean) => {
      unwatch();
      clearTimeout(timer);
      resolve(yes);
    };
    const unwatch = watch(reached, (yes) => yes && end(true), { flush: "sync" });
    const timer = setTimeout(() => end(false), limitMs);
  });
}
