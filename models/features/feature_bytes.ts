import { DESCRIPTOR_LENGTH, type LocalFeatures } from "./descriptors.ts";

/** Numbers of four bytes before those of the spots: width, height, count of spots. */
const HEAD_LENGTH = 3;
const PLACE_LENGTH = 4;

/** Local features as text, to be handed from one process to another: 190 bytes a spot. */
export function encodeFeatures(features: LocalFeatures): string {
  const { width, height, places, descriptors } = features;
  const count = places.length / PLACE_LENGTH;
  const bytes = new Uint8Array(4 * (HEAD_LENGTH + places.length) + descriptors.length);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of [width, height, count].entries()) view.setUint32(4 * at, value, true);
  for (const [at, value] of places.entries()) {
    view.setFloat32(4 * (HEAD_LENGTH + at), value, true);
  }
  bytes.set(descriptors, 4 * (HEAD_LENGTH + places.length));
  return bytes.toBase64();
}

/**
 * The features that {@linkcode encodeFeatures} wrote.
 *
 * @throws {SyntaxError} when the text is not base64.
 * @throws {RangeError} when it is too long or too short.
 */
export function decodeFeatures(text: string): LocalFeatures {
  const bytes = Uint8Array.fromBase64(text);
  const view = new DataView(bytes.buffer);
  const [width, height, count] = [0, 4, 8].map((at) => view.getUint32(at, true));
  const start = 4 * (HEAD_LENGTH + count! * PLACE_LENGTH);
  if (bytes.length !== start + count! * DESCRIPTOR_LENGTH) {
    throw new RangeError(`Cannot read ${bytes.length} bytes as features of ${count} spots`);
  }
  const places = new Float32Array(count! * PLACE_LENGTH);
  for (let at = 0; at < places.length; at++) {
    places[at] = view.getFloat32(4 * (HEAD_LENGTH + at), true);
  }
  return { width: width!, height: height!, places, descriptors: bytes.slice(start) };
}
