/** Runs in the thread of the sound: hands every block of the first channel over to the page. */

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, kind: new () => AudioWorkletProcessor): void;

class Capture extends AudioWorkletProcessor {
  process([input]: readonly (readonly Float32Array[])[]): boolean {
    const block = input?.[0];
    if (block) this.port.postMessage(block);
    return true;
  }
}

registerProcessor("capture", Capture);
