/**
 * Measures where the time of embedding goes, in one process: `deno run -A --config
 * models/packages/deno.json models/measure_speed.ts DIR [--photos 60] [--rounds 3]` prints one line
 * of JSON, a {@linkcode MeasuredSpeed}. `deno task bench-embedding` runs it.
 *
 * @module
 */

import { env, pipeline, RawImage } from "@huggingface/transformers";
import { basename, dirname, join, resolve } from "@std/path";
import process from "node:process";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { createEmbedder } from "./embedder.ts";
import type { SquarePixels } from "./images/pixel_facts.ts";
import { type DecodedPhoto, readPicture } from "./images/picture_reader.ts";
import type { MeasuredSpeed } from "./measured_speed.ts";
import { checkPhoto, type PhotoFile, readPhotoFile } from "./photo_file.ts";
import { prepareModel } from "./prepare_model.ts";
import { DEFAULT_MODEL_ID, findModel } from "./registry.ts";

type Part = Exclude<keyof MeasuredSpeed, "photos">;
type Step = (path: string) => Promise<unknown>;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: {
      photos: { type: "string", default: "60" },
      rounds: { type: "string", default: "3" },
    },
  });
  const folder = resolve(positionals[0] ?? ".");
  const names = (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
  const every = Math.max(1, Math.floor(names.length / Number(values.photos)));
  const paths = names.filter((_, at) => at % every === 0).map((name) => join(folder, name));
  const measured = await measure(paths, Number(values.rounds));
  // deno-lint-ignore no-console -- the program prints its result
  console.log(JSON.stringify(measured));
}

async function measure(paths: readonly string[], rounds: number): Promise<MeasuredSpeed> {
  const description = findModel(DEFAULT_MODEL_ID);
  const model = await prepareModel(description, { onNote: () => {} });
  const embedder = await createEmbedder(model);
  env.localModelPath = `${dirname(model.directory)}/`;
  const extract = await pipeline("image-feature-extraction", basename(model.directory), {
    dtype: description.precision,
    local_files_only: true,
    session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
  });
  const { sidePixels } = description.input;
  const bytesOf = new Map<string, Uint8Array<ArrayBuffer>>();
  const pictureOf = new Map<string, SquarePixels>();
  const decoded = async (path: string): Promise<DecodedPhoto> => {
    const file = await checkPhoto(bytesOf.get(path)!, null) as Exclude<
      PhotoFile,
      { kind: "failed" }
    >;
    return await readPicture({ ...file, input: description.input }) as DecodedPhoto;
  };
  const imageOf = (path: string): RawImage => {
    const { pixels } = pictureOf.get(path)!;
    return new RawImage(new Uint8ClampedArray(pixels), sidePixels, sidePixels, 3);
  };
  const inputOf = new Map<string, unknown>();
  for (const path of paths) {
    // deno-lint-ignore no-await-in-loop -- one process is measured
    bytesOf.set(path, await Deno.readFile(path));
    // deno-lint-ignore no-await-in-loop -- as above
    const { picture } = await decoded(path);
    pictureOf.set(path, picture);
    // deno-lint-ignore no-await-in-loop -- as above
    inputOf.set(path, (await extract.processor([imageOf(path)])).pixel_values);
  }
  const upright = (path: string): ReturnType<typeof sharp> =>
    sharp(bytesOf.get(path)!).autoOrient();
  const steps: Readonly<Record<Part, Step>> = {
    embed: (path) => embedder.embed(path, null),
    read: (path) => Deno.readFile(path),
    check: (path) => readPhotoFile(path, null),
    picture: decoded,
    call: (path) => extract(imageOf(path)),
    plain: async (path) => {
      // As the library reads files itself: all pixels, and its processor shrinks them.
      return await extract(await RawImage.fromBlob(new Blob([bytesOf.get(path)!])));
    },
    run: (path) => extract.model({ pixel_values: inputOf.get(path)! }),
    bareDecode: (path) =>
      upright(path).resize(sidePixels, sidePixels, { fit: "fill" }).removeAlpha()
        .toColourspace("srgb").raw().toBuffer(),
    decodeOnly: (path) =>
      upright(path).resize(2 * sidePixels, 2 * sidePixels, { fit: "fill", kernel: "nearest" })
        .raw().toBuffer(),
  };
  const spent = await leastOfRounds(paths, steps, rounds);
  await extract.dispose();
  await embedder.dispose();
  return { photos: paths.length, ...spent };
}

/** Parts take turns in each round, so that what else the machine does meets all of them. */
async function leastOfRounds(
  paths: readonly string[],
  steps: Readonly<Record<Part, Step>>,
  rounds: number,
): Promise<Record<Part, number>> {
  const least = Object.fromEntries(
    Object.keys(steps).map((part) => [part, Infinity]),
  ) as Record<Part, number>;
  for (let round = 0; round <= rounds; round++) {
    for (const [part, step] of Object.entries(steps) as [Part, Step][]) {
      const start = cpuMs();
      // deno-lint-ignore no-await-in-loop -- one after another is what is measured
      for (const path of paths) await step(path);
      // The first round warms up.
      if (round > 0) least[part] = Math.min(least[part], (cpuMs() - start) / paths.length);
    }
  }
  return least;
}

function cpuMs(): number {
  const { system, user } = process.cpuUsage();
  return (system + user) / 1000;
}

if (import.meta.main) await main();
