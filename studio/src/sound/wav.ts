const HEADER = 44; // bytes
const FULL = 0x7fff; // of 16 bits

/** Return samples between −1 and 1 as a WAV file: one channel, 16 bits a sample, uncompressed (RIFF, IBM and Microsoft 1991). */
export function wav(samples: Float32Array, rate: number): ArrayBuffer {
  const file = new ArrayBuffer(HEADER + 2 * samples.length);
  const view = new DataView(file);
  const text = (at: number, said: string) => [...said].forEach((letter, i) => void view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, file.byteLength - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true); // bytes of what follows here
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true); // bytes in a second
  view.setUint16(32, 2, true); // bytes of a sample, all channels
  view.setUint16(34, 16, true); // bits
  text(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, i) => void view.setInt16(HEADER + 2 * i, Math.round(Math.max(-1, Math.min(1, sample)) * FULL), true));
  return file;
}

/** Return pieces of sound, one after the other. */
export function joined(pieces: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Return how loud a piece of sound is: the root of the mean of its squares. */
export const loudness = (piece: Float32Array): number =>
  piece.length ? Math.sqrt(piece.reduce((sum, sample) => sum + sample * sample, 0) / piece.length) : 0;
