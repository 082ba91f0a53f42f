import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { fileFormat, FORMAT_BYTES } from "./image_format.ts";

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The first box of a file of the ISO base media family. */
function mediaBox(major: string, others: readonly string[]): Uint8Array<ArrayBuffer> {
  const brands = others.join("");
  return bytes(`\0\0\0${String.fromCharCode(16 + brands.length)}ftyp${major}\0\0\0\0${brands}moov`);
}

Deno.test("fileFormat() knows the pictures that are decoded", () => {
  const starts: [string, string][] = [
    ["\xff\xd8\xff\xe1", "jpeg"],
    ["\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "png"],
    ["GIF87a", "gif"],
    ["GIF89a", "gif"],
    ["RIFF\x10\0\0\0WEBPVP8 ", "webp"],
    ["II*\0\x08\0\0\0", "tiff"],
    ["MM\0*\0\0\0\x08", "tiff"],
  ];
  for (const [start, format] of starts) {
    assertEquals(fileFormat(bytes(start)), { kind: "image", format } as never);
  }
});

Deno.test("fileFormat() tells still pictures from videos by any of their brands", () => {
  assertEquals(fileFormat(mediaBox("avif", [])), { kind: "image", format: "avif" });
  assertEquals(fileFormat(mediaBox("mif1", ["heic"])), { kind: "image", format: "heic" });
  assertEquals(fileFormat(mediaBox("crx ", [])), { kind: "other-image", name: "Canon CR3 raw" });
  const video = { kind: "not-image", name: "MP4 or QuickTime video" } as const;
  assertEquals(fileFormat(mediaBox("isom", ["mp42"])), video);
  assertEquals(fileFormat(mediaBox("qt  ", [])), video);
  // A brand counts only inside the box.
  assertEquals(fileFormat(bytes("\0\0\0\x10ftypisom\0\0\0\0heic")), video);
});

Deno.test("fileFormat() names what is known and not decoded", () => {
  const starts: [string, string][] = [
    ["RIFF\x10\0\0\0AVI LIST", "AVI video"],
    ["\x1a\x45\xdf\xa3", "Matroska or WebM video"],
    ["%PDF-1.7", "PDF document"],
    ["PK\x03\x04", "ZIP archive"],
    ['{"title": "Ümläut"}', "text"],
    ["<?xpacket begin=''?>", "text"],
  ];
  for (const [start, name] of starts) {
    assertEquals(fileFormat(bytes(start)), { kind: "not-image", name });
  }
  const pictures: [string, string][] = [
    ["\xff\x0a\x01", "JPEG XL"],
    ["BM\x10", "BMP"],
    ["<svg xmlns='a'>", "SVG drawing"],
    ["<?xml version='1.0'?>\n<!-- drawn --><svg>", "SVG drawing"],
    ["IIU\0\x18", "Panasonic raw"],
  ];
  for (const [start, name] of pictures) {
    assertEquals(fileFormat(bytes(start)), { kind: "other-image", name });
  }
});

Deno.test("fileFormat() says unknown to anything else, and never throws", () => {
  assertEquals(fileFormat(new Uint8Array()), { kind: "unknown" });
  assertEquals(fileFormat(Uint8Array.of(0, 1, 2)), { kind: "unknown" });
  fc.assert(fc.property(fc.uint8Array({ maxLength: 2 * FORMAT_BYTES }), (start) => {
    fileFormat(start);
  }));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (rest) => {
    fileFormat(Uint8Array.from([...rest.subarray(0, 4), ...bytes("ftyp"), ...rest]));
  }));
});
