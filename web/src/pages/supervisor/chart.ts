// The last 60 minutes as rows of a chart: minutes in which nothing happened are there too.
import type { LiveState } from "@/stores/live-apply";

export const MINUTES = 60;
const MINUTE_MS = 60_000;

export interface Hour {
  /** Seconds since 1970 of each minute, the present one last. */
  at: number[];
  dialled: number[];
  answered: number[];
  abandoned: number[];
}

export function hourOf(minutes: LiveState["minutes"], nowMs: number): Hour {
  const last = Math.floor(nowMs / MINUTE_MS);
  const known = new Map(minutes.map((minute) => [Math.floor(Date.parse(minute.at) / MINUTE_MS), minute]));
  const places = Array.from({ length: MINUTES }, (_, place) => last - MINUTES + 1 + place);
  const of = (name: "dialled" | "answered" | "abandoned") => places.map((place) => known.get(place)?.[name] ?? 0);
  return {
    at: places.map((place) => place * 60),
    dialled: of("dialled"),
    answered: of("answered"),
    abandoned: of("abandoned"),
  };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
