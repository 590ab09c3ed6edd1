import { Refusal } from "../live/connection";
import capture from "./capture?worker&url";
import { joined, loudness, wav } from "./wav";

/** A recording that is being made. */
export interface Recording {
  /** Let the microphone go, and return what it heard. */
  readonly stop: () => Promise<File>;
}

// As it is heard, for the sounds that were learned from were not made louder, nor freed of noise, by a browser either.
const WANTED = { audio: { channelCount: 1, echoCancellation: false, autoGainControl: false, noiseSuppression: false } } as const;

const REASONS: Readonly<Record<string, string>> = {
  NotAllowedError: "The browser does not let the page hear the microphone: allow it beside the address, and press again.",
  NotFoundError: "There is no microphone: connect one, or drop a recording.",
  NotReadableError: "The microphone is taken by another program.",
};

/** Whether the browser has what recording needs; it has not on a page that comes from another machine without encryption. */
export const canRecord = (): boolean => typeof AudioWorkletNode === "function" && navigator.mediaDevices !== undefined;

async function microphone(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia(WANTED);
  } catch (error) {
    const { name, message } = error as DOMException;
    throw new Refusal(REASONS[name] ?? `The microphone cannot be heard: ${message}.`);
  }
}

/** Begin to record. The browser asks the person first. `hear` is told how loud it is and how many seconds there are. */
export async function record(hear: (loud: number, seconds: number) => void): Promise<Recording> {
  const stream = await microphone();
  const context = new AudioContext();
  const pieces: Float32Array[] = [];
  let samples = 0;
  const letGo = async () => {
    for (const track of stream.getTracks()) track.stop();
    await context.close();
  };
  try {
    await context.audioWorklet.addModule(capture);
    const node = new AudioWorkletNode(context, "capture");
    node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
      pieces.push(data);
      samples += data.length;
      hear(loudness(data), samples / context.sampleRate);
    };
    context.createMediaStreamSource(stream).connect(node).connect(context.destination); // it is silent: without an end nothing is pulled
  } catch (error) {
    await letGo();
    throw error;
  }
  const stop = async () => {
    await letGo();
    return new File([wav(joined(pieces), context.sampleRate)], "recording.wav", { type: "audio/wav" });
  };
  return { stop };
}
