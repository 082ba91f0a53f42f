import { assertEquals } from "@std/assert";
import { borderTenths, insideOf } from "./even_border.ts";
import { type GreyPixels, greyPixels } from "./grey_pixels.ts";

const SIDE = 100;

function inGrey(pixels: Uint8Array): GreyPixels {
  return greyPixels({ pixels, sidePixels: SIDE });
}

/** A picture of stripes within a box, on paper of one colour. */
function striped(box: { left: number; top: number; right: number; bottom: number }): Uint8Array {
  const pixels = new Uint8Array(SIDE * SIDE * 3).fill(200);
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++) {
      pixels.fill((x + y) % 2 * 90 + x, (y * SIDE + x) * 3, (y * SIDE + x) * 3 + 3);
    }
  }
  return pixels;
}

Deno.test("insideOf() finds the photo in a frame", () => {
  const pixels = striped({ left: 12, top: 20, right: 90, bottom: 71 });
  assertEquals(insideOf(inGrey(pixels)), {
    left: 12,
    top: 20,
    width: 78,
    height: 51,
  });
});

Deno.test("insideOf() is null where there is no border, or hardly anything in it", () => {
  const whole = striped({ left: 0, top: 0, right: SIDE, bottom: SIDE });
  assertEquals(insideOf(inGrey(whole)), null);
  const mark = striped({ left: 40, top: 40, right: 60, bottom: 60 });
  assertEquals(insideOf(inGrey(mark)), null);
  const empty = new Uint8Array(SIDE * SIDE * 3).fill(7);
  assertEquals(insideOf(inGrey(empty)), null);
});

Deno.test("borderTenths() counts what is drawn in one colour, not what is only even", () => {
  const pixels = striped({ left: 0, top: 20, right: SIDE, bottom: 70 });
  assertEquals(borderTenths(inGrey(pixels)), 5);
  const wall = pixels.map((value, at) => value === 200 ? 196 + Math.floor(at / 3) * 7 % 12 : value);
  assertEquals(insideOf(inGrey(wall))?.height, 50);
  assertEquals(borderTenths(inGrey(wall)), 0);
});
