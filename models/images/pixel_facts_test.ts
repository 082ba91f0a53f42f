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

/** The facts by their definitions, in no hurry. */
function slowFacts({ pixels, sidePixels }: SquarePixels): PixelFacts {
  const rows = greyPixels({ pixels, sidePixels }).grey;
  const laplacian: number[] = [];
  for (let at = sidePixels; at < rows.length - sidePixels; at++) {
    if (at % sidePixels === 0 || at % sidePixels === sidePixels - 1) continue;
    const around = [1, -1, sidePixels, -sidePixels].map((step) => rows[at + step]!);
    laplacian.push(4 * rows[at]! - around.reduce((sum, one) => sum + one));
  }
  const colours = [0, 1, 2].map((colour) => [...pixels].filter((_, at) => at % 3 === colour));
  const triples = colours[0]!.map((red, at) => [red, colours[1]![at]!, colours[2]![at]!]);
  const chroma = triples.map((one) => Math.max(...one) - Math.min(...one));
  const clipped = triples.filter((one) => Math.max(...one) <= 2 || Math.min(...one) >= 253).length;
  return {
    sharpness: logarithmicStep(Math.floor(varianceOf(laplacian))),
    isBlank: colours.every((levels) => varianceOf(levels) <= 9),
    isGrey: chroma.reduce((sum, one) => sum + one) <= 2 * triples.length,
    clippedSteps: clipped * 4096 < triples.length
      ? 0
      : 1 + Math.floor(Math.log2(clipped * 4096 / triples.length) / 2),
  };
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, one) => sum + one) / values.length;
  return values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length;
}

Deno.test("pixelFacts() says what the definitions say, of pictures of each kind", () => {
  const noise = (row: number, column: number) =>
    Math.imul(row * 64 + column + 1, 2654435761) >>> 24;
  const kinds: readonly ((row: number, column: number) => readonly [number, number, number])[] = [
    (row, column) => [noise(row, column), noise(column, row), noise(row + 64, column)],
    (row, column) => grey(noise(row, column)),
    // Nothing but its last row, or its last column: blank up to that, and not all of them with it.
    ...[8, 24, 25, 120].map((more) => (row: number) => grey(row === 63 ? 100 + more : 100)),
    ...[8, 24, 25].map((more) => (_: number, column: number) => grey(column === 63 ? more : 0)),
    // A little colour at the end.
    ...[100, 200].map((more) => (row: number) => [90, 90, row === 63 ? 90 + more : 91] as const),
    (row, column) => grey([0, 2, 3, 252, 253, 255][noise(row, column) % 6]!),
    (row, column) => [noise(row, column) % 4, noise(column, row) % 4, row % 4],
    (row, column) => [255 - noise(row, column) % 4, 252 + column % 4, 255],
  ];
  const found = kinds.map((colourAt) => picture(64, colourAt)).map((square) => {
    const facts = factsOf(square);
    assertEquals(facts, slowFacts(square));
    return facts;
  });
  for (const name of ["isBlank", "isGrey"] as const) {
    assertEquals(new Set(found.map((facts) => facts[name])).size, 2, name);
  }
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
