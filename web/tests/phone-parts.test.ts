// What stands around the phone: the self-test, the lock of one tab, the measure of quality, loudness.
import { describe, expect, it, vi } from "vitest";
import { levelOf, MicrophoneError, openMicrophone } from "@/phone/devices";
import { holdPhone, type Locks } from "@/phone/holder";
import { estimateMos, lossRatio, readStats } from "@/phone/quality";
import { runSelfTest, type SelfTestParts, type Step } from "@/phone/selftest";
import { advance, IDLE, type CallStats, type PhoneStatus, type Softphone } from "@/phone/softphone";

const QUIET: CallStats = {
  packetsSent: 0,
  packetsReceived: 0,
  packetsLost: 0,
  energySent: 0,
  energyReceived: 0,
  jitterMs: 0,
  rttMs: 0,
  codec: "opus",
};
const GOOD: CallStats = { ...QUIET, packetsSent: 90, packetsReceived: 88, energySent: 0.4, energyReceived: 0.3 };

describe("the self-test", () => {
  function parts(stats: CallStats, changes: Partial<SelfTestParts> = {}, line = "registered"): SelfTestParts {
    const phone = {
      status: { ...IDLE, line } as PhoneStatus,
      dial: vi.fn(() => (phone.status = { ...phone.status, call: "talking" })),
      hangUp: vi.fn(),
      stats: () => Promise.resolve(stats),
    };
    return {
      phone: phone as unknown as Softphone,
      secure: true,
      openMicrophone: () => Promise.resolve({ getTracks: () => [] } as unknown as MediaStream),
      meter: () => ({ read: () => 0.6, stop: () => {} }),
      wait: () => Promise.resolve(),
      ...changes,
    };
  }

  async function run(given: SelfTestParts): Promise<{ passed: boolean; steps: Step[]; failed: string }> {
    let steps: Step[] = [];
    const passed = await runSelfTest(given, (next) => (steps = next));
    const at = steps.find((step) => step.state === "failed");
    return { passed, steps, failed: at ? `${at.name}: ${at.hint}` : "" };
  }

  it("calls the echo extension, hears it, and hangs up", async () => {
    const given = parts(GOOD);
    const { passed, steps } = await run(given);
    expect(passed).toBe(true);
    expect(steps.every((step) => step.state === "ok")).toBe(true);
    expect(given.phone.dial).toHaveBeenCalledWith("*43");
    expect(given.phone.hangUp).toHaveBeenCalled();
  });

  const denied = () => Promise.reject(new MicrophoneError("microphone_denied"));
  it.each([
    ["a page without https", parts(GOOD, { secure: false }), "secure: no_https"],
    ["a microphone that is not allowed", parts(GOOD, { openMicrophone: denied }), "microphone: microphone_denied"],
    ["a muted headset", parts(GOOD, { meter: () => ({ read: () => 0.02, stop: () => {} }) }), "voice: silent"],
    ["a line that is down", parts(GOOD, {}, "lost"), "line: no_line"],
    ["speech that does not go out", parts({ ...GOOD, energySent: 0 }), "sent: nothing_sent"],
    ["a firewall", parts({ ...GOOD, packetsReceived: 0 }), "received: nothing_received"],
    ["an echo without sound", parts({ ...GOOD, energyReceived: 0 }), "echo: no_echo"],
  ])("finds %s", async (_, given, failed) => {
    const result = await run(given);
    expect(result.failed).toBe(failed);
    expect(result.passed).toBe(false);
    expect(result.steps.at(-1)?.state).toMatch(/skipped|failed/);
  });

  it("leaves a call that is under way alone", async () => {
    const given = parts(GOOD);
    (given.phone as { status: PhoneStatus }).status = { ...IDLE, line: "registered", call: "talking" };
    expect((await run(given)).failed).toBe("call: in_call");
    expect(given.phone.hangUp).not.toHaveBeenCalled();
  });
});

