// Before each test: a browser nobody has used, in English, and no request that a test did not foresee.
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, vi } from "vitest";
import { setLocale } from "@/app/i18n";
import { toasts } from "@/app/notices";
import { shortcuts } from "@/app/shortcuts";

beforeEach(async () => {
  localStorage.clear();
  toasts.splice(0);
  shortcuts.splice(0);
  setActivePinia(createPinia());
  vi.stubGlobal("fetch", (url: string) => Promise.reject(new Error(`unforeseen request: ${url}`)));
  await setLocale("en");
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.body.innerHTML = "";
});
