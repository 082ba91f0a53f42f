import type { SquarePixels } from "./pixel_facts.ts";

/** The picture turned by a quarter, against the clock. */
export function turnedPixels({ pixels, sidePixels }: SquarePixels): SquarePixels {
  const turned = new Uint8Array(pixels.length);
  for (let y = 0; y < sidePixels; y++) {
    for (let x = 0; x < sidePixels; x++) {
      const from = (x * sidePixels + sidePixels - 1 - y) * 3;
      const to = (y * sidePixels + x) * 3;
      turned[to] = pixels[from]!;
      turned[to + 1] = pixels[from + 1]!;
      turned[to + 2] = pixels[from + 2]!;
    }
  }
  return { pixels: turned, sidePixels };
}
