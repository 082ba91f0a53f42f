/**
 * Measures the embedding of a folder of photos: time, memory, and with labels how well distances
 * tell scenes apart.
 *
 * `deno run -A --config models/packages/deno.json models/measure.ts DIR [--processes 2] [--repeat
 * 1] [--model ID] [--labels labels.json --judge score.mjs]`
 *
 * `score.mjs` must export `judge(labels)`, which gives `files` and `verdict(a, b)`: `same`, `other`
 * or `free`.
 *
 * @module
 */

import { join, resolve, toFileUrl } from "@std/path";
import { parseArgs } from "node:util";
import { createEmbeddingPool } from "./embedding_pool.ts";
import type { EmbeddedPhoto } from "./embedding_outcome.ts";
import { type ModelDescription, TIERS } from "./model_description.ts";
import { prepareModel } from "./prepare_model.ts";
import type { EmbeddingPool } from "./photo_pool.ts";
import { DEFAULT_MODEL_ID, findModel } from "./registry.ts";
import { integerDistance } from "./vector.ts";

/** What a labels file says about pairs of photos. */
interface Judge {
  readonly files: readonly string[];
  verdict(a: string, b: string): "same" | "other" | "free";
}

/** Cosine distances at which pairs are counted besides those of the tiers. */
const MORE_COSINES: readonly number[] = [0.02, 0.1, 0.12, 0.2, 0.3];

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: {
      processes: { type: "string", default: "2" },
      repeat: { type: "string", default: "1" },
      model: { type: "string", default: DEFAULT_MODEL_ID },
      labels: { type: "string" },
      judge: { type: "string" },
    },
  });
  const folder = resolve(positionals[0] ?? ".");
  const description = findModel(values.model);
  const model = await prepareModel(description, { onNote: print });
  const names = (await Array.fromAsync(Deno.readDir(folder), (entry) => entry.name)).sort();
  await using pool = createEmbeddingPool({
    processes: Number(values.processes),
    roots: [folder],
    model,
    waitingMax: Infinity,
  });
  let photos = new Map<string, EmbeddedPhoto>();
  for (let round = 0; round < Number(values.repeat); round++) {
    const startedMs = performance.now();
    // deno-lint-ignore no-await-in-loop -- one round after the other is what is measured
    photos = await embedAll(pool, folder, names);
    const tookS = (performance.now() - startedMs) / 1000;
    print(`${photos.size} of ${names.length} files embedded in ${tookS.toFixed(1)} s`);
    print(memory(pool));
  }
  printFacts(photos);
  if (values.labels !== undefined && values.judge !== undefined) {
    const labels: unknown = JSON.parse(await Deno.readTextFile(values.labels));
    const module: { judge(labels: unknown): Judge } = await import(
      toFileUrl(resolve(values.judge)).href
    );
    printPairs(photos, module.judge(labels), description);
  }
}

async function embedAll(
  pool: EmbeddingPool,
  folder: string,
  names: readonly string[],
): Promise<Map<string, EmbeddedPhoto>> {
  const photos = new Map<string, EmbeddedPhoto>();
  await Promise.all(names.map(async (name) => {
    const outcome = await pool.embed(join(folder, name));
    if (outcome.kind === "embedded") photos.set(name, outcome);
    else print(`${name}: ${outcome.code}: ${outcome.reason}`);
  }));
  return photos;
}

/** Resident memory of this process and the largest that each child had (Linux). */
function memory(pool: EmbeddingPool): string {
  const parentMiB = Deno.memoryUsage().rss / 2 ** 20;
  const children = pool.status().processes.map(({ processId }) => {
    const status = Deno.readTextFileSync(`/proc/${processId}/status`);
    const [now, peak] = ["VmRSS", "VmHWM"].map((name) => {
      return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
    });
    return `${now!.toFixed(0)} MiB (at most ${peak!.toFixed(0)})`;
  });
  return `memory: this process ${parentMiB.toFixed(0)} MiB, children ${children.join(", ")}`;
}

function printFacts(photos: ReadonlyMap<string, EmbeddedPhoto>): void {
  const facts = [...photos.values()].map((photo) => photo.facts);
  const sharpness = facts.map((fact) => fact.sharpness).sort((a, b) => a - b);
  const at = (share: number): number | undefined => {
    return sharpness[Math.floor(share * (sharpness.length - 1))];
  };
  print(`sharpness: least ${at(0)}, tenth ${at(0.1)}, median ${at(0.5)}, most ${at(1)}`);
  const count = (name: "isBlank" | "isDamaged" | "isPreview") => {
    return facts.filter((fact) => fact[name]).length;
  };
  print(`blank ${count("isBlank")}, damaged ${count("isDamaged")}, preview ${count("isPreview")}`);
}

function printPairs(
  photos: ReadonlyMap<string, EmbeddedPhoto>,
  judge: Judge,
  description: ModelDescription,
): void {
  const pairs: { distance: number; isSame: boolean }[] = [];
  const names = judge.files.filter((name) => photos.has(name));
  names.forEach((a, index) => {
    for (const b of names.slice(index + 1)) {
      const verdict = judge.verdict(a, b);
      if (verdict === "free") continue;
      const distance = squaredDistance(photos.get(a)!.vector, photos.get(b)!.vector);
      pairs.push({ distance, isSame: verdict === "same" });
    }
  });
  const same = pairs.filter((pair) => pair.isSame).length;
  print(`${pairs.length} pairs, ${same} of one scene`);
  const tiers = TIERS.map((tier) => description.thresholds[tier].cosine);
  for (const cosine of [...new Set([...tiers, ...MORE_COSINES])].sort((a, b) => a - b)) {
    const found = pairs.filter((pair) => pair.distance <= integerDistance(cosine));
    const right = found.filter((pair) => pair.isSame).length;
    const precision = (100 * right / found.length).toFixed(1);
    const recall = (100 * right / same).toFixed(1);
    const wrong = found.length - right;
    print(`cosine ${cosine}: precision ${precision} %, recall ${recall} % (wrong ${wrong})`);
  }
}

function squaredDistance(a: Int16Array, b: Int16Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index]! - b[index]!) ** 2;
  return sum;
}

function print(line: string): void {
  // deno-lint-ignore no-console -- the program prints its result
  console.log(line);
}

if (import.meta.main) await main();
