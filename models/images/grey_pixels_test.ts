import { assertEquals, assertThrows } from "@std/assert";
import { greyPixels } from "./grey_pixels.ts";

Deno.test("greyPixels() weighs red, green and blue", () => {
  const pixels = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255);
  const { grey } = greyPixels({ pixels, sidePixels: 2 });
  assertEquals([...grey], [255, 76, 149, 28]);
});

Deno.test("greyPixels() refuses a picture of another size than it says", () => {
  assertThrows(() => greyPixels({ pixels: new Uint8Array(11), sidePixels: 2 }), RangeError, "12");
});
