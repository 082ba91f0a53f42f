import { crc32 } from "node:zlib";

/** A chunk of a PNG or WebP file. */
export interface FileChunk {
  /** Four letters. */
  readonly type: string;
  readonly payload: Uint8Array;
}

/** Pieces one after the other. */
export function joined(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Each character as one byte. */
export function latin1Bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** EXIF data that says which way is up, from 1 to 8, and nothing else. */
export function exifWayUp(way: number): Uint8Array<ArrayBuffer> {
  const orientation = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, way, 0, 0];
  return joined(
    latin1Bytes("MM\0*\0\0\0\x08\0\x01"),
    Uint8Array.from(orientation),
    new Uint8Array(4),
  );
}

/** A segment of a JPEG file. */
export function jpegSegment(marker: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = payload.length + 2;
  return joined(Uint8Array.of(0xff, marker, length >> 8, length & 255), payload);
}

/** A JPEG file with a segment more, right behind its start. */
export function withSegment(
  jpeg: Uint8Array,
  marker: number,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return joined(jpeg.subarray(0, 2), jpegSegment(marker, payload), jpeg.subarray(2));
}

/** The chunks of a whole PNG file. */
export function pngChunks(png: Uint8Array): FileChunk[] {
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  const chunks: FileChunk[] = [];
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    chunks.push({ type, payload: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

/** A PNG file of chunks. */
export function pngOf(chunks: readonly FileChunk[]): Uint8Array<ArrayBuffer> {
  const written = chunks.map(({ payload, type }) => {
    const named = joined(latin1Bytes(type), payload);
    const framed = joined(new Uint8Array(4), named, new Uint8Array(4));
    const view = new DataView(framed.buffer);
    view.setUint32(0, payload.length);
    view.setUint32(framed.length - 4, crc32(named));
    return framed;
  });
  return joined(latin1Bytes("\x89PNG\r\n\x1a\n"), ...written);
}

/** A WebP file of chunks. */
export function webpOf(chunks: readonly FileChunk[]): Uint8Array<ArrayBuffer> {
  const written = chunks.map(({ payload, type }) => {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, payload.length, true);
    return joined(latin1Bytes(type), length, payload, new Uint8Array(payload.length % 2));
  });
  const body = joined(latin1Bytes("WEBP"), ...written);
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, body.length, true);
  return joined(latin1Bytes("RIFF"), size, body);
}
