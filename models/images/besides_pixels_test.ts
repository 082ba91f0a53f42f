import { assertEquals } from "@std/assert";
import { joined, latin1Bytes, pngOf, webpOf } from "../testing/picture_bytes.ts";
import { besidesPixels } from "./besides_pixels.ts";

/** A TIFF file of these tags, without values. */
function tiff(...tags: readonly number[]): Uint8Array<ArrayBuffer> {
  const entries = tags.map((tag) => {
    const entry = new Uint8Array(12);
    new DataView(entry.buffer).setUint16(0, tag, true);
    return entry;
  });
  return joined(latin1Bytes(`II*\0\x08\0\0\0${String.fromCharCode(tags.length)}\0`), ...entries);
}

/** A PNG file with these chunks before its data. */
function png(
  ...chunks: readonly (readonly [type: string, hex: string])[]
): Uint8Array<ArrayBuffer> {
  const between = chunks.map(([type, hex]) => ({ type, payload: Uint8Array.fromHex(hex) }));
  const [head, data, end] = ["IHDR", "IDAT", "IEND"].map((type) => {
    return { type, payload: new Uint8Array() };
  });
  return pngOf([head!, ...between, data!, end!]);
}

function namesIn(bytes: Uint8Array): string[] | undefined {
  return besidesPixels({ bytes, format: "png" })?.parts.map(({ name }) => name);
}

Deno.test("besidesPixels() knows a plain TIFF, and says nothing of layers and raw files", () => {
  const of = (...tags: readonly number[]): boolean => {
    return besidesPixels({ bytes: tiff(...tags), format: "tiff" }) !== null;
  };
  assertEquals(of(256, 257, 258, 259, 262, 273, 277, 278, 279, 282, 283, 34665, 34675), true);
  const [directories, transfer, layers, raw, unknown] = [330, 301, 37724, 50706, 50_000] as const;
  for (const tag of [directories, transfer, layers, raw, unknown]) {
    assertEquals(of(256, 257, tag), false, `${tag}`);
  }
  assertEquals(of(), false);
  assertEquals(besidesPixels({ bytes: tiff(256).subarray(0, 7), format: "tiff" }), null);
});

Deno.test("besidesPixels() counts how a PNG looks where nothing stronger says it", () => {
  assertEquals(namesIn(png()), []);
  assertEquals(namesIn(png(["gAMA", "000186a0"], ["cHRM", "00"])), ["gAMA", "cHRM"]);
  assertEquals(namesIn(png(["sRGB", "00"], ["gAMA", "000186a0"])), []);
  assertEquals(namesIn(png(["iCCP", "00"], ["gAMA", "000186a0"])), []);
  assertEquals(namesIn(png(["cICP", "010d0001"], ["gAMA", "0000b18f"])), []);
  assertEquals(namesIn(png(["iCCP", "00"], ["cICP", "010d0001"])), ["cICP"]);
  assertEquals(namesIn(png(["tEXt", "00"], ["prVW", "00"])), ["prVW"]);
});

Deno.test("besidesPixels() knows whether there is a profile, and what nobody knows", () => {
  const has = (bytes: Uint8Array, format: "png" | "webp"): boolean | null | undefined => {
    return besidesPixels({ bytes, format })?.hasProfile;
  };
  assertEquals(has(png(), "png"), false);
  assertEquals(has(png(["iCCP", "00"]), "png"), true);
  const chunks = ["ICCP", "VP8 "].map((type) => ({ type, payload: new Uint8Array() }));
  assertEquals(has(webpOf(chunks), "webp"), true);
  for (const format of ["avif", "gif", "heic"] as const) {
    assertEquals(besidesPixels({ bytes: new Uint8Array(99), format }), null);
  }
});
