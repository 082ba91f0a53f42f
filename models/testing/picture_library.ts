/**
 * Makes a library of many pictures out of a folder of photos. Arguments: PHOTOS OUT COUNT, see
 * `bench/scan_memory.ts`.
 *
 * Each picture is put together of parts of four photos, so that most show something of their own.
 * Of twenty, one is an exact copy of an earlier one, two are its re-encoding in smaller, and two
 * the next frame of a burst. The same photos and count give the same pictures.
 *
 * @module
 */

import { join } from "@std/path";
import sharp from "sharp";

/** Half the sides of a picture, in pixels. */
const HALF = { width: 400, height: 300 } as const;

/** Pictures that are made at the same time. */
const AT_ONCE = 4;

/** Pixels that the camera moves at most between two frames of a burst. */
const SHAKE_PIXELS = 12;

/** Draws whole numbers; a small generator is enough (Numerical Recipes, 32 bits). */
class Draws {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 2_654_435_761) >>> 0;
    for (let skipped = 0; skipped < 4; skipped++) this.below(2);
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(this.#state / 2 ** 32 * limit);
  }
}

/** A picture of four photos, as if taken with the camera moved by so many pixels. */
async function put(
  { path, photos, seed, shake }: {
    readonly path: string;
    readonly photos: readonly string[];
    readonly seed: number;
    readonly shake: number;
  },
): Promise<void> {
  const draws = new Draws(seed);
  const parts = await Promise.all([0, 1, 2, 3].map(async (place) => {
    const photo = photos[draws.below(photos.length)]!;
    const [scale, left, top] = [10 + draws.below(6), draws.below(100), draws.below(100)];
    const width = Math.round(HALF.width * scale / 10) + SHAKE_PIXELS;
    const height = Math.round(HALF.height * scale / 10) + SHAKE_PIXELS;
    const input = await sharp(await sharp(photo).resize(width, height, { fit: "cover" }).toBuffer())
      .extract({
        left: Math.floor((width - SHAKE_PIXELS - HALF.width) * left / 100) + shake,
        top: Math.floor((height - SHAKE_PIXELS - HALF.height) * top / 100) + shake,
        ...HALF,
      })
      .toBuffer();
    return { input, left: (place % 2) * HALF.width, top: (place >> 1) * HALF.height };
  }));
  await sharp({
    create: { width: 2 * HALF.width, height: 2 * HALF.height, channels: 3, background: "black" },
  }).composite(parts).jpeg({ quality: 85 }).toFile(path);
}

function nameOf(index: number): string {
  return `picture${index.toString().padStart(7, "0")}.jpg`;
}

/** Makes one picture; those that follow from an earlier one are made after it. */
async function make(
  index: number,
  { folder, photos }: { readonly folder: string; readonly photos: readonly string[] },
): Promise<void> {
  const kind = index % 20;
  const path = join(folder, nameOf(index));
  const earlier = join(folder, nameOf(index - kind));
  if (kind === 1) await Deno.copyFile(earlier, path);
  else if (kind === 2 || kind === 3) {
    await sharp(earlier).resize(240 * kind).jpeg({ quality: 60 }).toFile(path);
  } else if (kind === 4 || kind === 5) {
    await put({ path, photos, seed: index - kind, shake: 6 * (kind - 3) });
  } else await put({ path, photos, seed: index, shake: 0 });
}

async function main([from, folder, count]: readonly string[]): Promise<void> {
  const wanted = Number(count);
  if (from === undefined || folder === undefined || !(Number.isInteger(wanted) && wanted > 0)) {
    throw new TypeError("Give a folder of photos, one to make, and a number of pictures");
  }
  await Deno.mkdir(folder, { recursive: true });
  const photos: string[] = [];
  for await (const { name } of Deno.readDir(from)) {
    if (/\.(?:jpe?g|png|webp)$/.test(name)) photos.push(join(from, name));
  }
  if (photos.length === 0) throw new TypeError(`Cannot find photos in "${from}"`);
  photos.sort();
  const firsts: number[] = [];
  const others: number[] = [];
  for (let index = 0; index < wanted; index++) (index % 20 === 0 ? firsts : others).push(index);
  for (const indexes of [firsts, others]) {
    const waiting = indexes.values();
    const work = async (): Promise<void> => {
      for (const index of waiting) {
        // deno-lint-ignore no-await-in-loop -- so many at a time
        await make(index, { folder, photos });
      }
    };
    // deno-lint-ignore no-await-in-loop -- copies are made of those before
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
}

if (import.meta.main) await main(Deno.args);
