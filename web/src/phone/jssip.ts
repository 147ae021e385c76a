// The telephone made of JsSIP. The library is handed in, so that tests hand in another one of the same shape;
// `loadSoftphone` loads the real one, 54 KB, when a phone is wanted.
import { MicrophoneError, openMicrophone } from "@/phone/devices";
import { readStats } from "@/phone/quality";
import {
  advance,
  IDLE,
  type CallStats,
  type Credentials,
  type DialOptions,
  type PhoneEvent,
  type PhoneReason,
  type PhoneStatus,
  type Softphone,
} from "@/phone/softphone";

/** Slow network cards and VPNs gather addresses for up to 40 s; the first ones do. */
const GATHERING_MS = 500;
const REGISTER_EXPIRES_S = 60;
/** The exchange waits ten seconds for a phone that has lost its line. */
const RECOVERY_S = { min: 1, max: 3 };

type Listener = (event: any) => void;
/** As much of JsSIP's session as is used. */
export interface SipSession {
  connection: RTCPeerConnection | null;
  remote_identity?: { uri: { user?: string }; display_name?: string };
  on(name: string, listener: Listener): void;
  answer(options: object): void;
  terminate(options?: object): void;
  hold(): boolean;
  unhold(): boolean;
  sendDTMF(digit: string, options?: object): void;
  refer(target: string, options?: object): void;
  renegotiate(): boolean;
}
/** As much of JsSIP's user agent as is used. */
export interface SipAgent {
  on(name: string, listener: Listener): void;
  start(): void;
  stop(): void;
  register(): void;
  set(name: string, value: unknown): boolean;
  call(target: string, options: object): SipSession;
}
export interface SipLibrary {
  makeAgent(options: Record<string, unknown>, socketUrl: string): SipAgent;
}
export interface Speaker {
  play(stream: MediaStream | null): void;
  choose(deviceId: string): Promise<void>;
}
export interface PhoneParts {
  library: SipLibrary;
  socketUrl: string;
  speaker: Speaker;
  microphone: (deviceId: string) => Promise<MediaStream>;
}

export class JsSipPhone implements Softphone {
  status: PhoneStatus = IDLE;
  private readonly listeners = new Set<(status: PhoneStatus) => void>();
  private agent: SipAgent | null = null;
  private credentials: Credentials | null = null;
  private session: SipSession | null = null;
  private stream: MediaStream | null = null;
  private microphoneId = "";
  private wasLost = false;

  constructor(private readonly parts: PhoneParts) {}

