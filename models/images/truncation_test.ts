import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { DecodedFormat } from "./image_format.ts";
import { isTruncated } from "./truncation.ts";

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const WHOLE: readonly [DecodedFormat, string][] = [
  ["jpeg", "\xff\xd8\xff\xdbdata\xff\xd9"],
  ["jpeg", "\xff\xd8\xff\xdbdata\xff\xd9more"],
  ["png", "\x89PNGdata\0\0\0\0IEND\xae\x42\x60\x82"],
  ["gif", "GIF89adata;"],
  ["webp", "RIFF\x08\0\0\0WEBPdata"],
  ["avif", "\0\0\0\x0cftypavif\0\0\0\x0cmdatdata"],
  ["heic", "\0\0\0\x0cftypheic\0\0\0\0mdatdata"],
  ["heic", "\0\0\0\x01ftyp\0\0\0\0\0\0\0\x14heic"],
];

const CUT: readonly [DecodedFormat, string][] = [
  ["jpeg", "\xff\xd8\xff\xdbdata"],
  ["jpeg", "\xff\xd8\xff\xdbdata\xff"],
  ["png", "\x89PNGdata"],
  ["gif", "GIF89adata"],
  ["webp", "RIFF\x08\0\0\0WEBPdat"],
  ["avif", "\0\0\0\x0cftypavif\0\0\0\x0cmdatdat"],
  ["avif", "\0\0\0\x0cftypavif\0\0"],
  ["heic", "\0\0\0\x01ftyp\0\0"],
];

Deno.test("isTruncated() sees a missing end", () => {
  for (const [format, text] of CUT) assert(isTruncated(format, bytes(text)), text);
});

Deno.test("isTruncated() finds no fault with whole files", () => {
  for (const [format, text] of WHOLE) assertEquals(isTruncated(format, bytes(text)), false, text);
});

Deno.test("isTruncated() never throws", () => {
  const formats = fc.constantFrom<DecodedFormat[]>(
    "avif",
    "gif",
    "heic",
    "jpeg",
    "png",
    "tiff",
    "webp",
  );
  fc.assert(fc.property(formats, fc.uint8Array({ maxLength: 100 }), (format, content) => {
    isTruncated(format, content);
  }));
});
