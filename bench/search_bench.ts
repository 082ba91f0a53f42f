/**
 * Exact search for all near pairs, beside usearch: `deno task bench-search [--sizes 10000,30000]
 * [--peer-max 10000] [--distance 0.25] [--photos DIR] [--cache DIR] [--write]`.
 *
 * Vectors have the spread of those of real photos, see `real_vectors.ts`. Each is inserted after a
 * search among all before it, as a library grows: every near pair is found once. 1,000 of them are
 * then compared with every vector. Times are processor time of one thread. usearch runs in its
 * turn, up to `--peer-max` vectors, with the packages of `bench/peers`.
 *
 * @module
 */

import {
  createNeighbourList,
  createRangeIndex,
  flatWithinDistance,
  insertVector,
  lookAhead,
  type SearchAhead,
  searchLookedFor,
  thresholdOfCosine,
} from "@scenekeep/engine/core";
import { photosDev } from "@scenekeep/tools/permitted";
import { fromFileUrl, join, resolve } from "@std/path";
import process from "node:process";
import { parseArgs } from "node:util";
import { type FlatVectors, moreVectors, vectorsOfFolder } from "./real_vectors.ts";
import { writeSection } from "./write_section.ts";

const SAMPLE = 1000;
/** Vectors that are looked for in one pass over the index. */
const BATCH = 64;
const SEED = 5;
/** More than a burst has frames, so that usearch could name them all. */
const PEER_NEIGHBOURS = 128;
const TITLE = "## Search for near vectors";

interface Measured {
  readonly count: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly pairs: number;
  readonly compared: number;
  readonly recall: number;
  readonly megabytes: number;
  readonly peer: { readonly cpuMs: number; readonly recall: number } | null;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      sizes: { type: "string", default: "10000,30000" },
      "peer-max": { type: "string", default: "10000" },
      distance: { type: "string", default: "0.25" },
      photos: { type: "string" },
      cache: { type: "string" },
      write: { type: "boolean", default: false },
    },
  });
  const folder = values.photos ?? photosDev();
  if (folder === null) return say("Skipped: there are no photos; name a folder with --photos");
  const cache = values.cache ?? await Deno.makeTempDir();
  const real = await vectorsOfFolder(join(resolve(folder), "images"), cache);
  if (values.cache === undefined) await Deno.remove(cache, { recursive: true });
  const rows: Measured[] = [];
  for (const size of values.sizes.split(",").map(Number)) {
    const vectors = moreVectors(real, size, SEED);
    // deno-lint-ignore no-await-in-loop -- one after another, for the times
    rows.push(await measure(vectors, Number(values.distance), size <= Number(values["peer-max"])));
    say(line(rows.at(-1)!));
  }
  const text = resultText(rows, real.count, values.distance);
  say(text);
  if (values.write) await writeSection(TITLE, text);
}

function cpuMs(): number {
  const { system, user } = process.cpuUsage();
  return (system + user) / 1000;
}

async function measure(
  vectors: FlatVectors,
  distance: number,
  withPeer: boolean,
): Promise<Measured> {
  const { count, dimensions, numbers } = vectors;
  const limit = thresholdOfCosine(distance);
  const index = createRangeIndex(dimensions);
  const found = createNeighbourList();
  const near = new Map<number, readonly number[]>();
  const every = sampleStep(count);
  const vectorAt = (at: number): Int16Array =>
    numbers.subarray(at * dimensions, (at + 1) * dimensions);
  let pairs = 0;
  let ahead: SearchAhead | null = null;
  const start = cpuMs();
  const startMs = performance.now();
  for (let at = 0; at < count; at += 1) {
    if (at % BATCH === 0) {
      const batch = Array.from({ length: Math.min(BATCH, count - at) }, (_, i) => vectorAt(at + i));
      ahead = lookAhead(index, batch, limit);
    }
    const vector = vectorAt(at);
    searchLookedFor(index, { vector, limit, at: at % BATCH }, ahead, found);
    pairs += found.count;
    if (at % every === 0) near.set(at, [...found.slots.subarray(0, found.count)]);
    insertVector(index, vector);
    if (at % 50_000 === 49_999) progress(at + 1, cpuMs() - start);
  }
  const spent = cpuMs() - start;
  const wallMs = performance.now() - startMs;
  const megabytes = Math.round(Deno.memoryUsage().rss / 2 ** 20);
  const wanted = sampledPairs(vectors, limit);
  const ours = (slot: number, other: number): boolean => near.get(slot)!.includes(other);
  return {
    count,
    cpuMs: spent,
    wallMs,
    pairs,
    compared: index.scratch.compared,
    recall: recallOf(wanted, ours),
    megabytes,
    peer: withPeer ? await measurePeer(vectors, distance, wanted) : null,
  };
}

