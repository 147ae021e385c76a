// What the figures mean, asked of the server once.
import { shallowRef, type ShallowRef } from "vue";
import { api } from "@/api/client";
import { attempt } from "@/app/notices";
import type { FigureMeaning } from "@/pages/supervisor/figures";

const meanings = shallowRef<readonly FigureMeaning[]>([]);

export function useMeanings(): ShallowRef<readonly FigureMeaning[]> {
  if (!meanings.value.length) {
    void attempt(() => api.get("/api/v1/live/figures")).then((found) => (meanings.value = found ?? []));
  }
  return meanings;
}
