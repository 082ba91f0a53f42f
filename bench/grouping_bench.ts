/**
 * How fast grouping is: vectors inserted one by one, each after a range search, at three sizes of a
 * library; the same with scenes kept up to date; 50,000 near-identical frames; long vectors.
 *
 * `deno bench -A bench/grouping_bench.ts` prints the numbers of `reportGrouping` once and then
 * times a search. Times of the report are processor time of this process, which other programs on
 * the machine disturb less than the clock on the wall. The libraries are made up: about half single
 * shots, the rest scenes of 2 to 12, chains, equal vectors under different hashes, and four bursts
 * of up to 5,000 near-identical frames.
 */

import {
  addFile,
  addModel,
  type ContentHash,
  createGrouping,
  createNeighbourList,
  createRangeIndex,
  type FileId,
  type GroupingState,
  identifier,
  insertVector,
  type ModelId,
  type OwnerId,
  regroup,
  removeFile,
  scenes,
  searchVector,
  setVector,
  thresholdOfCosine,
  within,
} from "@scenekeep/engine/core";
import process from "node:process";

const OWNER = identifier<OwnerId>("owner");
const MODEL = identifier<ModelId>("model");
const SIZES = [10_000, 50_000, 200_000];
const THRESHOLDS = {
  close: thresholdOfCosine(0.001),
  similar: thresholdOfCosine(0.02),
  related: thresholdOfCosine(0.04),
};
const WIDE_THRESHOLDS = {
  close: thresholdOfCosine(0.05),
  similar: thresholdOfCosine(0.15),
  related: thresholdOfCosine(0.25),
};

Deno.bench({ name: "report", n: 1, warmup: 0, fn: reportGrouping });

let isReported = false;

/** Measures everything and prints it. Once: the runtime calls it more often. */
function reportGrouping(): void {
  if (isReported) return;
  isReported = true;
  reportIndex();
  reportScenes();
  reportCrowd();
  reportLongVectors();
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Processor time of this process, in milliseconds. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Numbers that repeat: 24 bits of a linear congruence at a time. */
class Numbers {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 up to 1. */
  uniform(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) | 0;
    return (this.#state >>> 8) / 2 ** 24;
  }

  /** Near to normal, with variance 1. */
  normal(): number {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += this.uniform();
    return sum - 6;
  }

  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }
}

/** The int16 vector of unit length in a direction. */
function quantised(direction: readonly number[]): Int16Array {
  const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
  return Int16Array.from(direction, (value) => Math.round((value / length) * 32767));
}

/** A library of vectors of 32 axes, each axis with 0.9 of the spread of the one before. */
function libraryOf(size: number): Int16Array[] {
  const numbers = new Numbers(size);
  const vectors: Int16Array[] = [];
  const directionNear = (centre: readonly number[], spread: number): number[] =>
    centre.map((value) => value + numbers.normal() * spread);
  const centre = (): number[] => {
    const values = Array.from({ length: 32 }, (_, axis) => numbers.normal() * 0.9 ** axis);
    const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    return values.map((value) => value / length);
  };
  for (let burst = 0; burst < 4; burst++) {
    const frame = centre();
    const count = Math.min(5_000, Math.floor(size / 40));
    for (let i = 0; i < count; i++) vectors.push(quantised(directionNear(frame, 0.002)));
  }
  while (vectors.length < size) {
    let shot = centre();
    const kind = numbers.below(20);
    const count = kind < 14 ? 1 : kind < 18 ? 2 + numbers.below(11) : 3 + numbers.below(10);
    for (let i = 0; i < count && vectors.length < size; i++) {
      // Scenes spread round a centre; chains drift; the rest are equal vectors.
      if (kind < 18) vectors.push(quantised(directionNear(shot, 0.015)));
      else vectors.push(quantised(kind === 18 ? shot = directionNear(shot, 0.025) : shot));
    }
  }
  return vectors;
}

function filledIndex(vectors: readonly Int16Array[]): ReturnType<typeof createRangeIndex> {
  const index = createRangeIndex(vectors[0]!.length);
  for (const vector of vectors) insertVector(index, vector);
  return index;
}

