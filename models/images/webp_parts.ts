import { partBehind, type PartRole, type PicturePart, PIECES_MAX } from "./picture_part.ts";

/** Chunks that are words about the picture. */
const WORDS: ReadonlySet<string> = new Set(["EXIF", "XMP "]);

/** What other chunks are for; what is not in the list may be anything. RFC 9649. */
const ROLES: ReadonlyMap<string, PartRole> = new Map([
  ["VP8X", "picture"],
  ["VP8 ", "picture"],
  ["VP8L", "picture"],
  ["ALPH", "picture"],
  ["ICCP", "colour"],
  ["ANIM", "besides"],
  ["ANMF", "besides"],
]);

/** Flags of the chunk that says what else is in the file. */
const FLAG = { exif: 0x08, xmp: 0x04, alpha: 0x10 } as const;

/** Bytes of that chunk: flags, three reserved ones, width and height less one in three each. */
const EXTENDED_BYTES = 10;

interface Chunk {
  readonly type: string;
  readonly payload: Uint8Array;
  /** Where the next one begins. */
  readonly end: number;
}

/**
 * The parts of a WebP file that are no words about the picture. Null where the file is damaged.
 *
 * [Note: Extended WebP] Words need a chunk in front that says that they are there; with nothing to
 * say but the size, and whether there is transparency, it repeats what the picture says, and is
 * left out: the same picture without words has none.
 *
 * O(bytes); never throws.
 */
export function webpParts(bytes: Uint8Array): PicturePart[] | null {
  if (bytes.length < 12 || textAt(bytes, 0) !== "RIFF" || textAt(bytes, 8) !== "WEBP") return null;
  const end = 8 + viewOf(bytes).getUint32(4, true);
  if (end > bytes.length) return null;
  const parts: PicturePart[] = [];
  let at = 12;
  for (let pieces = 0; at < end; pieces++) {
    const chunk = chunkAt(bytes, at, end);
    if (chunk === null || pieces >= PIECES_MAX) return null;
    at = chunk.end;
    if (WORDS.has(chunk.type)) continue;
    const role = ROLES.get(chunk.type) ?? "besides";
    parts.push({ name: chunk.type, role, pieces: [chunk.payload] });
  }
  if (!parts.some(({ name }) => ["VP8 ", "VP8L", "ANMF"].includes(name))) return null;
  return [...withoutWords(parts), ...partBehind(bytes.subarray(end))];
}

function chunkAt(bytes: Uint8Array, at: number, riffEnd: number): Chunk | null {
  if (at + 8 > riffEnd) return null;
  const length = viewOf(bytes).getUint32(at + 4, true);
  const end = at + 8 + length + length % 2;
  if (end > riffEnd || (length % 2 === 1 && bytes[end - 1] !== 0)) return null;
  const payload = bytes.subarray(at + 8, at + 8 + length);
  return { type: textAt(bytes, at), payload, end };
}

/** The parts with the first one changed to what it would say without words. */
function withoutWords(parts: PicturePart[]): PicturePart[] {
  const [first, ...others] = parts;
  const payload = first!.pieces[0]!;
  if (first!.name !== "VP8X" || payload.length !== EXTENDED_BYTES) return parts;
  const said = payload.slice();
  said[0]! &= ~(FLAG.exif | FLAG.xmp);
  return isRepeated(said, others) ? others : [{ ...first!, pieces: [said] }, ...others];
}

/** See [Note: Extended WebP]. */
function isRepeated(said: Uint8Array, others: readonly PicturePart[]): boolean {
  const picture = others.find(({ name }) => name === "VP8 " || name === "VP8L");
  if (picture === undefined) return false;
  const known = picture.name === "VP8L"
    ? losslessFacts(picture.pieces[0]!)
    : lossyFacts(picture.pieces[0]!);
  if (known === null) return false;
  const isClear = known.isClear || others.some(({ name }) => name === "ALPH");
  const { heightPixels: height, widthPixels: width } = known;
  const wanted = Uint8Array.of(
    isClear ? FLAG.alpha : 0,
    ...[0, 0, 0],
    ...[width - 1, height - 1].flatMap((side) => [side & 255, side >> 8 & 255, side >> 16]),
  );
  return wanted.every((byte, at) => byte === said[at]);
}

interface KnownFacts {
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Whether it says itself that it is transparent somewhere. */
  readonly isClear: boolean;
}

/** Behind a signature of one byte: sides less one in 14 bits each, and one bit. */
function losslessFacts(payload: Uint8Array): KnownFacts | null {
  if (payload.length < 5 || payload[0] !== 0x2f) return null;
  const bits = viewOf(payload).getUint32(1, true);
  const widthPixels = (bits & 0x3fff) + 1;
  const heightPixels = (bits >>> 14 & 0x3fff) + 1;
  return { widthPixels, heightPixels, isClear: (bits >>> 28 & 1) === 1 };
}

/** Behind six bytes: sides in 14 bits each, with two bits for scaling in front. RFC 6386, 9.1. */
function lossyFacts(payload: Uint8Array): KnownFacts | null {
  if (payload.length < 10) return null;
  const view = viewOf(payload);
  const widthPixels = view.getUint16(6, true) & 0x3fff;
  const heightPixels = view.getUint16(8, true) & 0x3fff;
  return { widthPixels, heightPixels, isClear: false };
}

function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
