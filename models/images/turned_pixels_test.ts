import { assertEquals } from "@std/assert";
import { turnedPixels } from "./turned_pixels.ts";

Deno.test("turnedPixels() turns the top right corner to the top left", () => {
  // Four pixels, named by their red: 1 2 over 3 4.
  const pixels = Uint8Array.of(1, 9, 9, 2, 9, 9, 3, 9, 9, 4, 9, 9);
  const once = turnedPixels({ pixels, sidePixels: 2 });
  assertEquals([0, 3, 6, 9].map((at) => once.pixels[at]), [2, 4, 1, 3]);
  const four = turnedPixels(turnedPixels(turnedPixels(once)));
  assertEquals(four.pixels, pixels);
});
