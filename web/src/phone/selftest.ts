// "Can I work with this machine?": one step after the other, each with a hint when it fails.
import { MicrophoneError, type LevelMeter } from "@/phone/devices";
import type { CallStats, PhoneReason, Softphone } from "@/phone/softphone";

export const ECHO = "*43";
export const STEPS = ["secure", "microphone", "voice", "line", "call", "sent", "received", "echo"] as const;
export type StepName = (typeof STEPS)[number];
export type StepState = "waiting" | "running" | "ok" | "failed" | "skipped";
export type StepHint = PhoneReason | "silent" | "no_line" | "nothing_sent" | "nothing_received" | "no_echo" | "in_call";
export interface Step {
  name: StepName;
  state: StepState;
  hint?: StepHint;
}

export interface SelfTestParts {
  phone: Softphone;
  secure: boolean;
  openMicrophone: () => Promise<MediaStream>;
  meter: (stream: MediaStream) => LevelMeter;
  wait: (ms: number) => Promise<void>;
}

const LOOK_MS = 200;
const VOICE_MS = 8000;
const LINE_MS = 8000;
const ANSWER_MS = 8000;
const TALK_MS = 6000;
/** About -45 dB: louder than a quiet room, softer than somebody who speaks. */
const VOICE_LEVEL = 0.25;
const PACKETS = 50; // one second
/** WebRTC's sum of squares; a whisper for a second is above it, line noise is not. */
const ENERGY = 1e-5;

class Failed extends Error {
  constructor(readonly hint: StepHint) {
    super(hint);
  }
}

/**
 * Run all steps until one fails.
 *
 * @param onStep is called with all steps after each change
 * @returns whether everything works
 */
export async function runSelfTest(parts: SelfTestParts, onStep: (steps: Step[]) => void): Promise<boolean> {
  const steps: Step[] = STEPS.map((name) => ({ name, state: "waiting" }));
  const runs = makeSteps(parts);
  let failed = false;
  for (const step of steps) {
    step.state = failed ? "skipped" : "running";
    onStep(steps.map((one) => ({ ...one })));
    if (failed) continue;
    try {
      await runs[step.name]();
      step.state = "ok";
    } catch (error) {
      failed = true;
      step.state = "failed";
      step.hint = hintOf(error);
    }
  }
  runs.end();
  onStep(steps.map((one) => ({ ...one })));
  return !failed;
}

function hintOf(error: unknown): StepHint {
  if (error instanceof Failed) return error.hint;
  if (error instanceof MicrophoneError) return error.reason;
  console.error(error);
  return "failed";
}

function makeSteps(parts: SelfTestParts): Record<StepName, () => Promise<void>> & { end: () => void } {
  const { phone } = parts;
  let stream: MediaStream | null = null;
  let dialled = false;
  const until = async (limitMs: number, done: () => boolean | Promise<boolean>): Promise<boolean> => {
    for (let waited = 0; waited < limitMs; waited += LOOK_MS) {
      if (await done()) return true;
      await parts.wait(LOOK_MS);
    }
    return done();
  };
  const counts = (enough: (stats: CallStats) => boolean) =>
    until(TALK_MS, async () => {
      const stats = await phone.stats();
      return stats !== null && enough(stats);
    });
  const insist = async (hint: StepHint, result: Promise<boolean> | boolean): Promise<void> => {
    if (!(await result)) throw new Failed(hint);
  };
  return {
    secure: () => insist("no_https", parts.secure),
    microphone: async () => void (stream = await parts.openMicrophone()),
    voice: () => insist("silent", hears(parts, stream, until)),
    line: () =>
      insist(
        "no_line",
        until(LINE_MS, () => phone.status.line === "registered"),
      ),
    async call() {
      await insist("in_call", phone.status.call === "none");
      dialled = true;
      phone.dial(ECHO);
      await insist(
        "no_answer",
        until(ANSWER_MS, () => phone.status.call !== "dialling"),
      );
      if (phone.status.call !== "talking") throw new Failed(phone.status.reason || "no_answer");
    },
    sent: () =>
      insist(
        "nothing_sent",
        counts((stats) => stats.packetsSent >= PACKETS && stats.energySent > ENERGY),
      ),
    received: () =>
      insist(
        "nothing_received",
        counts((stats) => stats.packetsReceived >= PACKETS),
      ),
    echo: () =>
      insist(
        "no_echo",
        counts((stats) => stats.energyReceived > ENERGY),
      ),
    end() {
      if (dialled) phone.hangUp();
      for (const track of stream?.getTracks() ?? []) track.stop();
    },
  };
}

async function hears(
  parts: SelfTestParts,
  stream: MediaStream | null,
  until: (limitMs: number, done: () => boolean) => Promise<boolean>,
): Promise<boolean> {
  if (!stream) return false;
  const level = parts.meter(stream);
  try {
    return await until(VOICE_MS, () => level.read() > VOICE_LEVEL);
  } finally {
    level.stop();
  }
}
