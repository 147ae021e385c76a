// The agent's judgement of the call under way while it is being made: kept over a reload, saved when it is complete.
import { defineStore } from "pinia";
import { computed, ref, shallowRef, watch } from "vue";
import { api } from "@/api/client";
import type { components } from "@/api/schema";
import { nowMs, secondsUntil } from "@/app/clock";
import { attempt } from "@/app/notices";
import { daysLater, isZone, momentOf, ownZone, wallTime, type WallTime } from "@/app/zones";
import type { DeskCall } from "@/stores/live-apply";
import { useDesk } from "@/stores/desk";

export type DispositionChoice = components["schemas"]["DispositionChoice"];
export type JudgementProblem = "" | "no_code" | "no_note" | "no_time" | "past";
export interface Draft {
  code: string;
  note: string;
  /** When the customer is promised a call, as clocks there show it; empty: no fixed time. */
  callback: WallTime;
  /** It is only suggested: the agent has not chosen, and nothing is saved before. */
  suggested?: boolean;
}

const KEPT = "waihu.judgement.";
/** A wrap-up that ends by itself takes what is complete with it. */
const LAST_S = 2.5;
const NO_TIME: WallTime = { date: "", time: "" };

export const useJudgement = defineStore("judgement", () => {
  const desk = useDesk();
  const choices = shallowRef<DispositionChoice[]>([]);
  const draft = ref<Draft>({ code: "", note: "", callback: NO_TIME });
  /** The zone of the customer as the customer's own page knows it. */
  const customerZone = ref<string | null>(null);

  const zone = computed(() => [desk.call?.zone, customerZone.value].find(isZone) ?? ownZone());
  const chosen = computed(() => choices.value.find((one) => one.code === draft.value.code) ?? null);
  const wantsTime = computed(() => chosen.value?.category === "callback");
  const callbackMs = computed(() => (wantsTime.value ? momentOf(draft.value.callback, zone.value) : null));
  const problem = computed<JudgementProblem>(() => {
    if (!chosen.value) return "no_code";
    if (chosen.value.requires_note && !draft.value.note.trim()) return "no_note";
    if (!wantsTime.value) return "";
    const { date, time } = draft.value.callback;
    if (Boolean(date) !== Boolean(time)) return "no_time";
    return callbackMs.value !== null && callbackMs.value <= nowMs.value ? "past" : "";
  });
  const saved = computed(() => {
    const call = desk.call;
    if (!call?.disposition || call.disposition !== draft.value.code) return false;
    const promisedMs = call.callback_at ? Date.parse(call.callback_at) : null;
    return call.note === draft.value.note.trim() && promisedMs === callbackMs.value;
  });

  async function loadChoices(campaignId: string | null | undefined): Promise<void> {
    const path = { campaign_id: campaignId ?? "" };
    const ask = () =>
      campaignId ? api.get("/api/v1/campaigns/{campaign_id}/dispositions", { path }) : api.get("/api/v1/dispositions");
    const found = await attempt(ask);
    if (found && campaignId === desk.call?.campaign_id) choices.value = found.choices.filter((one) => one.active);
  }

  /** Begin with what was typed before a reload, else with what is saved. */
  function begin(call: DeskCall): void {
    const at = call.callback_at ? wallTime(Date.parse(call.callback_at), zone.value) : NO_TIME;
    draft.value = { code: call.disposition ?? "", note: call.note, callback: at, ...keptDraft(call.id) };
    void loadChoices(call.campaign_id);
  }

  /** Choose what is suggested, where the agent has chosen nothing; it stays a suggestion until it is saved by hand. */
  function suggest(code: string, callbackAt: string | null = null): void {
    const isOpen = !draft.value.code || draft.value.suggested;
    if (!isOpen || desk.call?.disposition || !choices.value.some((one) => one.code === code)) return;
    choose(code);
    draft.value.suggested = true;
    if (callbackAt && wantsTime.value) draft.value.callback = wallTime(Date.parse(callbackAt), zone.value);
  }

  function choose(code: string): void {
    draft.value.code = code;
    draft.value.suggested = false;
    if (wantsTime.value && !draft.value.callback.date) draft.value.callback = tomorrowMorning();
  }

  function tomorrowMorning(): WallTime {
    return { ...daysLater(wallTime(nowMs.value, zone.value), 1), time: "10:00" };
  }

  /** Save what is complete; returns whether it is saved now. */
  async function save(): Promise<boolean> {
    const call = desk.call;
    if (!call || problem.value) return false;
    if (saved.value) return true;
    const callback_at = callbackMs.value === null ? null : new Date(callbackMs.value).toISOString();
    const body = { code: draft.value.code, note: draft.value.note.trim(), callback_at };
    return desk.act("judge", () =>
      api.post("/api/v1/calls/{call_id}/disposition", { path: { call_id: call.id }, body }),
    );
  }

  /** Save, and go on to what comes next; in talk the call goes on. */
  async function saveAndNext(): Promise<boolean> {
    const wrapsUp = desk.wrapsUp;
    if (!(await save())) return false;
    return wrapsUp ? desk.goOn() : true;
  }

  watch(
    () => desk.call?.id,
    (id, before) => {
      if (before) sessionStorage.removeItem(KEPT + before);
      customerZone.value = null;
      if (desk.call && id) begin(desk.call);
    },
    { immediate: true },
  );
  watch(
    draft,
    (next) => {
      if (desk.call) sessionStorage.setItem(KEPT + desk.call.id, JSON.stringify(next));
    },
    { deep: true },
  );
  watch(nowMs, () => {
    const endsAt = desk.wrapsUp ? desk.agent?.wrap_ends_at : null;
    const isChosen = !problem.value && !draft.value.suggested;
    if (endsAt && secondsUntil(endsAt) <= LAST_S && isChosen && !saved.value) void save();
  });

  return {
    choices, draft, customerZone, zone, chosen, wantsTime, callbackMs, problem, saved, suggest, choose, save, saveAndNext,
  }; // prettier-ignore
});

function keptDraft(callId: string): Partial<Draft> {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT + callId) ?? "{}") as Partial<Draft>;
  } catch {
    return {};
  }
}

/** The key of each choice: its own, and the first that is free for those that have none. */
export function keysOf(choices: readonly DispositionChoice[]): Map<string, number> {
  const keys = new Map<string, number>();
  for (const one of choices) if (one.hot_key) keys.set(one.code, one.hot_key);
  const taken = new Set(keys.values());
  const free = [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((key) => !taken.has(key));
  for (const one of choices) {
    const key = keys.has(one.code) ? undefined : free.shift();
    if (key) keys.set(one.code, key);
  }
  return keys;
}