describe("the microphone", () => {
  const mediaDevices = (getUserMedia: () => Promise<unknown>) => vi.stubGlobal("navigator", { mediaDevices: { getUserMedia } }); // prettier-ignore

  it.each([
    ["NotAllowedError", "microphone_denied"],
    ["NotFoundError", "no_microphone"],
    ["NotReadableError", "no_microphone"],
  ])("that fails with %s is explained as %s", async (name, reason) => {
    mediaDevices(() => Promise.reject(new DOMException("", name)));
    await expect(openMicrophone()).rejects.toMatchObject({ reason });
  });

  it("is not there on a page without https", async () => {
    vi.stubGlobal("navigator", {});
    await expect(openMicrophone()).rejects.toMatchObject({ reason: "no_https" });
  });

  it("that was chosen but is unplugged is replaced by the system's", async () => {
    const asked = vi
      .fn()
      .mockRejectedValueOnce(new DOMException("", "OverconstrainedError"))
      .mockResolvedValue("stream");
    mediaDevices(asked as () => Promise<unknown>);
    expect(await openMicrophone("gone")).toBe("stream");
  });

  it("is as loud as an ear says", () => {
    expect([levelOf(0), levelOf(0.001), levelOf(1), levelOf(2)].map((level) => Math.round(level * 100))).toEqual([0, 0, 100, 100]); // prettier-ignore
    expect(levelOf(0.0316)).toBeCloseTo(0.5, 1);
  });
});

describe("the phone", () => {
  /** Web Locks for one browser of several tabs. */
  function browser(): Locks {
    let held: { end: () => void; fail: (error: unknown) => void } | null = null;
    const request = (_: string, options: LockOptions, use: (lock: unknown) => Promise<void> | void) => {
      if (held && !options.steal) return Promise.resolve(use(null));
      held?.fail(new DOMException("stolen", "AbortError"));
      return new Promise<void>((end, fail) => {
        const mine = { end, fail };
        held = mine;
        void Promise.resolve(use({})).then(() => {
          if (held === mine) held = null;
          end();
        });
      });
    };
    return { request } as unknown as Locks;
  }

  it("is held by one tab, and another one can take it", async () => {
    const locks = browser();
    const first = await holdPhone(false, locks);
    expect(await holdPhone(false, locks)).toBeNull();
    const second = await holdPhone(true, locks);
    expect(second).not.toBeNull();
    await first?.taken;
    expect(await holdPhone(false, locks)).toBeNull();
  });

  it("is free for the next tab once it is released", async () => {
    const locks = browser();
    (await holdPhone(false, locks))?.release();
    await new Promise((done) => setTimeout(done));
    expect(await holdPhone(false, locks)).not.toBeNull();
  });

  it("takes no event that cannot be: no talk without a call, nothing after it is off", () => {
    expect(advance(IDLE, { kind: "talks" })).toEqual(IDLE);
    expect(advance(IDLE, { kind: "registered" })).toEqual(IDLE);
    const talking: PhoneStatus = { ...IDLE, line: "registered", call: "talking", peer: "a" };
    expect(advance(talking, { kind: "rings", peer: "b" })).toEqual(talking);
    expect(advance(talking, { kind: "stopped" })).toEqual(IDLE);
  });
});

describe("quality", () => {
  it("is read out of what WebRTC counts", () => {
    const report = new Map<string, object>([
      ["a", { type: "outbound-rtp", kind: "audio", packetsSent: 100 }],
      [
        "b",
        {
          type: "inbound-rtp",
          kind: "audio",
          packetsReceived: 97,
          packetsLost: 3,
          jitter: 0.004,
          totalAudioEnergy: 1.5,
        },
      ],
      ["c", { type: "remote-inbound-rtp", kind: "audio", roundTripTime: 0.08 }],
      ["d", { type: "media-source", kind: "audio", totalAudioEnergy: 2 }],
      ["e", { type: "codec", mimeType: "audio/opus" }],
    ]);
    const stats = readStats(report as unknown as RTCStatsReport);
    expect(stats).toMatchObject({
      packetsSent: 100,
      packetsReceived: 97,
      packetsLost: 3,
      energySent: 2,
      codec: "opus",
    });
    expect([stats.jitterMs, stats.rttMs]).toEqual([4, 80]);
  });

  it("counts only what was lost since the last look", () => {
    const before = { ...QUIET, packetsReceived: 100, packetsLost: 10 };
    expect(lossRatio(before, { ...QUIET, packetsReceived: 190, packetsLost: 20 })).toBeCloseTo(0.1);
    expect(lossRatio(null, QUIET)).toBe(0);
  });

  it("is 4.4 on a good network, and falls with loss and delay", () => {
    expect(estimateMos(2, 1, 0)).toBeCloseTo(4.4, 1);
    expect(estimateMos(2, 1, 0.05)).toBeLessThan(4.2);
    expect(estimateMos(800, 60, 0)).toBeLessThan(3.6);
    expect(estimateMos(5000, 500, 1)).toBe(1);
  });
});