  onChange(listener: (status: PhoneStatus) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  register(credentials: Credentials): void {
    const known = this.agent && this.credentials?.phone === credentials.phone;
    this.credentials = credentials;
    this.tell({ kind: "starting" });
    if (known && this.agent) {
      this.agent.set("password", credentials.password);
      this.agent.register();
      return;
    }
    this.agent?.stop();
    this.agent = this.makeAgent(credentials);
    this.agent.start();
  }

  stop(): void {
    this.session?.terminate();
    this.session = null;
    this.agent?.stop();
    this.agent = null;
    this.closeMicrophone();
    this.parts.speaker.play(null);
    this.tell({ kind: "stopped" });
  }

  dial(target: string, options: DialOptions = {}): void {
    if (!this.agent || this.session) return;
    this.tell({ kind: "dials", peer: target });
    void this.withMicrophone((stream) => {
      if (!this.agent || this.status.call !== "dialling") return;
      const address = `sip:${target}@${this.credentials?.domain}`;
      this.adopt(this.agent.call(address, { ...media(stream), extraHeaders: [...(options.headers ?? [])] }));
    });
  }

  answer(): void {
    const session = this.session;
    if (!session || this.status.call !== "incoming") return;
    void this.withMicrophone((stream) => {
      if (this.session === session) session.answer(media(stream));
    });
  }

  hangUp(): void {
    if (this.session) this.session.terminate();
    else if (this.status.call === "dialling") this.tell({ kind: "ends", reason: "" });
  }

  mute(muted: boolean): void {
    if (this.status.call === "none") return;
    this.setTracks(!muted);
    this.tell({ kind: "mutes", muted });
  }

  hold(held: boolean): void {
    if (held) this.session?.hold();
    else this.session?.unhold();
  }

  digit(digit: string): void {
    if (/^[0-9*#A-D]$/.test(digit)) this.session?.sendDTMF(digit, { transportType: "RFC2833" });
  }

  transfer(target: string): void {
    this.session?.refer(`sip:${target}@${this.credentials?.domain}`);
  }

  async useDevices(microphoneId: string, speakerId: string): Promise<void> {
    await this.parts.speaker.choose(speakerId);
    if (microphoneId === this.microphoneId && this.stream) return;
    this.microphoneId = microphoneId;
    if (!this.stream) return; // opened with the next call
    const next = await this.parts.microphone(microphoneId);
    const track = next.getAudioTracks()[0] ?? null;
    const sender = this.session?.connection?.getSenders().find((one) => one.track?.kind === "audio");
    await sender?.replaceTrack(track);
    this.closeMicrophone();
    this.stream = next;
    this.setTracks(!this.status.muted);
  }

  async stats(): Promise<CallStats | null> {
    const connection = this.session?.connection;
    return connection ? readStats(await connection.getStats()) : null;
  }

  // ---- the line ------------------------------------------------------------------------------------------------------

  private makeAgent(credentials: Credentials): SipAgent {
    const options = {
      uri: `sip:${credentials.phone}@${credentials.domain}`,
      authorization_user: credentials.phone,
      password: credentials.password,
      register: true,
      register_expires: REGISTER_EXPIRES_S,
      session_timers: false,
      connection_recovery_min_interval: RECOVERY_S.min,
      connection_recovery_max_interval: RECOVERY_S.max,
      user_agent: "Waihu",
    };
    const agent = this.parts.library.makeAgent(options, this.parts.socketUrl);
    const mine = (listener: Listener) => (event: unknown) => {
      if (this.agent === agent) listener(event);
    };
    agent.on("registered", mine(() => this.onLine())); // prettier-ignore
    agent.on("disconnected", mine(() => this.onLost())); // prettier-ignore
    agent.on("registrationFailed", mine((event: { cause?: string }) => this.tell(lineTrouble(event.cause)))); // prettier-ignore
    agent.on("newRTCSession", mine((event: Incoming) => this.onSession(event))); // prettier-ignore
    return agent;
  }

  private onLine(): void {
    this.tell({ kind: "registered" });
    // A call that outlived the WebSocket tells the exchange where we are now; else its good-bye would be lost.
    if (this.wasLost) this.session?.renegotiate();
    this.wasLost = false;
  }

  private onLost(): void {
    this.wasLost = true;
    this.tell({ kind: "lost" });
  }

  private onSession(event: Incoming): void {
    if (event.originator !== "remote") return;
    // The exchange rings an agent's standing leg anew only when it has given the one before up.
    if (this.session && asksForAnswer(event.request)) this.replaceCall();
    if (this.session || this.status.call !== "none") {
      event.session.terminate({ status_code: 486 });
      return;
    }
    const caller = event.session.remote_identity;
    this.adopt(event.session);
    this.tell({ kind: "rings", peer: caller?.display_name || caller?.uri.user || "" });
    if (asksForAnswer(event.request)) this.answer();
  }

  private replaceCall(): void {
    const before = this.session;
    this.onEnd(undefined);
    before?.terminate();
  }

  // ---- the call ------------------------------------------------------------------------------------------------------

  private adopt(session: SipSession): void {
    this.session = session;
    const mine = (listener: Listener) => (event: unknown) => {
      if (this.session === session) listener(event);
    };
    const end = mine((event: { cause?: string }) => this.onEnd(event.cause));
    session.on("confirmed", mine(() => this.tell({ kind: "talks" }))); // prettier-ignore
    session.on("hold", mine((event) => event.originator === "local" && this.tell({ kind: "holds" }))); // prettier-ignore
    session.on("unhold", mine((event) => event.originator === "local" && this.tell({ kind: "resumes" }))); // prettier-ignore
    session.on("ended", end);
    session.on("failed", end);
    session.on("peerconnection", mine((event) => this.listenTo(event.peerconnection))); // prettier-ignore
    if (session.connection) this.listenTo(session.connection);
    limitGathering(session);
  }

  private listenTo(connection: RTCPeerConnection): void {
    connection.addEventListener("track", (event) => {
      this.parts.speaker.play(event.streams[0] ?? new MediaStream([event.track]));
    });
  }

  private onEnd(cause: string | undefined): void {
    this.session = null;
    this.parts.speaker.play(null);
    this.setTracks(true);
    this.tell({ kind: "ends", reason: callTrouble(cause) });
  }

  private async withMicrophone(use: (stream: MediaStream) => void): Promise<void> {
    try {
      if (!this.stream?.getAudioTracks().some((track) => track.readyState === "live")) {
        this.stream = await this.parts.microphone(this.microphoneId);
      }
      use(this.stream);
    } catch (error) {
      const session = this.session;
      this.session = null;
      session?.terminate({ status_code: 480 });
      this.tell({ kind: "ends", reason: error instanceof MicrophoneError ? error.reason : "failed" });
    }
  }

  private setTracks(enabled: boolean): void {
    for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = enabled;
  }

  private closeMicrophone(): void {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
  }

  private tell(event: PhoneEvent): void {
    const next = advance(this.status, event);
    if (next === this.status) return;
    this.status = next;
    for (const listener of this.listeners) listener(next);
  }
}

interface Incoming {
  originator: string;
  session: SipSession;
  request?: { getHeader(name: string): string | undefined };
}

/** Whether the exchange wants this call answered at once: the standing leg of an agent, a call being listened to. */
function asksForAnswer(request: Incoming["request"]): boolean {
  const headers = [request?.getHeader("Call-Info"), request?.getHeader("Alert-Info")];
  return headers.some((header) => /answer-after\s*=\s*0|auto.?answer/i.test(header ?? ""));
}

function media(stream: MediaStream): object {
  return { mediaStream: stream, mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } };
}

function limitGathering(session: SipSession): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  session.on("icecandidate", (event: { ready: () => void }) => {
    timer ??= setTimeout(() => event.ready(), GATHERING_MS);
  });
}

function lineTrouble(cause: string | undefined): PhoneEvent {
  const isNetwork = cause === "Connection Error" || cause === "Request Timeout" || cause === "Internal Error";
  return { kind: isNetwork ? "lost" : "refused" };
}

const CALL_TROUBLES: Record<string, PhoneReason> = {
  Busy: "busy",
  Rejected: "busy",
  "No Answer": "no_answer",
  Unavailable: "no_answer",
  "Not Found": "no_answer",
  "User Denied Media Access": "microphone_denied",
  "WebRTC Error": "no_media",
  "RTP Timeout": "no_media",
  "Bad Media Description": "no_media",
  "Connection Error": "unreachable",
  "Request Timeout": "unreachable",
};

function callTrouble(cause: string | undefined): PhoneReason | "" {
  if (!cause || ["Terminated", "Canceled"].includes(cause)) return "";
  return CALL_TROUBLES[cause] ?? "failed";
}

/** The loudspeaker of the page. */
class PageSpeaker implements Speaker {
  private readonly element = new Audio();

  constructor() {
    this.element.autoplay = true;
  }

  play(stream: MediaStream | null): void {
    this.element.srcObject = stream;
    if (stream) void this.element.play().catch((error: unknown) => console.warn("sound is not played", error));
  }

  async choose(deviceId: string): Promise<void> {
    await this.element.setSinkId?.(deviceId).catch(() => undefined); // the device is gone: the system's choice stays
  }
}

/** Load JsSIP and return a phone that speaks to the exchange through the place this page came from. */
export async function loadSoftphone(): Promise<Softphone> {
  const { default: jssip } = await import("jssip");
  const { protocol, host } = window.location;
  return new JsSipPhone({
    library: {
      makeAgent: (options, url) =>
        new jssip.UA({ ...options, sockets: [new jssip.WebSocketInterface(url)] } as never) as unknown as SipAgent,
    },
    socketUrl: `${protocol === "https:" ? "wss:" : "ws:"}//${host}/sip`,
    speaker: new PageSpeaker(),
    microphone: openMicrophone,
  });
}
