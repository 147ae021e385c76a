// The live connection, /push: a picture, then what changes in it; after a loss it goes on where it was.
import type { components } from "@/api/live";

type Schemas = components["schemas"];
export type LiveMessage = Schemas["Snapshot"] | Schemas["Changes"] | Schemas["Resumed"];
export type LiveView = "desk" | "wall" | "call";
export type LinkState = "off" | "connecting" | "open" | "lost";

/** As much of a WebSocket as is used. */
export interface PushSocket {
  send(text: string): void;
  close(code?: number): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
}
export interface PushParts {
  open: () => PushSocket;
  /** A picture, or changes that follow the last message. */
  onMessage: (message: LiveMessage) => void;
  onState: (state: LinkState) => void;
  /** The server closed because the log-in is over. */
  onRefused: () => void;
}

const WAITS_MS = [250, 500, 1000, 2000, 4000, 8000];
/** After so long without a word we say hello again, which is answered at once: a page cannot see the socket's pings. */
const SILENCE_MS = 25_000;
const ANSWER_MS = 8000;
/** What the server closes with when coming back is of no use: the log-in is over, the view is not for us. */
const LOGGED_OUT = 4401;
const NOT_FOR_US = 4403;

export class Push {
  private socket: PushSocket | null = null;
  private view: LiveView = "desk";
  private callId = "";
  private epoch = "";
  private seq = 0;
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private state: LinkState = "off";

  constructor(private readonly parts: PushParts) {}

  /** Follow a view; `callId` is of the view "call". The same one again changes nothing. */
  follow(view: LiveView, callId = ""): void {
    if (this.state !== "off" && view === this.view && callId === this.callId) return;
    this.view = view;
    this.callId = callId;
    this.epoch = "";
    this.seq = 0;
    this.failures = 0;
    this.connect();
  }

  stop(): void {
    this.drop();
    this.epoch = "";
    this.seq = 0;
    this.tell("off");
  }

  /** Do not wait for the next try. */
  connectNow(): void {
    if (this.state === "lost") this.connect();
  }

  private connect(): void {
    this.drop();
    if (this.state !== "lost") this.tell("connecting");
    const socket = this.parts.open();
    this.socket = socket;
    const mine = (listener: (event: never) => void) => (event: never) => {
      if (this.socket === socket) listener(event);
    };
    this.expectAnswer();
    socket.onopen = mine(() => this.sayHello());
    socket.onmessage = mine((event: MessageEvent) => this.read(String(event.data)));
    socket.onclose = mine((event: CloseEvent) => this.onClose(event.code));
  }

  private sayHello(): void {
    const hello = { type: "hello", view: this.view, epoch: this.epoch, after: this.seq };
    this.socket?.send(JSON.stringify(this.callId ? { ...hello, call_id: this.callId } : hello));
    this.expectAnswer();
  }

  private read(text: string): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.sayHello(), SILENCE_MS);
    const message = JSON.parse(text) as LiveMessage;
    const isOurs = message.epoch === this.epoch;
    if (message.type === "changes" && isOurs && message.seq <= this.seq) return; // it crossed with our hello
    if (message.type === "changes" && !(isOurs && message.seq === this.seq + 1)) {
      // Something is missing: what follows cannot be trusted, a whole picture can.
      this.epoch = "";
      this.seq = 0;
      this.connect();
      return;
    }
    // "resumed" says how far the changes that now come will go; they carry their own numbers.
    if (message.type !== "resumed") {
      this.epoch = message.epoch;
      this.seq = message.seq;
    }
    this.failures = 0;
    this.parts.onMessage(message);
    this.tell("open");
  }

  private onClose(code: number): void {
    this.drop();
    if (code === LOGGED_OUT || code === NOT_FOR_US) {
      this.tell("off");
      if (code === LOGGED_OUT) this.parts.onRefused();
      return;
    }
    this.lose();
  }

  private lose(): void {
    this.tell("lost");
    const wait = WAITS_MS[Math.min(this.failures, WAITS_MS.length - 1)] ?? 0;
    this.failures += 1;
    // A little apart, so that a thousand browsers do not come back in the same instant.
    this.retry = setTimeout(() => this.connect(), wait * (0.75 + Math.random() / 2));
  }

  private expectAnswer(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      this.drop();
      this.lose();
    }, ANSWER_MS);
  }

  private drop(): void {
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private tell(state: LinkState): void {
    if (state === this.state) return;
    this.state = state;
    this.parts.onState(state);
  }
}
