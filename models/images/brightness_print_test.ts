import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { brightnessPrint, PRINT_LENGTH, turnedPrints } from "./brightness_print.ts";
import type { GreyPixels } from "./grey_pixels.ts";

function picture(sidePixels: number, at: (x: number, y: number) => number): GreyPixels {
  const grey = Uint8Array.from(
    { length: sidePixels ** 2 },
    (_, place) => at(place % sidePixels, Math.floor(place / sidePixels)),
  );
  return { grey, sidePixels };
}

Deno.test("brightnessPrint() is the mean of each field without that of all, in length 1", () => {
  // The right half is lighter: 32 fields up, 32 down, each an eighth of the length.
  const print = brightnessPrint(picture(24, (x) => x < 12 ? 50 : 150))!;
  assertEquals(print.length, PRINT_LENGTH);
  const eighth = Math.round(32_767 / 8);
  for (const [place, value] of print.entries()) {
    assertEquals(value, place % 8 < 4 ? -eighth : eighth);
  }
});

Deno.test("brightnessPrint() is null for one level, and takes a side of 21 pixels", () => {
  assertEquals(brightnessPrint(picture(16, () => 77)), null);
  const print = brightnessPrint(picture(21, (x, y) => x + 3 * y))!;
  const isAscending = [...print].every((value, at) => at % 8 === 0 || value > print[at - 1]!);
  assertEquals(isAscending, true);
});

Deno.test("turnedPrints() are the prints of the picture mirrored, turned, and both", () => {
  const side = 16;
  const last = side - 1;
  const bytes = fc.uint8Array({ minLength: side ** 2, maxLength: side ** 2 });
  fc.assert(fc.property(bytes, (grey) => {
    const at = (x: number, y: number): number => grey[y * side + x]!;
    const print = brightnessPrint(picture(side, at));
    if (print === null) return;
    const turned = [
      picture(side, (x, y) => at(last - x, y)),
      picture(side, (x, y) => at(last - y, x)),
      picture(side, (x, y) => at(last - x, last - y)),
      picture(side, (x, y) => at(y, x)),
      picture(side, (x, y) => at(x, last - y)),
    ].map((one) => brightnessPrint(one));
    assertEquals(turnedPrints(print), turned as Int16Array<ArrayBuffer>[]);
  }));
});
