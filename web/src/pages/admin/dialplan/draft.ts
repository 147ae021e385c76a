// A template under work: its text, what the server finds in it, and the way of a version to the exchange.
import { computed, ref, shallowRef, watch } from "vue";
import { api } from "@/api/client";
import type { components } from "@/api/schema";
import { attempt } from "@/app/notices";

type Schemas = components["schemas"];
export type Template = Schemas["DialplanShown"];
export type Version = Schemas["DialplanVersion"];
export type Look = Schemas["DialplanLook"];
export type Difference = Schemas["DialplanDifference"];

const LOOK_AFTER_MS = 500;
/** Trying and applying take seconds, and longer on a busy machine. */
const PATIENT_MS = 120_000;

export function useDraft() {
  const template = shallowRef<Template | null>(null);
  const text = ref("");
  const values = ref<Record<string, string | number>>({});
  const reason = ref("");
  const campaignId = ref<string | null>(null);
  const look = shallowRef<Look | null>(null);
  const difference = shallowRef<Difference | null>(null);
  const versions = shallowRef<Version[]>([]);
  /** The version that was made of the text as it is. */
  const made = shallowRef<Version | null>(null);
  const busy = ref<"" | "validate" | "apply" | "roll_back">("");
  const looking = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;
  let opening = 0;

  const path = () => ({ name: template.value?.name ?? "" });
  const changed = computed(() => text.value !== template.value?.source);
  const errors = computed(() => look.value?.findings.filter((one) => one.severity === "error").length ?? 0);

  async function open(name: string): Promise<void> {
    const mine = ++opening;
    const found = await attempt(() => api.get("/api/v1/dialplans/{name}", { path: { name } }));
    if (!found || mine !== opening) return; // another one was chosen meanwhile
    template.value = found;
    begin(found.source, found.values);
    reason.value = "";
    await Promise.all([lookNow(), history()]);
  }
  function begin(source: string, given: Record<string, string | number>): void {
    text.value = source;
    values.value = { ...given };
    made.value = null;
  }
  async function history(): Promise<void> {
    const found = await attempt(() => api.get("/api/v1/dialplans/{name}/versions", { path: path() }));
    if (found) versions.value = found;
  }

  /** Ask what this text comes to; only the newest answer counts. */
  async function lookNow(): Promise<void> {
    clearTimeout(timer);
    const mine = ++turn;
    looking.value = true;
    const body = { text: text.value, values: values.value, campaign_id: campaignId.value ?? "" };
    const found = await attempt(() => api.post("/api/v1/dialplans/{name}/look", { path: path(), body }));
    if (mine !== turn) return;
    looking.value = false;
    if (found) look.value = found;
  }
  async function compare(): Promise<void> {
    const body = { text: text.value, values: values.value };
    const found = await attempt(() => api.post("/api/v1/dialplans/{name}/difference", { path: path(), body }));
    if (found) difference.value = found;
  }
  watch(text, () => {
    made.value = null;
    clearTimeout(timer);
    timer = setTimeout(() => void lookNow(), LOOK_AFTER_MS);
  });
  watch(campaignId, () => void lookNow());

  async function during(what: "validate" | "apply" | "roll_back", act: () => Promise<void>): Promise<void> {
    if (busy.value) return;
    busy.value = what;
    await act();
    busy.value = "";
    await history();
  }
  const validate = () =>
    during("validate", async () => {
      const body = { text: text.value, values: values.value, reason: reason.value.trim() };
      const kept = await attempt(() => api.post("/api/v1/dialplans/{name}/versions", { path: path(), body }));
      if (kept) await stage(kept.number);
    });
  async function stage(number: number): Promise<void> {
    const at = { ...path(), number };
    const staged = await attempt(() =>
      api.post("/api/v1/dialplans/{name}/versions/{number}/stage", { path: at, timeoutMs: PATIENT_MS }),
    );
    if (staged) made.value = staged;
  }
  const apply = () =>
    during("apply", async () => {
      const at = { ...path(), number: made.value?.number ?? 0 };
      const done = await attempt(() =>
        api.post("/api/v1/dialplans/{name}/versions/{number}/apply", { path: at, timeoutMs: PATIENT_MS }),
      );
      if (done) made.value = done;
      await reread();
    });
  const rollBack = () =>
    during("roll_back", async () => {
      await attempt(() =>
        api.post("/api/v1/dialplans/{name}/roll-back", { path: path(), body: { to: null }, timeoutMs: PATIENT_MS }),
      );
      made.value = null;
      await reread();
    });
  async function reread(): Promise<void> {
    const now = await attempt(() => api.get("/api/v1/dialplans/{name}", { path: path() }));
    if (now) template.value = now;
  }

  return {
    template, text, values, reason, campaignId, look, difference, versions, made, busy, looking, changed, errors,
    open, begin, compare, validate, apply, rollBack,
  }; // prettier-ignore
}
