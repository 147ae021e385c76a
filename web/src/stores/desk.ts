// The agent's own desk: what the server says of it, and what the agent wishes. Only the server changes the state.
import { defineStore } from "pinia";
import { computed, reactive, ref, shallowRef } from "vue";
import { api, newKey } from "@/api/client";
import type { components } from "@/api/schema";
import { t } from "@/app/i18n";
import { attempt, toast } from "@/app/notices";
import { useLive } from "@/stores/live";
import { usePhone } from "@/stores/phone";
import { useSession } from "@/stores/session";

export type PhoneMode = components["schemas"]["PhoneMode"];
export type Transfer = components["schemas"]["CallTransfer"];
export type NewCall = components["schemas"]["NewManualCall"];
export interface PhoneChoice {
  kind: "browser" | "sip";
  /** Name of the SIP phone; "": the agent's own. */
  sipPhone: string;
  mode: PhoneMode;
}

const KEPT = "waihu.desk_phone";
const READY_MS = 10_000;
const LOOK_MS = 100;

function keptChoice(): PhoneChoice {
  const usual: PhoneChoice = { kind: "browser", sipPhone: "", mode: "nailed_up" };
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<PhoneChoice>) };
  } catch {
    return usual;
  }
}

export const useDesk = defineStore("desk", () => {
  const live = useLive();
  const session = useSession();
  const phone = usePhone();
  /** Wishes that are on their way, by name: their buttons say so. */
  const busy = reactive(new Set<string>());
  const pauseReasons = shallowRef<string[]>([]);
  const choice = ref<PhoneChoice>(keptChoice());

  const agent = computed(() => live.desk?.agent ?? null);
  const call = computed(() => live.desk?.call ?? null);
  const preview = computed(() => live.desk?.preview ?? null);
  const campaign = computed(() => live.desk?.campaign ?? null);
  const day = computed(() => live.desk?.day ?? null);
  const agentId = computed(() => session.user?.agent_id ?? "");
  const atWork = computed(() => agent.value !== null && agent.value.state !== "offline");
  /** The customer is there, on hold or not. */
  const inTalk = computed(
    () => agent.value?.state === "talking" && ["connected", "held"].includes(call.value?.state ?? "") && !isAsked.value,
  );
  const consult = computed(() => call.value?.consult ?? null);
  /** A colleague asks this agent about a call: it is the colleague's to steer and to judge. */
  const isAsked = computed(() => consult.value !== null && !consult.value.mine);
  const held = computed(() => inTalk.value && call.value?.state === "held");
  const wrapsUp = computed(() => agent.value?.state === "wrap_up");
  /** A call that can be hung up, ringing ones included. */
  const canHangUp = computed(() => call.value !== null && ["reserved", "talking"].includes(agent.value?.state ?? ""));
  /** A call made by hand that waits for the agent's own phone: the customer is not called yet. */
  const asked = ref("");
  const waitsForPhone = computed(() => asked.value !== "" && !call.value && agent.value?.state === "reserved");
  const usesBrowser = computed(() => agent.value?.phone === `w-${session.user?.id ?? ""}`);

  /** Carry out one wish; pressed again while it is under way it does nothing. Returns whether it was taken. */
  async function act(name: string, wish: () => Promise<unknown>): Promise<boolean> {
    if (busy.has(name)) return false;
    busy.add(name);
    const taken = await attempt(async () => {
      await wish();
      return true;
    });
    busy.delete(name);
    return taken ?? false;
  }

  async function loadPauseReasons(): Promise<void> {
    const found = await attempt(() => api.get("/api/v1/pause-reasons"));
    pauseReasons.value = found?.reasons ?? ["break"];
  }

  // ---- the session ---------------------------------------------------------------------------------------------------

  function choosePhone(next: Partial<PhoneChoice>): void {
    choice.value = { ...choice.value, ...next };
    localStorage.setItem(KEPT, JSON.stringify(choice.value));
  }

  async function logIn(): Promise<void> {
    await act("log-in", async () => {
      const { kind, sipPhone, mode } = choice.value;
      if (kind === "browser" && !(await browserReady())) return toast("bad", t("agent.phone_not_ready"));
      const name = kind === "browser" ? phone.name : sipPhone.trim();
      await api.post("/api/v1/agents/{agent_id}/log-in", {
        path: { agent_id: agentId.value },
        body: { phone: name, mode },
      });
    });
  }

  async function browserReady(): Promise<boolean> {
    await phone.start();
    for (let waitedMs = 0; waitedMs < READY_MS && !phone.elsewhere; waitedMs += LOOK_MS) {
      if (phone.status.line === "registered") return true;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return false;
  }

  const ofMe = () => ({ path: { agent_id: agentId.value } });

  function logOut(): Promise<boolean> {
    return act("state", () => api.post("/api/v1/agents/{agent_id}/log-out", { ...ofMe(), body: {} }));
  }

  function pause(reason: string): Promise<boolean> {
    return act("state", () => api.post("/api/v1/agents/{agent_id}/pause", { ...ofMe(), body: { reason } }));
  }

  function available(): Promise<boolean> {
    return act("state", () => api.post("/api/v1/agents/{agent_id}/available", ofMe()));
  }

  /** End the wrap-up: with the pause that was asked for during the call, else with the next call. */
  function goOn(): Promise<boolean> {
    const { next_state, next_reason } = agent.value ?? {};
    return next_state === "paused" && next_reason ? pause(next_reason) : available();
  }

  // ---- the call ------------------------------------------------------------------------------------------------------

  const ofCall = () => ({ path: { call_id: call.value?.id ?? asked.value } });

  function hangUp(): Promise<boolean> {
    return act("hang-up", () => api.post("/api/v1/calls/{call_id}/hang-up", ofCall()));
  }

  function toggleHold(): Promise<boolean> {
    return act("hold", () => api.post(`/api/v1/calls/{call_id}/${held.value ? "resume" : "hold"}`, ofCall()));
  }

  function toggleRecording(): Promise<boolean> {
    const wish = call.value?.recording_paused ? "recording-resume" : "recording-pause";
    return act("recording", () => api.post(`/api/v1/calls/{call_id}/${wish}`, ofCall()));
  }

  let keys = Promise.resolve<unknown>(undefined);
  /** Press a key towards the customer's far end; keys keep their order. */
  function press(digits: string): void {
    const { path } = ofCall();
    keys = keys.then(() => attempt(() => api.post("/api/v1/calls/{call_id}/digits", { path, body: { digits } })));
  }

  function transfer(body: Transfer): Promise<boolean> {
    return act("transfer", () => api.post("/api/v1/calls/{call_id}/transfer", { ...ofCall(), body }));
  }

  /** Speak with somebody while the customer hears music. */
  function ask(body: Transfer): Promise<boolean> {
    return act("transfer", () => api.post("/api/v1/calls/{call_id}/consult", { ...ofCall(), body }));
  }

  function endConsult(): Promise<boolean> {
    return act("consult", () => api.post("/api/v1/calls/{call_id}/consult-end", ofCall()));
  }

  function conference(): Promise<boolean> {
    return act("consult", () => api.post("/api/v1/calls/{call_id}/conference", ofCall()));
  }

  /** Leave the customer to who was asked. */
  function handOver(): Promise<boolean> {
    return act("consult", () => api.post("/api/v1/calls/{call_id}/consult-transfer", ofCall()));
  }

  function dial(body: NewCall, key = newKey()): Promise<boolean> {
    return act("dial", async () => {
      asked.value = (await api.post("/api/v1/calls", { body, key })).call_id;
    });
  }

  // ---- preview -------------------------------------------------------------------------------------------------------

  /** Ask for the next lead; it comes with the live picture. Returns whether there is one. */
  async function showNext(quietly = false): Promise<boolean> {
    if (busy.has("next")) return false;
    busy.add("next");
    const ask = () => api.get("/api/v1/agents/{agent_id}/preview", ofMe());
    const card = await (quietly ? ask().catch(() => undefined) : attempt(ask));
    busy.delete("next");
    return Boolean(card?.lead);
  }

  function dialPreview(): Promise<boolean> {
    return act("preview", () => api.post("/api/v1/agents/{agent_id}/preview/dial", { ...ofMe(), key: newKey() }));
  }

  function skipPreview(reason: string): Promise<boolean> {
    return act("preview", () => api.post("/api/v1/agents/{agent_id}/preview/skip", { ...ofMe(), body: { reason } }));
  }

  function putPreviewOff(at: string): Promise<boolean> {
    return act("preview", () => api.post("/api/v1/agents/{agent_id}/preview/later", { ...ofMe(), body: { at } }));
  }

  return {
    busy, pauseReasons, choice, agent, call, preview, campaign, day, agentId, atWork, inTalk, held, wrapsUp, canHangUp,
    waitsForPhone, usesBrowser, act, loadPauseReasons, choosePhone, logIn, logOut, pause, available, goOn, hangUp, toggleHold,
    consult, isAsked, ask, endConsult, conference, handOver, toggleRecording, press, transfer, dial, showNext, dialPreview, skipPreview, putPreviewOff,
  }; // prettier-ignore
});
