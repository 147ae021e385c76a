// The phone of this browser: held by one tab, fed with fresh credentials, its quality measured while there is a call.
import { defineStore } from "pinia";
import { ref, shallowRef } from "vue";
import { api } from "@/api/client";
import { ApiError } from "@/api/errors";
import { keepChoice, keptChoice, type DeviceChoice } from "@/phone/devices";
import { holdPhone, type Hold } from "@/phone/holder";
import { loadSoftphone } from "@/phone/jssip";
import { estimateMos, lossRatio } from "@/phone/quality";
import { useSession } from "@/stores/session";
import { IDLE, type CallStats, type Credentials, type PhoneStatus, type Softphone } from "@/phone/softphone";

const KEPT = "waihu.phone_user";
const MEASURE_MS = 2000;
const RENEW_BEFORE_MS = 60_000;
const WAITS_MS = [500, 1000, 2000, 5000, 10_000];

export interface Quality {
  mos: number;
  loss: number;
  rttMs: number;
}

export const usePhone = defineStore("phone", () => {
  const status = shallowRef<PhoneStatus>(IDLE);
  const started = ref(false);
  /** Another tab of this browser has the phone, or another browser. */
  const elsewhere = ref(false);
  const quality = shallowRef<Quality | null>(null);
  /** Credentials could not be had; tried again. */
  const problem = shallowRef<unknown>(null);
  const devices = shallowRef<DeviceChoice>(keptChoice());
  /** What the exchange calls this phone; "" until it has said so. */
  const name = ref("");
  let phone: Softphone | null = null;
  let hold: Hold | null = null;
  let timers: ReturnType<typeof setTimeout>[] = [];
  let failures = 0;
  let before: CallStats | null = null;
  /** This page has registered before: a call it has goes on when it does so again. */
  let hasLeg = false;
  /** The present credentials have worked: when they no longer do, somebody else has got new ones. */
  let haveWorked = false;
  let credentials: Credentials | null = null;

  /** Have a phone in this tab; does nothing when it has one. `force`: take it from another tab. */
  async function start(force = false): Promise<void> {
    if (started.value) return;
    started.value = true;
    const held = await holdPhone(force);
    elsewhere.value = held === null;
    if (!held) {
      started.value = false;
      return;
    }
    hold = held;
    localStorage.setItem(KEPT, useSession().user?.id ?? "");
    void held.taken.then(() => {
      if (hold === held) stop(true);
    });
    const made = await loadSoftphone().catch((error: unknown) => {
      stop();
      problem.value = error; // a piece of the console that could not be fetched: `start` may be tried again
      return null;
    });
    if (!made || hold !== held) return; // or logged out meanwhile
    phone = made;
    phone.onChange(onChange);
    await phone.useDevices(devices.value.microphoneId, devices.value.speakerId);
    timers.push(setInterval(() => void measure(), MEASURE_MS));
    await renew();
  }

  /** Have a phone again after a reload, if this browser had one: a call may wait for it. */
  async function resume(): Promise<void> {
    const kept = localStorage.getItem(KEPT);
    if (kept && kept === useSession().user?.id) await start();
  }

  function stop(isElsewhere = false): void {
    if (!isElsewhere) localStorage.removeItem(KEPT);
    for (const timer of timers) clearTimeout(timer);
    timers = [];
    phone?.stop();
    phone = null;
    hold?.release();
    hold = null;
    status.value = IDLE;
    started.value = false;
    elsewhere.value = isElsewhere;
    quality.value = null;
    name.value = "";
    credentials = null;
    hasLeg = false;
    haveWorked = false;
  }

  function onChange(next: PhoneStatus): void {
    const was = status.value;
    status.value = next;
    if (next.line === "registered") {
      failures = 0;
      haveWorked = true;
    }
    if (next.line === "refused" && haveWorked) return loseToAnother();
    if (next.line === "refused" && was.line !== "refused") later(() => void renew());
    // A leg also ends because another browser has the phone now; then we are refused.
    const legEnded = next.call === "none" && ["talking", "held"].includes(was.call);
    if (legEnded && next.line === "registered" && credentials) phone?.register(credentials);
    if (next.call === "none") {
      quality.value = null;
      before = null;
    }
  }

  /** Credentials that worked are refused: another browser got newer ones, and two must not take turns. */
  function loseToAnother(): void {
    stop();
    elsewhere.value = true;
  }

  /** Fetch credentials and register with them; they are short-lived, so this comes again. */
  async function renew(): Promise<void> {
    const mine = phone;
    if (!mine) return;
    try {
      const found = await api.post("/api/v1/phone/credentials", { body: { keeps_leg: hasLeg } });
      if (phone !== mine) return;
      problem.value = null;
      name.value = found.phone;
      hasLeg = true;
      credentials = found;
      haveWorked = status.value.line === "registered";
      mine.register(found);
      const lastsMs = Date.parse(found.expires_at) - Date.now() - RENEW_BEFORE_MS;
      timers.push(setTimeout(() => void renew(), Math.max(lastsMs, RENEW_BEFORE_MS)));
    } catch (error) {
      problem.value = error;
      const hopeless = error instanceof ApiError && [401, 403].includes(error.status);
      if (!hopeless) later(() => void renew());
    }
  }

  function later(action: () => void): void {
    const wait = WAITS_MS[Math.min(failures, WAITS_MS.length - 1)];
    failures += 1;
    timers.push(setTimeout(action, wait));
  }

  async function measure(): Promise<void> {
    if (!["talking", "held"].includes(status.value.call)) return;
    const now = (await phone?.stats()) ?? null;
    if (!now) return;
    const loss = lossRatio(before, now);
    quality.value = { mos: estimateMos(now.rttMs, now.jitterMs, loss), loss, rttMs: now.rttMs };
    before = now;
  }

  async function chooseDevices(choice: DeviceChoice): Promise<void> {
    devices.value = choice;
    keepChoice(choice);
    await phone?.useDevices(choice.microphoneId, choice.speakerId);
  }

  return {
    status,
    started,
    elsewhere,
    quality,
    problem,
    devices,
    name,
    start,
    resume,
    stop,
    chooseDevices,
    /** The phone itself, for what a person does with it; null before `start` and after `stop`. */
    current: (): Softphone | null => phone,
    take: (): Promise<void> => start(true),
  };
});
