import { partBehind, type PicturePart, PIECES_MAX } from "./picture_part.ts";

/** Second byte of markers: ITU-T T.81, table B.1. */
const MARKER = {
  fill: 0xff,
  stuffing: 0x00,
  temporary: 0x01,
  firstRestart: 0xd0,
  lastRestart: 0xd7,
  start: 0xd8,
  end: 0xd9,
  scan: 0xda,
  firstApplication: 0xe0,
  lastApplication: 0xef,
  comment: 0xfe,
} as const;

/** Markers of a frame are 0xc0 to 0xcf without these: tables, an extension, and conditioning. */
const NO_FRAME: readonly number[] = [0xc4, 0xc8, 0xcc];

/** What application blocks are called that change colours, and one that may. */
const PROFILE = { marker: 0xe2, name: "ICC_PROFILE\0" } as const;
const ADOBE = { marker: 0xee, name: "Adobe" } as const;
const JFIF = { marker: 0xe0, name: "JFIF\0" } as const;

/** Where the block of Adobe says how colours were turned, and what stands there for YCbCr. */
const ADOBE_TRANSFORM = { at: 11, yCbCr: 1 } as const;

/** Names of the components of a frame that everyone takes for YCbCr. */
const Y_CB_CR: readonly number[] = [1, 2, 3];

/**
 * The parts of a JPEG file that are no words about the picture: its segments and the data between
 * them, without application blocks and comments. Those stay that change colours: the profile, and
 * the block of Adobe. Null where the file is damaged or ends early.
 *
 * [Note: JFIF and colours] A block that says JFIF says that three components are YCbCr, which they
 * are anyway unless Adobe's block or the names of the components say otherwise. Only then does it
 * count, or one file with it and one without would be told to be the same and shown in other
 * colours. Source: `default_decompress_parms` of the Independent JPEG Group's library.
 *
 * O(bytes); never throws.
 */
export function jpegParts(bytes: Uint8Array): PicturePart[] | null {
  if (bytes[0] !== 0xff || bytes[1] !== MARKER.start) return null;
  const parts: PicturePart[] = [];
  const seen = { frame: false, scan: false, isJfif: false };
  let at = 2;
  while (parts.length < PIECES_MAX) {
    const marker = markerAt(bytes, at);
    if (marker === null) return null;
    at = marker.end;
    if (marker.code === MARKER.end) {
      if (!seen.frame || !seen.scan) return null;
      if (seen.isJfif && needsJfif(parts)) {
        parts.push({ name: "JFIF", role: "picture", pieces: [] });
      }
      return [...parts, ...partBehind(bytes.subarray(at))];
    }
    const payload = payloadAt(bytes, at);
    if (payload === null || !hasPayload(marker.code)) return null;
    at += 2 + payload.length;
    seen.frame ||= isFrame(marker.code);
    seen.isJfif ||= isNamed({ marker: marker.code, payload }, JFIF);
    const part = segmentPart(marker.code, payload);
    if (part !== null) parts.push(part);
    if (marker.code !== MARKER.scan) continue;
    if (!seen.frame) return null;
    seen.scan = true;
    const end = scanEnd(bytes, at);
    parts.push({ name: "scan data", role: "picture", pieces: [bytes.subarray(at, end)] });
    at = end;
  }
  return null;
}

/** The marker at a place, and where it ends; any number of fill bytes may stand before it. */
function markerAt(
  bytes: Uint8Array,
  start: number,
): { readonly code: number; readonly end: number } | null {
  if (bytes[start] !== 0xff) return null;
  let at = start + 1;
  while (bytes[at] === MARKER.fill) at++;
  const code = bytes[at];
  return code === undefined ? null : { code, end: at + 1 };
}

/** What a segment holds behind its length. */
function payloadAt(bytes: Uint8Array, at: number): Uint8Array | null {
  if (at + 2 > bytes.length) return null;
  const length = bytes[at]! * 256 + bytes[at + 1]!;
  return length < 2 || at + length > bytes.length ? null : bytes.subarray(at + 2, at + length);
}

/** Whether a length follows on a marker; the others have no business between segments. */
function hasPayload(code: number): boolean {
  const isBare = code === MARKER.stuffing || code === MARKER.temporary ||
    (code >= MARKER.firstRestart && code <= MARKER.start);
  return !isBare;
}

function isFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && !NO_FRAME.includes(code);
}

/** Null for words about the picture. */
function segmentPart(code: number, payload: Uint8Array): PicturePart | null {
  const name = `segment ${code.toString(16)}`;
  const isApplication = code >= MARKER.firstApplication && code <= MARKER.lastApplication;
  if (!isApplication && code !== MARKER.comment) {
    return { name, role: "picture", pieces: [payload] };
  }
  if (isNamed({ marker: code, payload }, PROFILE)) {
    return { name, role: "colour", pieces: [payload] };
  }
  const isAdobe = isNamed({ marker: code, payload }, ADOBE);
  return isAdobe ? { name, role: "picture", pieces: [payload] } : null;
}

function isNamed(
  segment: { readonly marker: number; readonly payload: Uint8Array },
  wanted: { readonly marker: number; readonly name: string },
): boolean {
  if (segment.marker !== wanted.marker || segment.payload.length < wanted.name.length) return false;
  for (let at = 0; at < wanted.name.length; at++) {
    if (segment.payload[at] !== wanted.name.charCodeAt(at)) return false;
  }
  return true;
}

/** Where the data of a scan ends: at a marker that is neither a stuffed byte nor a restart. */
function scanEnd(bytes: Uint8Array, start: number): number {
  let at = bytes.indexOf(0xff, start);
  while (at >= 0) {
    let next = at + 1;
    while (bytes[next] === MARKER.fill) next++;
    const code = bytes[next] ?? MARKER.stuffing;
    const isData = code === MARKER.stuffing ||
      (code >= MARKER.firstRestart && code <= MARKER.lastRestart);
    if (!isData) return at;
    at = bytes.indexOf(0xff, next + 1);
  }
  return bytes.length;
}

/** See [Note: JFIF and colours]. */
function needsJfif(parts: readonly PicturePart[]): boolean {
  const adobe = parts.find(({ name }) => name === `segment ${ADOBE.marker.toString(16)}`);
  if (adobe !== undefined) {
    return adobe.pieces[0]![ADOBE_TRANSFORM.at] !== ADOBE_TRANSFORM.yCbCr;
  }
  const frame = parts.find(({ name }) => /^segment c[0-35-79-bd-f]$/.test(name));
  const payload = frame?.pieces[0];
  if (payload === undefined || payload[5] !== 3) return false;
  return Y_CB_CR.some((component, index) => payload[6 + 3 * index] !== component);
}
