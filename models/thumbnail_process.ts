/**
 * The program that makes thumbnails: paths come on standard input, one JSON string a line, and for
 * each goes a line to standard output, in the same order: base64 of a small JPEG, or `null` where
 * there is no picture to be made. It may read the photos and nothing else.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import sharp from "sharp";
import { readLines } from "./lines.ts";

/** Longest edge, in pixels, and quality: some 8 KB each. */
const EDGE_PIXELS = 240;
const QUALITY = 68;

/** Pictures of more pixels are left out: decoding one takes 4 bytes for each. */
const PIXELS_MAX = 150_000_000;

async function thumbnailOf(path: string): Promise<string | null> {
  try {
    const jpeg = await sharp(path, { failOn: "none", limitInputPixels: PIXELS_MAX })
      .rotate()
      .resize({ width: EDGE_PIXELS, height: EDGE_PIXELS, fit: "inside", withoutEnlargement: true })
      .flatten({ background: "#ffffff" })
      .jpeg({ quality: QUALITY })
      .toBuffer();
    return Buffer.from(jpeg).toString("base64");
  } catch {
    // No picture, or one that cannot be decoded: the sheet shows its name alone.
    return null;
  }
}

if (import.meta.main) {
  const encoder = new TextEncoder();
  for await (const line of readLines(Deno.stdin.readable)) {
    const bytes = encoder.encode(`${JSON.stringify(await thumbnailOf(JSON.parse(line)))}\n`);
    for (let written = 0; written < bytes.length;) {
      written += Deno.stdout.writeSync(bytes.subarray(written));
    }
  }
}
