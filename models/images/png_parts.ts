import { crc32 } from "node:zlib";
import { partBehind, type PartRole, type PicturePart, PIECES_MAX } from "./picture_part.ts";

const SIGNATURE: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Bytes of a chunk around what it holds: its length, its type, and a checksum behind. */
const FRAME_BYTES = 12;

/** Chunks that are words about the picture, or say how large to print it. */
const WORDS: ReadonlySet<string> = new Set(["tEXt", "zTXt", "iTXt", "eXIf", "tIME", "pHYs"]);

/**
 * What other chunks are for: those of the standard (third edition, 2025), where hints for poor
 * screens count as picture. What is not in the list may be anything, such as layers or frames.
 */
const ROLES: ReadonlyMap<string, PartRole> = new Map([
  ["IHDR", "picture"],
  ["PLTE", "picture"],
  ["IDAT", "picture"],
  ["tRNS", "picture"],
  ["bKGD", "picture"],
  ["hIST", "picture"],
  ["sBIT", "picture"],
  ["sPLT", "picture"],
  ["cHRM", "colour"],
  ["cICP", "colour"],
  ["cLLI", "colour"],
  ["gAMA", "colour"],
  ["iCCP", "colour"],
  ["mDCV", "colour"],
  ["sRGB", "colour"],
]);

interface Chunk {
  readonly type: string;
  readonly payload: Uint8Array;
  /** Where the next one begins. */
  readonly end: number;
}

/**
 * The parts of a PNG file that are no words about the picture. Its picture data is one part,
 * however it was cut. Null where the file is damaged: also where a checksum is wrong, but in words.
 *
 * O(bytes); never throws.
 */
export function pngParts(bytes: Uint8Array): PicturePart[] | null {
  if (SIGNATURE.some((byte, at) => bytes[at] !== byte)) return null;
  const parts: PicturePart[] = [];
  let data: Uint8Array[] | null = null;
  let before = "";
  let at = SIGNATURE.length;
  for (let pieces = 0; pieces < PIECES_MAX; pieces++) {
    const chunk = chunkAt(bytes, at);
    if (chunk === null || (before === "") !== (chunk.type === "IHDR")) return null;
    at = chunk.end;
    if (chunk.type === "IEND") {
      const isWhole = data !== null && chunk.payload.length === 0;
      return isWhole ? [...parts, ...partBehind(bytes.subarray(at))] : null;
    }
    if (chunk.type === "IDAT") {
      if (data === null) {
        data = [];
        parts.push({ name: "IDAT", role: "picture", pieces: data });
      } else if (before !== "IDAT") return null;
      data.push(chunk.payload);
    } else if (!WORDS.has(chunk.type)) {
      const role = ROLES.get(chunk.type) ?? "besides";
      parts.push({ name: chunk.type, role, pieces: [chunk.payload] });
    }
    before = chunk.type;
  }
  return null;
}

function chunkAt(bytes: Uint8Array, at: number): Chunk | null {
  if (at + FRAME_BYTES > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(at);
  if (length > bytes.length - at - FRAME_BYTES) return null;
  const end = at + FRAME_BYTES + length;
  const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
  if (!/^[A-Za-z]{4}$/.test(type)) return null;
  // A wrong checksum in words takes no pixel away.
  const isChecked = !WORDS.has(type);
  if (isChecked && crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) return null;
  return { type, payload: bytes.subarray(at + 8, end - 4), end };
}
