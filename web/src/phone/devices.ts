// Microphone and loudspeaker: which there are, opening them, and why they do not open.
import type { PhoneReason } from "@/phone/softphone";

/** The microphone did not open; `reason` has words in locales/…/phone.json. */
export class MicrophoneError extends Error {
  constructor(readonly reason: PhoneReason) {
    super(reason);
    this.name = "MicrophoneError";
  }
}

export interface Devices {
  microphones: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
}
export interface DeviceChoice {
  microphoneId: string; // "": the system's choice
  speakerId: string;
}

const KEPT = "waihu.devices";

/** The devices chosen on this machine. */
export function keptChoice(): DeviceChoice {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<DeviceChoice>;
    return { microphoneId: kept.microphoneId ?? "", speakerId: kept.speakerId ?? "" };
  } catch {
    return { microphoneId: "", speakerId: "" };
  }
}

export function keepChoice(choice: DeviceChoice): void {
  localStorage.setItem(KEPT, JSON.stringify(choice));
}

/** List what is plugged in. Names are empty until the microphone has been allowed once. */
export async function listDevices(): Promise<Devices> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return {
    microphones: all.filter((device) => device.kind === "audioinput"),
    speakers: all.filter((device) => device.kind === "audiooutput"),
  };
}

/**
 * Open a microphone, with the browser's echo cancelling.
 *
 * A chosen one that is no longer plugged in is replaced by the system's choice: a call is worth more than a wish.
 */
export async function openMicrophone(deviceId = ""): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new MicrophoneError("no_https"); // browsers hide it outside secure pages
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    const wanted = deviceId ? { ...audio, deviceId: { exact: deviceId } } : audio;
    return await navigator.mediaDevices.getUserMedia({ audio: wanted });
  } catch (error) {
    if (deviceId && error instanceof DOMException && error.name === "OverconstrainedError") return openMicrophone();
    throw new MicrophoneError(reasonOf(error));
  }
}

function reasonOf(error: unknown): PhoneReason {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "microphone_denied";
  return "no_microphone"; // none there, or another program holds it
}

export interface LevelMeter {
  /** How loud it is now, 0..1. */
  read(): number;
  stop(): void;
}

/** Measure how loud a stream is. */
export function meter(stream: MediaStream): LevelMeter {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    read() {
      analyser.getFloatTimeDomainData(samples);
      const square = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      return levelOf(Math.sqrt(square));
    },
    stop: () => void context.close(),
  };
}

/** Loudness as an ear hears it: -60 dB is 0, full scale is 1. */
export function levelOf(rms: number): number {
  return rms > 0 ? Math.min(1, Math.max(0, 1 + (20 * Math.log10(rms)) / 60)) : 0;
}
