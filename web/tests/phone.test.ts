// The phone through its own interface, on a user agent of the same shape as JsSIP's.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { MicrophoneError } from "@/phone/devices";
import { JsSipPhone, type PhoneParts, type SipAgent, type SipSession } from "@/phone/jssip";
import type { Credentials } from "@/phone/softphone";

type Listener = (event: unknown) => void;
class Emitter {
  private readonly listeners = new Map<string, Listener[]>();
  on(name: string, listener: Listener): void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
  }
  emit(name: string, event: unknown = {}): void {
    for (const listener of this.listeners.get(name) ?? []) listener(event);
  }
}
class FakeSession extends Emitter implements SipSession {
  connection: RTCPeerConnection | null = null;
  remote_identity = { uri: { user: "agent-leg" }, display_name: "Waihu" };
  answer = vi.fn();
  terminate = vi.fn();
  hold = vi.fn(() => true);
  unhold = vi.fn(() => true);
  sendDTMF = vi.fn();
  refer = vi.fn();
  renegotiate = vi.fn(() => true);
}
class FakeAgent extends Emitter implements SipAgent {
  start = vi.fn();
  stop = vi.fn();
  register = vi.fn();
  set = vi.fn(() => true);
  made: FakeSession[] = [];
  call = vi.fn(() => {
    const session = new FakeSession();
    this.made.push(session);
    return session;
  });
  ring(headers: Record<string, string> = {}): FakeSession {
    const session = new FakeSession();
    const request = { getHeader: (name: string) => headers[name] };
    this.emit("newRTCSession", { originator: "remote", session, request });
    return session;
  }
}

const CREDENTIALS: Credentials = { phone: "w-1", password: "one", domain: "127.0.0.1", expires_at: "" };
const track = { kind: "audio", enabled: true, readyState: "live", stop: vi.fn() };
const stream = { getAudioTracks: () => [track], getTracks: () => [track] } as unknown as MediaStream;
let agents: FakeAgent[] = [];
let made: Record<string, unknown>[] = [];
let microphone: PhoneParts["microphone"];
let phone: JsSipPhone;
const agent = () => agents.at(-1)!;
const settle = () => new Promise<void>((done) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(done))));

beforeEach(() => {
  agents = [];
  made = [];
  track.enabled = true;
  track.stop.mockClear();
  microphone = vi.fn(() => Promise.resolve(stream));
  phone = new JsSipPhone({
    library: {
      makeAgent: (options) => {
        made.push(options);
        agents.push(new FakeAgent());
        return agent();
      },
    },
    socketUrl: "ws://here/sip",
    speaker: { play: vi.fn(), choose: () => Promise.resolve() },
    microphone: (id) => microphone(id),
  });
  phone.register(CREDENTIALS);
  agent().emit("registered");
});

describe("the line", () => {
  it("registers with what the server gave", () => {
    expect(made[0]).toMatchObject({ uri: "sip:w-1@127.0.0.1", password: "one", session_timers: false });
    expect(phone.status).toMatchObject({ line: "registered", call: "none" });
  });

  it("says when it is lost, and when it is back", () => {
    agent().emit("disconnected");
    expect(phone.status).toMatchObject({ line: "lost", reason: "unreachable" });
    agent().emit("registered");
    expect(phone.status).toMatchObject({ line: "registered", reason: "" });
  });

  it("tells a refusal from a network that is down", () => {
    agent().emit("registrationFailed", { cause: "Authentication Error" });
    expect(phone.status.line).toBe("refused");
    agent().emit("registrationFailed", { cause: "Connection Error" });
    expect(phone.status.line).toBe("lost");
  });

  it("takes a fresh password without a new connection, so that a call goes on", () => {
    phone.register({ ...CREDENTIALS, password: "two" });
    expect(agents).toHaveLength(1);
    expect(agent().set).toHaveBeenCalledWith("password", "two");
    expect(agent().register).toHaveBeenCalled();
  });

  it("hears nothing more of a connection it has left", () => {
    const before = agent();
    phone.stop();
    before.emit("registered");
    expect(phone.status.line).toBe("off");
    expect(before.stop).toHaveBeenCalled();
  });
});

