// What a telephone is to the console, whichever library makes it ring; and the one table of what can happen to it.
// The real one is jssip.ts, loaded when an agent logs in.

/** The line to the exchange. */
export type LineState = "off" | "connecting" | "registered" | "lost" | "refused";
/** The one call this phone may have. */
export type CallState = "none" | "dialling" | "incoming" | "talking" | "held";

export interface PhoneStatus {
  line: LineState;
  call: CallState;
  muted: boolean;
  /** Why the line is lost or refused, or how the last call ended; a key of locales/…/phone.json. */
  reason: PhoneReason | "";
  /** Who calls, as the exchange shows it. */
  peer: string;
}

export const PHONE_REASONS = [
  "refused_credentials",
  "unreachable",
  "microphone_denied",
  "no_microphone",
  "no_https",
  "busy",
  "no_answer",
  "no_media",
  "failed",
] as const;
export type PhoneReason = (typeof PHONE_REASONS)[number];

export type PhoneEvent =
  | { kind: "starting" }
  | { kind: "registered" }
  | { kind: "refused" }
  | { kind: "lost" }
  | { kind: "stopped" }
  | { kind: "rings"; peer: string }
  | { kind: "dials"; peer: string }
  | { kind: "talks" }
  | { kind: "holds" }
  | { kind: "resumes" }
  | { kind: "mutes"; muted: boolean }
  | { kind: "ends"; reason: PhoneReason | "" };

export const IDLE: PhoneStatus = { line: "off", call: "none", muted: false, reason: "", peer: "" };

/** Return the phone after an event. What cannot happen in a state changes nothing. */
export function advance(phone: PhoneStatus, event: PhoneEvent): PhoneStatus {
  switch (event.kind) {
    case "starting":
      return phone.line === "registered" ? phone : { ...phone, line: "connecting", reason: "" };
    case "registered":
      return phone.line === "off" ? phone : { ...phone, line: "registered", reason: "" };
    case "refused":
      return { ...phone, line: "refused", reason: "refused_credentials" };
    case "lost": // a call under way goes on: its sound does not travel over this line
      return phone.line === "off" ? phone : { ...phone, line: "lost", reason: "unreachable" };
    case "stopped":
      return IDLE;
    default:
      return advanceCall(phone, event);
  }
}

type CallEvent = Extract<PhoneEvent, { kind: "rings" | "dials" | "talks" | "holds" | "resumes" | "mutes" | "ends" }>;

function advanceCall(phone: PhoneStatus, event: CallEvent): PhoneStatus {
  const to = (call: CallState, from: readonly CallState[]): PhoneStatus =>
    from.includes(phone.call) ? { ...phone, call } : phone;
  switch (event.kind) {
    case "rings":
      return { ...to("incoming", ["none"]), ...begun(phone, event.peer) };
    case "dials":
      return { ...to("dialling", ["none"]), ...begun(phone, event.peer) };
    case "talks":
      return to("talking", ["dialling", "incoming"]);
    case "holds":
      return to("held", ["talking"]);
    case "resumes":
      return to("talking", ["held"]);
    case "mutes":
      return phone.call === "none" ? phone : { ...phone, muted: event.muted };
    case "ends":
      return { ...phone, call: "none", muted: false, reason: event.reason, peer: "" };
  }
}

function begun(phone: PhoneStatus, peer: string): Partial<PhoneStatus> {
  return phone.call === "none" ? { peer, muted: false, reason: "" } : {};
}

/** What POST /api/v1/phone/credentials answers. */
export interface Credentials {
  phone: string;
  password: string;
  domain: string;
  expires_at: string;
}

/** Counts since the call began; `rttMs` and `jitterMs` are the latest. */
export interface CallStats {
  packetsSent: number;
  packetsReceived: number;
  packetsLost: number;
  /** Sums of squared samples, as WebRTC counts them: they grow only while there is sound. */
  energySent: number;
  energyReceived: number;
  jitterMs: number;
  rttMs: number;
  codec: string;
}

export interface DialOptions {
  /** Headers the exchange is to see. */
  headers?: readonly string[];
}

/** A telephone with one line and one call. Nothing here throws: what fails comes as an event. */
export interface Softphone {
  readonly status: PhoneStatus;
  /** Called after each change; returns what stops it. */
  onChange(listener: (status: PhoneStatus) => void): () => void;
  register(credentials: Credentials): void;
  /** Give up the line; a call under way is hung up. */
  stop(): void;
  dial(target: string, options?: DialOptions): void;
  answer(): void;
  hangUp(): void;
  mute(muted: boolean): void;
  hold(held: boolean): void;
  digit(digit: string): void;
  transfer(target: string): void;
  /** Use other devices from now on, in a call under way too; "" is the system's choice. */
  useDevices(microphoneId: string, speakerId: string): Promise<void>;
  stats(): Promise<CallStats | null>;
}
