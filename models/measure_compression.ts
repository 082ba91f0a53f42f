/**
 * Measures traces of compression on photos and on copies of them: `deno run -A --config
 * models/packages/deno.json models/measure_compression.ts DIR [--photos 30]` prints one line of
 * JSON, a {@linkcode MeasuredCompression}. `deno task bench-compression` runs it. Of each source of
 * photos so many are taken; copies are made in memory.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import { parseArgs } from "node:util";
import sharp, { type Sharp } from "sharp";
import { compressionSteps, FIRST_STEP_DIVISOR } from "./images/compression_steps.ts";
import { readPhotoPart } from "./images/picture_reader.ts";
import type {
  MeasuredCompression,
  MeasuredCopy,
  MeasuredShots,
  TriedSteps,
} from "./measured_compression.ts";
import { checkPhoto } from "./photo_file.ts";

/** First steps that are tried, the lowest first. */
const DIVISORS: readonly number[] = [16, 8, 6, 5, FIRST_STEP_DIVISOR, 3, 2];

/** How much a crop takes off on two sides, so that the edges of blocks move. */
const CROPPED_PIXELS = 3;

interface ListedPhoto {
  readonly file: string;
  readonly repo: string;
  readonly done: string;
}

interface ListedScene {
  readonly kind: string;
  readonly strength: string;
  readonly files: readonly string[];
  readonly edits?: readonly { readonly file: string; readonly of: string; readonly op: string }[];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: { photos: { type: "string", default: "30" } },
  });
  const folder = resolve(positionals[0] ?? ".");
  const photos: readonly ListedPhoto[] = await readJson(join(folder, "manifest.json"));
  const { scenes }: { readonly scenes: readonly ListedScene[] } = await readJson(
    join(folder, "labels.json"),
  );
  const sourceOf = new Map(photos.map(({ file, repo }) => [file, repo]));
  const images = join(folder, "images");
  const chosen = chosenPhotos(photos, Number(values.photos));
  const copies: MeasuredCopy[] = [];
  for (const { file, repo } of chosen) {
    // deno-lint-ignore no-await-in-loop -- one photo at a time bounds what is in memory
    copies.push(...await measuredCopies(join(images, file), repo));
  }
  const known = new Map<string, TriedSteps>();
  const stepsOfFile = async (file: string): Promise<TriedSteps> => {
    const steps = known.get(file) ?? await stepsOf(await Deno.readFile(join(images, file)));
    known.set(file, steps);
    return steps;
  };
  const shots: MeasuredShots[] = [];
  for (const { edits = [], files, kind, strength } of scenes) {
    for (const { file, of, op } of edits) {
      // deno-lint-ignore no-await-in-loop -- as above
      const [photo, copy] = [await stepsOfFile(of), await stepsOfFile(file)];
      copies.push({ source: sourceOf.get(of) ?? "", kind: `edit: ${op}`, photo, copy });
    }
    if (strength !== "near" || !["burst", "same-scene"].includes(kind)) continue;
    for (const [place, file] of files.entries()) {
      for (const second of files.slice(place + 1)) {
        // deno-lint-ignore no-await-in-loop -- as above
        const [one, other] = [await stepsOfFile(file), await stepsOfFile(second)];
        shots.push({ source: sourceOf.get(file) ?? "", one, other });
      }
    }
  }
  const measured: MeasuredCompression = { divisors: DIVISORS, copies, shots };
  // deno-lint-ignore no-console -- the program prints its result
  console.log(JSON.stringify(measured));
}

/** So many photos of each source, as they came: nothing that was made by a script. */
function chosenPhotos(photos: readonly ListedPhoto[], countMax: number): readonly ListedPhoto[] {
  const came = photos.filter(({ done, file }) =>
    !/made by script|metadata removed|copy/.test(done) && /\.(jpe?g|png)$/.test(file)
  );
  return [...Map.groupBy(came, ({ repo }) => repo).values()].flatMap((some) => {
    const count = Math.min(countMax, some.length);
    return Array.from({ length: count }, (_, at) => some[Math.floor(at * some.length / count)]!);
  });
}

async function measuredCopies(path: string, source: string): Promise<MeasuredCopy[]> {
  const bytes = await Deno.readFile(path);
  const photo = await stepsOf(bytes);
  const measured: MeasuredCopy[] = [];
  for await (const [kind, copy] of copiesOf(bytes)) {
    measured.push({ source, kind, photo, copy: await stepsOf(copy) });
  }
  return measured;
}

type Copy = readonly [kind: string, bytes: Uint8Array<ArrayBuffer>];

/** Copies of a photo, each by what was done. */
async function* copiesOf(photo: Uint8Array): AsyncGenerator<Copy> {
  const { height, width } = await sharp(photo).metadata();
  const pixels = await bytesOf(sharp(photo).flatten({ background: "#ffffff" }).removeAlpha().png());
  yield ["PNG", pixels];
  for (const quality of [90, 75, 60, 40, 30]) {
    const name = `JPEG ${quality}`;
    // deno-lint-ignore no-await-in-loop -- one copy at a time bounds what is in memory
    const jpeg = await bytesOf(sharp(pixels).jpeg({ quality }));
    yield [name, jpeg];
    if (quality === 60 || quality === 40) yield* copiesOfCopy(name, jpeg);
  }
  yield ["WebP 80", await bytesOf(sharp(pixels).webp({ quality: 80 }))];
  yield ["WebP 50", await bytesOf(sharp(pixels).webp({ quality: 50 }))];
  yield ["AVIF 50", await bytesOf(sharp(pixels).avif({ quality: 50, effort: 2 }))];
  const half = await bytesOf(sharp(pixels).resize(width >> 1, height >> 1, { fit: "fill" }).png());
  const back = sharp(half).resize(width, height, { fit: "fill" });
  yield ["half the size and back, JPEG 90", await bytesOf(back.jpeg({ quality: 90 }))];
}

/** What hides in a file how poor a copy is. */
async function* copiesOfCopy(name: string, copy: Uint8Array): AsyncGenerator<Copy> {
  const { height, width } = await sharp(copy).metadata();
  const cropped = sharp(copy).extract({
    left: CROPPED_PIXELS,
    top: CROPPED_PIXELS,
    width: width - CROPPED_PIXELS,
    height: height - CROPPED_PIXELS,
  });
  const fine = { quality: 95 };
  yield [`${name}, then PNG`, await bytesOf(sharp(copy).png())];
  yield [`${name}, then JPEG 95`, await bytesOf(sharp(copy).jpeg(fine))];
  yield [`${name}, cropped, then PNG`, await bytesOf(cropped.clone().png())];
  yield [`${name}, cropped, then JPEG 95`, await bytesOf(cropped.clone().jpeg(fine))];
}

async function bytesOf(picture: Sharp): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await picture.toBuffer());
}

async function stepsOf(bytes: Uint8Array<ArrayBuffer>): Promise<TriedSteps> {
  const file = checkPhoto(bytes, null);
  if (file.kind === "failed") throw new Error(file.reason);
  const decoded = await readPhotoPart(file);
  if (decoded.kind === "failed") throw new Error(decoded.reason);
  return DIVISORS.map((divisor) => compressionSteps(decoded.part, divisor) ?? 0);
}

async function readJson<Value>(path: string): Promise<Value> {
  return JSON.parse(await Deno.readTextFile(path));
}

if (import.meta.main) await main();