describe("a call that comes", () => {
  it("rings, is answered, and ends", async () => {
    const session = agent().ring();
    expect(phone.status).toMatchObject({ call: "incoming", peer: "Waihu" });
    expect(session.answer).not.toHaveBeenCalled();
    phone.answer();
    await settle();
    expect(session.answer).toHaveBeenCalledWith(expect.objectContaining({ mediaStream: stream }));
    session.emit("confirmed");
    expect(phone.status.call).toBe("talking");
    session.emit("ended", { cause: "Terminated" });
    expect(phone.status).toMatchObject({ call: "none", reason: "", peer: "" });
  });

  it.each([
    { "Call-Info": "<sip:x>;answer-after=0" },
    { "Alert-Info": "<http://x>;info=alert-autoanswer" },
    { "Alert-Info": "Auto Answer" },
  ])("is answered at once when the exchange asks for it: %j", async (headers) => {
    const session = agent().ring(headers as unknown as Record<string, string>);
    await settle();
    expect(session.answer).toHaveBeenCalled();
  });

  it("tells the exchange where it is when its line is back, and only then", () => {
    const session = agent().ring();
    agent().emit("registered");
    expect(session.renegotiate).not.toHaveBeenCalled();
    agent().emit("disconnected");
    agent().emit("registered");
    expect(session.renegotiate).toHaveBeenCalledTimes(1);
  });

  it("gives way to the standing leg that the exchange rings anew", async () => {
    const before = agent().ring();
    const next = agent().ring({ "Call-Info": "<sip:waihu>;answer-after=0" });
    await settle();
    expect(before.terminate).toHaveBeenCalled();
    expect(next.terminate).not.toHaveBeenCalled();
    expect(next.answer).toHaveBeenCalled();
    before.emit("ended", { cause: "Terminated" });
    expect(phone.status.call).toBe("incoming");
  });

  it("is refused as busy while there is another", () => {
    agent().ring();
    const second = agent().ring();
    expect(second.terminate).toHaveBeenCalledWith({ status_code: 486 });
    expect(phone.status.call).toBe("incoming");
  });

  it("is given up with a reason when the microphone may not be used", async () => {
    microphone = () => Promise.reject(new MicrophoneError("microphone_denied"));
    const session = agent().ring();
    phone.answer();
    await settle();
    expect(session.terminate).toHaveBeenCalledWith({ status_code: 480 });
    expect(phone.status).toMatchObject({ call: "none", reason: "microphone_denied" });
  });

  it("that the caller gave up meanwhile is not answered", async () => {
    const session = agent().ring();
    phone.answer();
    session.emit("failed", { cause: "Canceled" });
    await settle();
    expect(session.answer).not.toHaveBeenCalled();
    expect(phone.status).toMatchObject({ call: "none", reason: "" });
  });
});

describe("a call that is made", () => {
  async function talk(): Promise<FakeSession> {
    phone.dial("*43");
    await settle();
    const session = agent().made[0]!;
    session.emit("confirmed");
    return session;
  }

  it("goes to the exchange's own domain", async () => {
    await talk();
    expect(agent().call).toHaveBeenCalledWith("sip:*43@127.0.0.1", expect.objectContaining({ mediaStream: stream }));
    expect(phone.status).toMatchObject({ call: "talking", peer: "*43" });
  });

  it("can be given up before it is even placed", async () => {
    phone.dial("*43");
    phone.hangUp();
    await settle();
    expect(agent().call).not.toHaveBeenCalled();
    expect(phone.status.call).toBe("none");
  });

  it("is muted by the microphone itself, and the next call is not muted", async () => {
    const session = await talk();
    phone.mute(true);
    expect([phone.status.muted, track.enabled]).toEqual([true, false]);
    session.emit("ended", {});
    expect([phone.status.muted, track.enabled]).toEqual([false, true]);
  });

  it("is held and taken back", async () => {
    const session = await talk();
    phone.hold(true);
    session.emit("hold", { originator: "local" });
    expect(phone.status.call).toBe("held");
    phone.hold(false);
    session.emit("unhold", { originator: "local" });
    expect(phone.status.call).toBe("talking");
  });

  it("sends digits in the sound, and only digits", async () => {
    const session = await talk();
    phone.digit("5");
    phone.digit("x");
    expect(session.sendDTMF.mock.calls).toEqual([["5", { transportType: "RFC2833" }]]);
  });

  it("says how it failed", async () => {
    phone.dial("100");
    await settle();
    agent().made[0]!.emit("failed", { cause: "Busy" });
    expect(phone.status).toMatchObject({ call: "none", reason: "busy" });
  });

  it("survives the loss of the line: its sound travels another way", async () => {
    await talk();
    agent().emit("disconnected");
    expect(phone.status).toMatchObject({ line: "lost", call: "talking" });
  });

  it("does not wait for slow addresses: half a second after the first one it goes on", async () => {
    vi.useFakeTimers();
    phone.dial("*43");
    await vi.advanceTimersByTimeAsync(0);
    const ready = vi.fn();
    agent().made[0]!.emit("icecandidate", { ready });
    await vi.advanceTimersByTimeAsync(499);
    expect(ready).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(ready).toHaveBeenCalledOnce();
  });
});

it("leaves the microphone when it stops", async () => {
  phone.dial("*43");
  await settle();
  phone.stop();
  expect(agent().made[0]!.terminate).toHaveBeenCalled();
  expect(track.stop).toHaveBeenCalled();
  expect(phone.status).toMatchObject({ line: "off", call: "none" });
});
