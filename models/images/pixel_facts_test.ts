import { assert, assertEquals } from "@std/assert";
import { greyPixels } from "./grey_pixels.ts";
import { logarithmicStep, type PixelFacts, pixelFacts, type SquarePixels } from "./pixel_facts.ts";

function picture(
  sidePixels: number,
  colourAt: (row: number, column: number) => readonly [number, number, number],
): SquarePixels {
  const pixels = new Uint8Array(sidePixels * sidePixels * 3);
  for (let at = 0; at < sidePixels * sidePixels; at++) {
    pixels.set(colourAt(Math.floor(at / sidePixels), at % sidePixels), at * 3);
  }
  return { pixels, sidePixels };
}

function factsOf(square: SquarePixels): PixelFacts {
  return pixelFacts(square, greyPixels(square));
}

function grey(value: number): readonly [number, number, number] {
  return [value, value, value];
}

Deno.test("pixelFacts() finds a flat picture blank and without sharpness", () => {
  for (const value of [0, 117, 255]) {
    const facts = factsOf(picture(16, () => grey(value)));
    const clippedSteps = value === 117 ? 0 : 7;
    assertEquals(facts, { sharpness: 0, isBlank: true, isGrey: true, clippedSteps });
  }
});

Deno.test("pixelFacts() finds slight noise blank, and a step of colour not", () => {
  assertEquals(factsOf(picture(16, (row, column) => grey((row + column) % 5))).isBlank, true);
  const blueHalf = picture(16, (row) => row < 8 ? [0, 0, 10] : [0, 0, 20]);
  assertEquals(factsOf(blueHalf).isBlank, false);
});

Deno.test("pixelFacts() tells grey from colour, and how much is clipped", () => {
  assertEquals(factsOf(picture(16, (row) => [row, row + 2, row])).isGrey, true);
  assertEquals(factsOf(picture(16, (row) => [row, row + 9, row])).isGrey, false);
  // One white pixel in 4,096 is the first step, four are the second.
  for (const [white, steps] of [[0, 0], [1, 1], [3, 1], [4, 2], [15, 2], [16, 3]] as const) {
    const facts = factsOf(picture(64, (row, at) => grey(row === 0 && at < white ? 254 : 90)));
    assertEquals(facts.clippedSteps, steps, `${white}`);
  }
});

Deno.test("pixelFacts() measures the variance of the Laplacian as computed by hand", () => {
  // One white point in the middle: Laplacian 4 · 255 there, -255 at its four neighbours, else 0, on
  // 3 × 3 inner pixels: variance (1020² + 4 · 255²) / 9 = 144500.
  const point = picture(5, (row, column) => grey(row === 2 && column === 2 ? 255 : 0));
  assertEquals(factsOf(point).sharpness, logarithmicStep(144_500));
  assertEquals(logarithmicStep(144_500), 4 * 18 + 0);
});

Deno.test("pixelFacts() gives less to the same picture out of focus", () => {
  const sharp = factsOf(picture(32, (row) => grey(row % 8 < 4 ? 40 : 210)));
  const soft = factsOf(picture(32, (row) => grey(125 + 85 * Math.sin(row * Math.PI / 4))));
  assert(sharp.sharpness >= soft.sharpness + 4);
});

Deno.test("logarithmicStep() counts quarter doublings and never falls", () => {
  const known: [number, number][] = [[0, 0], [0.5, 0], [1, 4], [2, 8], [3, 10], [4, 12], [7, 15]];
  for (const [value, step] of known) assertEquals(logarithmicStep(value), step);
  for (let value = 1; value < 5000; value++) {
    assert(logarithmicStep(value) >= logarithmicStep(value - 1));
    assertEquals(logarithmicStep(2 * value), logarithmicStep(value) + 4);
  }
});
