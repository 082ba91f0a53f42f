import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { type FileChunk, joined, latin1Bytes, pngOf } from "../testing/picture_bytes.ts";
import { imageDataDigest } from "./image_data.ts";
import { PIECES_MAX } from "./picture_part.ts";
import { pngParts } from "./png_parts.ts";

function chunk(type: string, payload = ""): FileChunk {
  return { type, payload: latin1Bytes(payload) };
}

const HEAD = chunk("IHDR", "\0\0\0\x01\0\0\0\x01\x08\0\0\0\0");
const DATA = chunk("IDAT", "picture data");
const END = chunk("IEND");
const PLAIN = pngOf([HEAD, DATA, END]);

function digest(bytes: Uint8Array): string | null {
  return imageDataDigest({ bytes, format: "png" }, 1);
}

Deno.test("imageDataDigest() of a PNG stays with words, and however its data is cut", () => {
  const whole = digest(PLAIN);
  assertNotEquals(whole, null);
  for (const type of ["tEXt", "zTXt", "iTXt", "eXIf", "tIME", "pHYs"]) {
    assertEquals(digest(pngOf([HEAD, chunk(type, "a"), DATA, chunk(type), END])), whole, type);
  }
  const cut = ["pic", "", "ture data"].map((piece) => chunk("IDAT", piece));
  assertEquals(digest(pngOf([HEAD, ...cut, END])), whole);
  assertEquals(digest(joined(PLAIN, new Uint8Array(9))), whole);
});

Deno.test("imageDataDigest() of a PNG counts colours, layers, frames and what is behind", () => {
  const files = ["gAMA", "iCCP", "tRNS", "PLTE", "acTL", "prVW"].map((type) => {
    return pngOf([HEAD, chunk(type, "a"), DATA, END]);
  });
  const behind = joined(PLAIN, latin1Bytes("video"));
  const digests = [PLAIN, behind, ...files].map(digest);
  assertEquals(new Set([...digests, null]).size, 9);
});

Deno.test("imageDataDigest() is null for a PNG that is damaged or cut", () => {
  for (let length = 0; length < PLAIN.length; length++) {
    assertEquals(digest(PLAIN.subarray(0, length)), null, `${length}`);
  }
  const damaged: Readonly<Record<string, readonly FileChunk[]>> = {
    "no head": [DATA, END],
    "two heads": [HEAD, HEAD, DATA, END],
    "no data": [HEAD, END],
    "data in two places": [HEAD, DATA, chunk("tEXt"), DATA, END],
    "an end with something in it": [HEAD, DATA, chunk("IEND", "x")],
    "no type": [HEAD, chunk("1234"), DATA, END],
  };
  for (const [why, chunks] of Object.entries(damaged)) {
    assertEquals(digest(pngOf(chunks)), null, why);
  }
});

Deno.test("imageDataDigest() of a PNG changes with any byte that is no word", () => {
  const word = chunk("tEXt", "words");
  const file = joined(pngOf([HEAD, word, DATA, DATA, END]), latin1Bytes("more"));
  const whole = digest(file);
  const wordStart = 8 + 25;
  const wordEnd = wordStart + 12 + word.payload.length;
  for (let at = 0; at < file.length; at++) {
    if (at >= wordStart && at < wordEnd) continue;
    for (let byte = 0; byte < 256; byte++) {
      if (file[at] === byte) continue;
      const changed = file.slice();
      changed[at] = byte;
      assertNotEquals(digest(changed), whole, `${at} ${byte}`);
    }
  }
});

Deno.test("pngParts() refuses a file of nothing but empty pieces", () => {
  const few = Array.from({ length: 1000 }, () => chunk("IDAT"));
  assertEquals(pngParts(pngOf([HEAD, ...few, END]))?.length, 2);
  const many = Array.from({ length: PIECES_MAX }, () => chunk("IDAT"));
  assertEquals(pngParts(pngOf([HEAD, ...many, END])), null);
});

Deno.test("pngParts() ends on any bytes", () => {
  const change = fc.tuple(fc.nat({ max: PLAIN.length - 1 }), fc.nat({ max: 255 }));
  fc.assert(fc.property(fc.array(change), fc.nat({ max: PLAIN.length }), (changes, length) => {
    const bytes = PLAIN.slice(0, length);
    for (const [at, byte] of changes) bytes[at] = byte;
    pngParts(bytes);
  }));
});
