import { assertEquals } from "@std/assert";
import { evenBorder } from "./even_border.ts";
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

Deno.test("evenBorder() finds the photo in a frame", () => {
  const pixels = striped({ left: 12, top: 20, right: 90, bottom: 71 });
  const inside = { left: 12, top: 20, width: 78, height: 51 };
  assertEquals(evenBorder(inGrey(pixels)).inside, inside);
});

Deno.test("evenBorder() has nothing inside without a border or with next to nothing in it", () => {
  const whole = striped({ left: 0, top: 0, right: SIDE, bottom: SIDE });
  assertEquals(evenBorder(inGrey(whole)).inside, null);
  const mark = striped({ left: 40, top: 40, right: 60, bottom: 60 });
  assertEquals(evenBorder(inGrey(mark)).inside, null);
  const empty = new Uint8Array(SIDE * SIDE * 3).fill(7);
  assertEquals(evenBorder(inGrey(empty)).inside, null);
});

Deno.test("evenBorder() counts what is drawn in one colour, not what is only even", () => {
  const pixels = striped({ left: 0, top: 20, right: SIDE, bottom: 70 });
  assertEquals(evenBorder(inGrey(pixels)).tenths, 5);
  const wall = pixels.map((value, at) => value === 200 ? 196 + Math.floor(at / 3) * 7 % 12 : value);
  assertEquals(evenBorder(inGrey(wall)).inside?.height, 50);
  assertEquals(evenBorder(inGrey(wall)).tenths, 0);
});

Deno.test("evenBorder() takes a row for even when nine tenths are within a few levels", () => {
  // Above it are rows whose first pixels, and as many from the middle on, have other levels.
  const bordered = (others: number, level: number): Uint8Array => {
    const pixels = striped({ left: 0, top: 20, right: SIDE, bottom: SIDE });
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < others; x++) {
        const column = x % 2 === 0 ? x / 2 : SIDE / 2 + (x - 1) / 2;
        pixels.fill(level, (y * SIDE + column) * 3, (y * SIDE + column) * 3 + 3);
      }
    }
    return pixels;
  };
  const tenthsOf = (others: number, level: number): readonly [number | undefined, number] => {
    const { inside, tenths } = evenBorder(inGrey(bordered(others, level)));
    return [inside?.top, tenths];
  };
  assertEquals(tenthsOf(10, 0), [20, 2]);
  assertEquals(tenthsOf(11, 0), [undefined, 0]);
  assertEquals(tenthsOf(40, 204), [20, 2]);
  assertEquals(tenthsOf(40, 205), [20, 0]);
  assertEquals(tenthsOf(40, 216), [20, 0]);
  assertEquals(tenthsOf(40, 217), [undefined, 0]);
});
