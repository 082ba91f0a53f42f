import type { DecodedFormat } from "./image_format.ts";

/**
 * Whether a picture file that does not decode seems to have lost its end: the mark with which its
 * format ends is not in it, or it is shorter than it says.
 *
 * Formats that have neither say no. Asked only after decoding failed: many whole files have bytes
 * after their end mark.
 */
export function isTruncated(format: DecodedFormat, bytes: Uint8Array): boolean {
  switch (format) {
    case "jpeg":
      return lastIndexOfPair(bytes, 0xff, 0xd9) < 0;
    case "png":
      return !endsWithin(bytes, "IEND");
    case "gif":
      return !bytes.subarray(-64).includes(0x3b);
    case "webp":
      return bytes.length < 12 || bytes.length < riffBytes(bytes);
    case "avif":
    case "heic":
      return lastBoxIsCut(bytes);
    case "tiff":
      return false;
  }
}

function lastIndexOfPair(bytes: Uint8Array, first: number, second: number): number {
  for (
    let at = bytes.lastIndexOf(first);
    at >= 0;
    at = at === 0 ? -1 : bytes.lastIndexOf(first, at - 1)
  ) {
    if (bytes[at + 1] === second) return at;
  }
  return -1;
}

/** Whether the text is in the last 64 KiB. */
function endsWithin(bytes: Uint8Array, text: string): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(-65_536)).includes(text);
}

/** The size that a RIFF file says it has, with the eight bytes before that number. */
function riffBytes(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(4, true) + 8;
}

/** ISO base media file format: boxes one after the other, each with its size in front. */
function lastBoxIsCut(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = view.getUint32(at);
    if (size === 0) return false;
    const isLong = size === 1;
    if (isLong && at + 16 > bytes.length) return true;
    const sizeBytes = isLong ? Number(view.getBigUint64(at + 8)) : size;
    if (sizeBytes < 8) return false;
    at += sizeBytes;
  }
  return at !== bytes.length;
}
