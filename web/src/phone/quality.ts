// How good a call sounds, from what WebRTC counts.
import type { CallStats } from "@/phone/softphone";

type Report = Record<string, unknown> & { type: string };

/** Read the counts of one call out of a WebRTC report. */
export function readStats(report: RTCStatsReport): CallStats {
  const found: Record<string, Report> = {};
  report.forEach((entry: Report) => {
    if (entry.kind === undefined || entry.kind === "audio") found[entry.type] = entry;
  });
  const number = (type: string, name: string) => Number(found[type]?.[name] ?? 0);
  return {
    packetsSent: number("outbound-rtp", "packetsSent"),
    packetsReceived: number("inbound-rtp", "packetsReceived"),
    packetsLost: number("inbound-rtp", "packetsLost"),
    energySent: number("media-source", "totalAudioEnergy"),
    energyReceived: number("inbound-rtp", "totalAudioEnergy"),
    jitterMs: number("inbound-rtp", "jitter") * 1000,
    rttMs: number("remote-inbound-rtp", "roundTripTime") * 1000,
    codec: String(found.codec?.mimeType ?? "").replace("audio/", ""),
  };
}

/** The part of packets lost between two readings, 0..1. */
export function lossRatio(before: CallStats | null, now: CallStats): number {
  const lost = now.packetsLost - (before?.packetsLost ?? 0);
  const received = now.packetsReceived - (before?.packetsReceived ?? 0);
  return lost + received > 0 ? Math.max(0, lost) / (lost + received) : 0;
}

/**
 * Estimate how people would judge the sound, 1 (bad) to 4.4 (good).
 *
 * A short form of ITU-T G.107 (E-model): the delay is half the round trip, twice the jitter for the buffer, and 10 ms
 * for the codec; each percent of loss takes 2.5 points of R. It says how the network does, not how a voice sounds.
 */
export function estimateMos(rttMs: number, jitterMs: number, loss: number): number {
  const delayMs = rttMs / 2 + jitterMs * 2 + 10;
  const byDelay = delayMs < 160 ? delayMs / 40 : (delayMs - 120) / 10;
  const r = Math.min(100, Math.max(0, 93.2 - byDelay - loss * 100 * 2.5));
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}
