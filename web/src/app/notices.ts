// Short messages in a corner, and questions that need a yes. Shown by ToastList.vue and ConfirmDialog.vue.
import { reactive, shallowRef } from "vue";
import { ApiError } from "@/api/errors";
import { t } from "@/app/i18n";

export type Tone = "ok" | "warn" | "bad";
export interface Toast {
  id: number;
  tone: Tone;
  text: string;
}

const STAYS_MS: Record<Tone, number> = { ok: 4000, warn: 8000, bad: 12000 };
const AT_ONCE = 5;

export const toasts = reactive<Toast[]>([]);
let last = 0;

export function toast(tone: Tone, text: string): void {
  const id = ++last;
  toasts.push({ id, tone, text });
  while (toasts.length > AT_ONCE) toasts.shift();
  setTimeout(() => dismiss(id), STAYS_MS[tone]);
}

export function dismiss(id: number): void {
  const index = toasts.findIndex((toast) => toast.id === id);
  if (index >= 0) toasts.splice(index, 1);
}

/** Tell what went wrong, in words for people. */
export function toastError(error: unknown): void {
  toast("bad", errorText(error));
}

export function errorText(error: unknown): string {
  if (error instanceof ApiError) return error.text;
  console.error(error);
  return t("error.unexpected");
}

/** Run an action of the user; what goes wrong is told, and the answer is then undefined. */
export async function attempt<T>(action: () => Promise<T>, done?: string): Promise<T | undefined> {
  try {
    const result = await action();
    if (done) toast("ok", done);
    return result;
  } catch (error) {
    toastError(error);
    return undefined;
  }
}

export interface Question {
  title: string;
  text?: string;
  yes: string;
  danger?: boolean;
}

export const question = shallowRef<(Question & { answer: (yes: boolean) => void }) | null>(null);

/** Ask before something that cannot be taken back. */
export function confirm(asked: Question): Promise<boolean> {
  question.value?.answer(false);
  return new Promise((resolve) => {
    question.value = {
      ...asked,
      answer: (yes) => {
        question.value = null;
        resolve(yes);
      },
    };
  });
}