function reportIndex(): void {
  print("\nRange index, 32 axes, cosine distance 0.04: one search and one insertion each");
  let before = { size: 0, microseconds: 0 };
  for (const size of SIZES) {
    const vectors = libraryOf(size);
    const index = createRangeIndex(32);
    const found = createNeighbourList();
    let neighbours = 0;
    const start = processorMs();
    for (const vector of vectors) {
      searchVector(index, { vector, limit: THRESHOLDS.related }, found);
      neighbours += found.count;
      insertVector(index, vector);
    }
    const elapsedMs = processorMs() - start;
    const microseconds = (elapsedMs * 1000) / size;
    const growth = before.size === 0
      ? ""
      : `, ${(microseconds / before.microseconds).toFixed(2)}x a vector for ${
        size / before.size
      }x the vectors`;
    print(
      `  ${size}: ${elapsedMs.toFixed(0)} ms, ${perSecond(size, elapsedMs)}/s, ${
        microseconds.toFixed(1)
      } us each${growth}; ${neighbours} neighbours; ${bytesOf(index, size)} bytes a vector`,
    );
    before = { size, microseconds };
  }
}

/** Bytes of all typed arrays of an index, for each vector. */
function bytesOf(index: ReturnType<typeof createRangeIndex>, size: number): number {
  let sum = 0;
  for (const value of Object.values(index)) if (ArrayBuffer.isView(value)) sum += value.byteLength;
  return Math.round(sum / size);
}

function perSecond(count: number, elapsedMs: number): number {
  return Math.round((count * 1000) / elapsedMs);
}

function addPhoto(state: GroupingState, i: number, vector: Int16Array): void {
  const hash = `content${i}` as ContentHash;
  addFile(state, { owner: OWNER, side: "visible", hash }, `file${i}` as FileId);
  setVector(state, { owner: OWNER, hash, model: MODEL, vector });
}

/** Time to add, group, and group again after one removal. */
function reportLibrary(name: string, state: GroupingState, vectors: readonly Int16Array[]): void {
  const start = processorMs();
  for (const [i, vector] of vectors.entries()) addPhoto(state, i, vector);
  const added = processorMs();
  regroup(state);
  const grouped = processorMs();
  const hash = "content0" as ContentHash;
  removeFile(state, { owner: OWNER, side: "visible", hash }, "file0" as FileId);
  regroup(state);
  const again = processorMs();
  const megabytes = Math.round(Deno.memoryUsage().rss / 2 ** 20);
  const sizes = scenes(state).filter(({ tier }) => tier === "related")
    .map(({ members }) => members.length);
  print(
    `  ${name}: added in ${(added - start).toFixed(0)} ms, grouped in ${
      (grouped - added).toFixed(0)
    } ms, after one removal in ${
      (again - grouped).toFixed(1)
    } ms; ${sizes.length} scenes, largest ${
      sizes.reduce((largest, size) => Math.max(largest, size), 0)
    }; process ${megabytes} MiB`,
  );
}

function newGrouping(dimensions: number, thresholds: typeof THRESHOLDS): GroupingState {
  const state = createGrouping();
  addModel(state, { id: MODEL, dimensions, thresholds });
  return state;
}

function reportScenes(): void {
  print("\nGrouping, 32 axes, cosine distances 0.001, 0.02, 0.04");
  for (const size of SIZES) {
    reportLibrary(`${size} photos`, newGrouping(32, THRESHOLDS), libraryOf(size));
  }
}

function reportCrowd(): void {
  const numbers = new Numbers(1);
  const frames = Array.from(
    { length: 50_000 },
    () => Int16Array.from({ length: 32 }, () => 5_000 + numbers.below(121) - 60),
  );
  print("\nA crowd");
  reportLibrary("50000 near-identical frames", newGrouping(32, THRESHOLDS), frames);
}

/**
 * Vectors of 576 axes whose spread is mostly along 48 directions that no axis shows: what the
 * vectors of a network look like.
 */
function longVectors(size: number): Int16Array[] {
  const numbers = new Numbers(2);
  const directions = Array.from(
    { length: 48 },
    () => Array.from({ length: 576 }, () => numbers.normal()),
  );
  return Array.from({ length: size }, () => {
    const sum = Array.from({ length: 576 }, () => numbers.normal() * 0.3);
    for (const [i, direction] of directions.entries()) {
      const weight = numbers.normal() * 0.95 ** i;
      for (let axis = 0; axis < 576; axis++) sum[axis]! += weight * direction[axis]!;
    }
    return quantised(sum);
  });
}

function reportLongVectors(): void {
  print("\nGrouping, 576 axes, cosine distances 0.05, 0.15, 0.25");
  for (const size of [2_000, 10_000]) {
    const vectors = longVectors(size);
    reportLibrary(`${size} photos`, newGrouping(576, WIDE_THRESHOLDS), vectors);
    print(`    index: ${bytesOf(filledIndex(vectors), size)} bytes a vector`);
  }
}

const searched = filledIndex(libraryOf(10_000));
const asked = libraryOf(10_000)[5_000]!;
Deno.bench({
  name: "within() among 10,000 vectors of 32 axes",
  fn: () => void within(searched, asked, THRESHOLDS.related),
});