function sampleStep(count: number): number {
  return Math.max(1, Math.floor(count / SAMPLE));
}

/** For some vectors all those before them that are near, by comparing with each. */
function sampledPairs(
  { count, dimensions, numbers }: FlatVectors,
  limit: number,
): [number, number][] {
  const every = sampleStep(count);
  const pairs: [number, number][] = [];
  for (let slot = 0; slot < count; slot += every) {
    for (let other = 0; other < slot; other += 1) {
      const places = [slot * dimensions, other * dimensions] as const;
      if (flatWithinDistance(numbers, places[0], numbers, places[1], dimensions, limit) >= 0) {
        pairs.push([slot, other]);
      }
    }
  }
  return pairs;
}

function recallOf(
  wanted: readonly [number, number][],
  has: (slot: number, other: number) => boolean,
): number {
  return wanted.filter(([slot, other]) => has(slot, other)).length / Math.max(1, wanted.length);
}

async function measurePeer(
  { dimensions, numbers }: FlatVectors,
  distance: number,
  wanted: readonly [number, number][],
): Promise<Measured["peer"]> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, new Uint8Array(numbers.buffer));
    const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--config",
        fromFileUrl(new URL("./peers/deno.json", import.meta.url)),
        fromFileUrl(new URL("./peers/near_by_usearch.ts", import.meta.url)),
        path,
        ...[dimensions, 2 * distance, PEER_NEIGHBOURS, SAMPLE].map(String),
      ],
    }).output();
    if (code !== 0) throw new Error(`usearch failed: ${new TextDecoder().decode(stderr)}`);
    const lines = new TextDecoder().decode(stdout).split("\n").map((text) => JSON.parse(text));
    const { cpuMs } = lines.pop() as { cpuMs: number };
    const nearOf = new Map(lines as [number, number[]][]);
    const has = (slot: number, other: number): boolean => nearOf.get(slot)!.includes(other);
    return { cpuMs, recall: recallOf(wanted, has) };
  } finally {
    await Deno.remove(path);
  }
}

function line(
  { compared, count, cpuMs, megabytes, pairs, peer, recall, wallMs }: Measured,
): string {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const beside = peer === null ? "- | - | -" : [
    seconds(peer.cpuMs),
    peer.recall.toFixed(4),
    `${(cpuMs / peer.cpuMs).toFixed(2)}x`,
  ].join(" | ");
  return `| ${count} | ${seconds(cpuMs)} | ${seconds(wallMs)} | ${
    recall.toFixed(4)
  } | ${pairs} | ${compared} | ` +
    `${(200 * compared / (count * (count - 1))).toFixed(3)} % | ${megabytes} MiB | ${beside} |`;
}

function resultText(rows: readonly Measured[], real: number, distance: string): string {
  const [first, last] = [rows[0]!, rows.at(-1)!];
  const exponent = Math.log(last.cpuMs / first.cpuMs) / Math.log(last.count / first.count);
  return [
    `Vectors with the spread of ${real} real ones, one in 20 in a burst of 100; cosine distance ` +
    `${distance}; by \`deno task bench-search --write\`. Time is processor time of one thread ` +
    "for building the index and finding every near pair; recall is against comparing 1,000 of " +
    "them with all; the ratio is our time to that of usearch.",
    "",
    "| vectors | time | on the clock | recall | near pairs | compared in full | of all pairs " +
    "| process | usearch | recall | ratio |",
    `|${" --- |".repeat(11)}`,
    ...rows.map(line),
    ...(rows.length < 2 ? [] : ["", `Time grows with the power ${exponent.toFixed(2)}.`]),
  ].join("\n");
}

function progress(count: number, spentMs: number): void {
  // deno-lint-ignore no-console -- whoever runs it sees how far it is
  console.error(`  ${count} vectors, ${Math.round(spentMs / 1000)} s of processor time`);
}

function say(text: string): void {
  // deno-lint-ignore no-console -- the program prints its result
  console.log(text);
}

if (import.meta.main) await main();
