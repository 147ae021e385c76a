// What was said in a call, as it is read beside its recording. Pure.
import type { components } from "@/api/schema";
import { t } from "@/app/i18n";
import type { DotTone } from "@/components/StateDot.vue";

type Schemas = components["schemas"];
export type Conversation = Schemas["TranscriptShown"];
export type Utterance = Schemas["UtteranceShown"];
export type SideShown = Schemas["SideShown"];
export type WordAlert = Schemas["WordAlertShown"];

/** Seconds of a side that may be missing before it is told. */
const TOLD_FROM_S = 1;
const TONES: Record<SideShown["state"], DotTone> = {
  listening: "talk",
  done: "ready",
  deferred: "rest",
  no_model: "off",
  failed: "bad",
};

export function toneOf(side: SideShown): DotTone {
  return TONES[side.state];
}

/** How far the transcript of a side is, in words; with the reason where there is one. */
export function stateText(side: SideShown): string {
  const told = [t(`speech.state_${side.state}`)];
  if (side.state === "failed" && side.reason) told.push(side.reason);
  if (side.state !== "listening" && side.lost_s >= TOLD_FROM_S) {
    told.push(t("speech.not_heard", { n: Math.round(side.lost_s) }));
  }
  return `${t(`speech.side_${side.side}`)}: ${told.join(" · ")}`;
}

/** Which utterance is being played: the last one that began, until its end. "": none. */
export function spokenAt(utterances: readonly Utterance[], atS: number): string {
  let found = "";
  for (const one of utterances) {
    if (one.at_s === null || one.at_s > atS) continue;
    if (atS < one.at_s + one.seconds) found = one.id;
  }
  return found;
}

/** Alerts by the utterance in which they were found. One heard live stands, after the call, at what was said then. */
export function alertsBy(utterances: readonly Utterance[], alerts: readonly WordAlert[]): Map<string, WordAlert[]> {
  const found = new Map<string, WordAlert[]>();
  for (const alert of alerts) {
    const place = utterances.find((one) => one.id === alert.utterance_id) ?? nearest(utterances, alert);
    if (place) found.set(place.id, [...(found.get(place.id) ?? []), alert]);
  }
  return found;
}

function nearest(utterances: readonly Utterance[], alert: WordAlert): Utterance | undefined {
  const away = (one: Utterance) => Math.abs(Date.parse(one.at) - Date.parse(alert.said_at));
  const ofSide = utterances.filter((one) => one.side === alert.side);
  return ofSide.sort((one, other) => away(one) - away(other))[0];
}
