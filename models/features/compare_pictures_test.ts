import { assert, assertEquals } from "@std/assert";
import { seenThrough, texturedPicture } from "../testing/textured_picture.ts";
import { comparePictures, type PictureFit } from "./compare_pictures.ts";
import { type LocalFeatures, localFeatures } from "./descriptors.ts";
import { plainRowProducts } from "./row_products.ts";
import type { GreyPicture } from "./scale_space.ts";

const WIDTH = 240;
const HEIGHT = 180;
const PICTURE = texturedPicture(7, WIDTH, HEIGHT);
const SIZE = { width: WIDTH, height: HEIGHT };

function featuresOf(picture: GreyPicture): LocalFeatures {
  return localFeatures(picture, 256);
}

async function fitsOf(left: LocalFeatures, others: readonly GreyPicture[]): Promise<PictureFit[]> {
  return await comparePictures(left, others.map(featuresOf), plainRowProducts);
}

Deno.test("comparePictures() finds a picture turned, mirrored, cropped or darker", async () => {
  const left = featuresOf(PICTURE);
  assert(left.places.length / 4 > 60, `${left.places.length / 4} spots`);
  const edits: readonly (readonly [string, GreyPicture, boolean])[] = [
    [
      "turned",
      seenThrough(PICTURE, { width: HEIGHT, height: WIDTH }, (x, y) => [y, HEIGHT - 1 - x]),
      false,
    ],
    ["mirrored", seenThrough(PICTURE, SIZE, (x, y) => [WIDTH - 1 - x, y]), true],
    [
      "cropped",
      seenThrough(PICTURE, { width: 170, height: 140 }, (x, y) => [x + 60, y + 20]),
      false,
    ],
    [
      "enlarged",
      seenThrough(PICTURE, { width: 320, height: 240 }, (x, y) => [x * 0.75, y * 0.75]),
      false,
    ],
    ["darker", { ...PICTURE, values: PICTURE.values.map((value) => 0.1 + value * 0.5) }, false],
  ];
  const fits = await fitsOf(left, edits.map(([, picture]) => picture));
  for (const [at, [name, , isMirrored]] of edits.entries()) {
    const fit = fits[at]!;
    assert(fit.agreeing >= 20, `${name}: ${fit.agreeing} of ${fit.alike}`);
    assert(fit.isSpread, name);
    assertEquals(fit.isMirrored, isMirrored, name);
  }
});

Deno.test("comparePictures() finds little in common between two other pictures", async () => {
  const seeds = Array.from({ length: 10 }, (_, at) => 100 + at);
  const others = seeds.map((seed) => texturedPicture(seed, WIDTH, HEIGHT));
  const fits = await fitsOf(featuresOf(PICTURE), others);
  assertEquals(fits.length, seeds.length);
  for (const [at, { agreeing }] of fits.entries()) {
    assert(agreeing < 6, `seed ${seeds[at]}: ${agreeing}`);
  }
});

Deno.test("comparePictures() says that a shared stamp is not spread", async () => {
  const stamp = texturedPicture(3, 40, 24);
  const stamped = [PICTURE, texturedPicture(55, WIDTH, HEIGHT)].map((picture) =>
    seenThrough(picture, SIZE, (x, y) => [x, y])
  );
  for (const { values } of stamped) {
    for (let y = 0; y < 24; y++) {
      for (let x = 0; x < 40; x++) {
        values[(y + 150) * WIDTH + x + 195] = stamp.values[y * 40 + x]!;
      }
    }
  }
  const [fit] = await fitsOf(featuresOf(stamped[0]!), [stamped[1]!]);
  assertEquals(fit?.isSpread, false, JSON.stringify(fit));
});

Deno.test("localFeatures() finds nothing on a flat picture", async () => {
  const flat = featuresOf({ ...PICTURE, values: PICTURE.values.map(() => 0.4) });
  assertEquals(flat.places.length, 0);
  assertEquals((await fitsOf(flat, [PICTURE]))[0]!.agreeing, 0);
});

Deno.test("localFeatures() gives the same bytes each time", () => {
  assertEquals(featuresOf(PICTURE), featuresOf(PICTURE));
});
