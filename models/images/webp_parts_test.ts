import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { type FileChunk, joined, latin1Bytes, webpOf } from "../testing/picture_bytes.ts";
import { imageDataDigest } from "./image_data.ts";
import { PIECES_MAX } from "./picture_part.ts";
import { webpParts } from "./webp_parts.ts";

function chunk(type: string, payload = ""): FileChunk {
  return { type, payload: latin1Bytes(payload) };
}

/** Flags, and a picture of 300 by 2 pixels. */
function extended(flags: number): FileChunk {
  return chunk("VP8X", `${String.fromCharCode(flags)}\0\0\0\x2b\x01\0\x01\0\0`);
}

/** Lossy, of 300 by 2 pixels, with an odd number of bytes. */
const LOSSY = chunk("VP8 ", "\x10\x02\0\x9d\x01\x2a\x2c\x01\x02\0data!");
/** Lossless, of 300 by 2 pixels: 299 and 1 in 14 bits each; the second one is transparent. */
const LOSSLESS = chunk("VP8L", "\x2f\x2b\x41\0\0data!");
const CLEAR = chunk("VP8L", "\x2f\x2b\x41\0\x10data!");

function digest(bytes: Uint8Array): string | null {
  return imageDataDigest({ bytes, format: "webp" }, 1);
}

Deno.test("imageDataDigest() of a WebP stays with words and what says that they are there", () => {
  const words = [chunk("EXIF", "a"), chunk("XMP ", "bc")];
  for (const [picture, flags] of [[LOSSY, 0], [LOSSLESS, 0], [CLEAR, 0x10]] as const) {
    const whole = digest(webpOf([picture]));
    assertNotEquals(whole, null);
    const file = [extended(flags | 0x0c), picture, ...words];
    assertEquals(digest(webpOf(file)), whole, `${picture.payload}`);
    assertEquals(digest(webpOf([extended(flags), picture])), whole);
  }
  const profile = [chunk("ICCP", "profile"), LOSSY];
  const plain = digest(webpOf([extended(0x20), ...profile]));
  assertEquals(digest(webpOf([extended(0x2c), ...profile, ...words])), plain);
  assertNotEquals(plain, digest(webpOf([LOSSY])));
});

Deno.test("imageDataDigest() of a WebP counts what does not fit its picture", () => {
  const files = [
    [LOSSY],
    [extended(0x10), LOSSY],
    [extended(0x10), chunk("ALPH", "a"), LOSSY],
    [extended(0x40), LOSSY],
    [chunk("VP8X", "\0\0\0\0\x2c\x01\0\x01\0\0"), LOSSY],
    [extended(0), CLEAR],
    [CLEAR],
    [extended(0x02), chunk("ANIM", "a"), chunk("ANMF", "frame")],
    [LOSSY, chunk("abcd")],
  ].map(webpOf);
  const behind = joined(webpOf([LOSSY]), latin1Bytes("video"));
  const digests = [behind, ...files].map(digest);
  assertEquals(new Set([...digests, null]).size, 11);
});

Deno.test("imageDataDigest() is null for a WebP that is damaged or cut", () => {
  const file = webpOf([extended(0x08), LOSSY, chunk("EXIF", "a")]);
  for (let length = 0; length < file.length; length++) {
    assertEquals(digest(file.subarray(0, length)), null, `${length}`);
  }
  assertEquals(digest(webpOf([chunk("EXIF", "a")])), null);
  const padded = webpOf([LOSSY]);
  padded[padded.length - 1] = 1;
  assertEquals(digest(padded), null);
});

Deno.test("imageDataDigest() of a WebP changes with any byte that is no word", () => {
  const file = joined(
    webpOf([extended(0x04), LOSSY, chunk("XMP ", "words!")]),
    latin1Bytes("more"),
  );
  const whole = digest(file);
  const words = [12 + 18 + 8 + 16, 12 + 18 + 8 + 16 + 14] as const;
  const flags = 20;
  for (let at = 0; at < file.length; at++) {
    if (at === flags || (at >= words[0] && at < words[1])) continue;
    for (let byte = 0; byte < 256; byte++) {
      if (file[at] === byte) continue;
      const changed = file.slice();
      changed[at] = byte;
      assertNotEquals(digest(changed), whole, `${at} ${byte}`);
    }
  }
});

Deno.test("webpParts() refuses a file of nothing but empty pieces, and ends on any bytes", () => {
  const many = Array.from({ length: PIECES_MAX }, () => chunk("abcd"));
  assertEquals(webpParts(webpOf([LOSSY, ...many])), null);
  const file = webpOf([extended(0x24), chunk("ICCP", "p"), LOSSY, chunk("EXIF", "a")]);
  const change = fc.tuple(fc.nat({ max: file.length - 1 }), fc.nat({ max: 255 }));
  fc.assert(fc.property(fc.array(change), fc.nat({ max: file.length }), (changes, length) => {
    const bytes = file.slice(0, length);
    for (const [at, byte] of changes) bytes[at] = byte;
    webpParts(bytes);
  }));
});
