/**
 * [Note: Flat scan] Where a search is so wide that a tree leaves little out, looking at every key
 * in a row is many times faster: no jumps, and eight numbers at once.
 *
 * The key of a scan is 96 numbers: those of a [Note: Search keys], divided by 8 as well, so that
 * their squares fit into 32 bits; of a short vector its own numbers, divided by 8. Rounding moves
 * the difference of two such numbers by less than 1 and clamping brings keys only closer; hence
 * keys of vectors within distance `L` are within `K = (√L / 8 + √96)²`. The start of a key is never
 * farther away than all of it. So a scan looks at 24 numbers of all vectors, at 24 more where these
 * are within `K`, at the other 48 where these are too, and only then at the vectors.
 *
 * `|a − b|² <= K` where `a·b − |b|²/2 >= (|a|² − K)/2`, so a stage costs a product and a sum for
 * two numbers of four vectors. Halves are rounded down, which lets more pass. No sum leaves 32
 * bits: a number of a key is at most 3000, so `a·b` is below 2^30 and `|b|²/2` below 2^29. What
 * passes is compared in full, so nothing is missed and nothing is found that is not near.
 *
 * **Cost** a search reads 52 bytes of every vector and takes some 2 to 5 nanoseconds each, most
 * of it to wait for memory; many searches in one pass wait less, see `lookAhead()`. **Memory** 216
 * bytes a vector.
 *
 * @module
 */

import { projectedSum, type Projection } from "./projection.ts";
import {
  AXES,
  BLOCK_VECTORS,
  HEADER_BYTES,
  LIST_BYTES,
  openScan,
  PASSED_AT,
  type ScanLoops,
  type ScanMemory,
  STAGE_AXES,
  stageBytes,
} from "./scan_program.ts";

/** Keys of a scan, by slot. */
export interface FlatScan {
  readonly memory: ScanMemory;
  readonly loops: ScanLoops;
  /** How a vector becomes its key; null where the key is the vector. */
  readonly projection: Projection | null;
  /** Slots that there is room for; a multiple of a block. */
  capacity: number;
  /** The memory as numbers of 16 and of 32 bits; others each time it has grown. */
  numbers: Int16Array;
  integers: Int32Array;
  /** The key that was made last. */
  readonly key: Int16Array;
}

/** A vector in its place. */
export interface PlacedVector {
  readonly vectors: Int16Array;
  readonly start: number;
  /** At least as long as the vector. */
  readonly stride: number;
}

/** Numbers in a key. */
export const SCAN_AXES: number = AXES;
const COARSE = 8;
const COARSE_BITS = 3;
const VALUE_MAX = 3000;
/** Above this, nothing is too far away. */
const LIMIT_MAX = 2 ** 32;
/** In the place of a half square: more than any product makes up for. */
const DROPPED = -(2 ** 28);
const PAGE_BYTES = 65536;
const CAPACITY_FIRST = 1024;
/** A row of a projection is about 2^14 long: with a vector up to here products fit into 32 bits. */
const SQUARES_MAX = 2 ** 32;

/** An empty scan. */
export function createFlatScan(projection: Projection | null): FlatScan {
  const { loops, memory } = openScan();
  const scan: FlatScan = {
    memory,
    loops,
    projection,
    capacity: 0,
    numbers: new Int16Array(memory.buffer),
    integers: new Int32Array(memory.buffer),
    key: new Int16Array(AXES),
  };
  makeRoom(scan, CAPACITY_FIRST);
  writeMatrix(scan);
  return scan;
}

interface Places {
  readonly vector: number;
  readonly matrix: number;
  readonly sums: number;
  readonly stages: readonly [number, number, number];
  readonly list: number;
  readonly found: number;
  readonly end: number;
}

/** Bytes of a vector and of a row of the projection; zeros at the end add nothing. */
function rowBytes({ projection }: FlatScan): number {
  return 16 * Math.ceil((projection?.dimensions ?? 0) / 8);
}

/** Where everything begins, in bytes. */
function placesOf(scan: FlatScan): Places {
  const blocks = scan.capacity / BLOCK_VECTORS;
  const matrix = HEADER_BYTES + rowBytes(scan);
  const sums = matrix + AXES * rowBytes(scan);
  const first = sums + 4 * AXES;
  const second = first + blocks * stageBytes(STAGE_AXES[0]);
  const third = second + blocks * stageBytes(STAGE_AXES[1]);
  const list = third + blocks * stageBytes(STAGE_AXES[2]);
  // One more of each, since the last may be written beyond the end.
  const found = list + (blocks + 1) * LIST_BYTES;
  const end = found + 4 * (scan.capacity + BLOCK_VECTORS);
  return { vector: HEADER_BYTES, matrix, sums, stages: [first, second, third], list, found, end };
}

function makeRoom(scan: FlatScan, slots: number): void {
  if (slots <= scan.capacity) return;
  const before = placesOf(scan);
  scan.capacity = Math.max(2 * scan.capacity, CAPACITY_FIRST);
  while (scan.capacity < slots) scan.capacity *= 2;
  const after = placesOf(scan);
  const pages = Math.ceil(after.end / PAGE_BYTES) - scan.memory.buffer.byteLength / PAGE_BYTES;
  if (pages > 0) scan.memory.grow(pages);
  scan.numbers = new Int16Array(scan.memory.buffer);
  scan.integers = new Int32Array(scan.memory.buffer);
  scan.integers.copyWithin(after.stages[2] / 4, before.stages[2] / 4, before.list / 4);
  scan.integers.copyWithin(after.stages[1] / 4, before.stages[1] / 4, before.stages[2] / 4);
}

function writeMatrix(scan: FlatScan): void {
  const { numbers, projection } = scan;
  if (projection === null) return;
  const { dimensions, keyAxes, rows } = projection;
  const { matrix } = placesOf(scan);
  for (let row = 0; row < keyAxes; row++) {
    const start = (matrix + row * rowBytes(scan)) / 2;
    numbers.set(rows.subarray(row * dimensions, (row + 1) * dimensions), start);
  }
}

/** Puts the key of a vector in the place of a slot. */
export function writeScanKey(scan: FlatScan, slot: number, vector: PlacedVector): void {
  makeRoom(scan, slot + 1);
  makeKey(scan, vector);
  const block = Math.floor(slot / BLOCK_VECTORS);
  const lane = slot % BLOCK_VECTORS;
  const { integers, key, numbers } = scan;
  const { stages } = placesOf(scan);
  let axis = 0;
  for (let stage = 0; stage < STAGE_AXES.length; stage++) {
    const axes = STAGE_AXES[stage]!;
    const start = stages[stage]! + block * stageBytes(axes);
    let squares = 0;
    let at = start / 2 + 8 + 2 * lane;
    for (const end = axis + axes; axis < end; axis += 2, at += 8) {
      const even = key[axis]!;
      const odd = key[axis + 1]!;
      numbers[at] = even;
      numbers[at + 1] = odd;
      squares += even * even + odd * odd;
    }
    integers[start / 4 + lane] = -(squares >> 1);
  }
}

/** Takes a slot out: it is found only by searches so wide that all is. */
export function dropScanKey(scan: FlatScan, slot: number): void {
  const block = Math.floor(slot / BLOCK_VECTORS);
  const start = placesOf(scan).stages[0] + block * stageBytes(STAGE_AXES[0]);
  scan.integers[start / 4 + slot % BLOCK_VECTORS] = DROPPED;
}

function makeKey(scan: FlatScan, { start, stride, vectors }: PlacedVector): void {
  const { key, projection } = scan;
  if (projection === null) {
    for (let axis = 0; axis < stride; axis++) {
      key[axis] = clamped(vectors[start + axis]! >> COARSE_BITS);
    }
    return;
  }
  const { dimensions, keyAxes, scale } = projection;
  let squares = 0;
  for (let at = start; at < start + dimensions; at++) squares += vectors[at]! * vectors[at]!;
  const sums = squares <= SQUARES_MAX
    ? sumsOf(scan, vectors.subarray(start, start + dimensions))
    : null;
  for (let row = 0; row < keyAxes; row++) {
    const sum = sums?.[row] ?? projectedSum(projection, { vectors, start }, row);
    key[row] = clamped(Math.floor(sum / (COARSE * scale)));
  }
}

function sumsOf(scan: FlatScan, vector: Int16Array): Int32Array {
  const { matrix, sums, vector: place } = placesOf(scan);
  scan.numbers.set(vector, place / 2);
  scan.loops.project(matrix, place, sums, AXES, rowBytes(scan));
  return scan.integers.subarray(sums / 4, sums / 4 + AXES);
}

function clamped(value: number): number {
  return Math.max(-VALUE_MAX, Math.min(VALUE_MAX, value));
}

/** The largest distance of the keys of two vectors within `limit`, see above. */
export function scanLimit(limit: number): number {
  const widened = limit / (COARSE * COARSE) + AXES + 2 * Math.sqrt(limit * AXES) / COARSE;
  return Math.min(Math.ceil(widened) + 1, LIMIT_MAX);
}

/** What a scan looks for. */
export interface AskedKey {
  readonly key: Int16Array;
  /** What the sums of each stage must reach. */
  readonly limits: readonly [number, number, number];
}

/** Makes the key of a vector, to be looked for within a limit. */
export function askScan(scan: FlatScan, vector: PlacedVector, limit: number): AskedKey {
  makeKey(scan, vector);
  const key = scan.key.slice();
  const keyLimit = scanLimit(limit);
  let squares = 0;
  let axis = 0;
  const limits = STAGE_AXES.map((axes) => {
    for (const end = axis + axes; axis < end; axis++) squares += key[axis]! * key[axis]!;
    return Math.ceil((squares - keyLimit) / 2);
  });
  return { key, limits: limits as [number, number, number] };
}

/**
 * All slots with a number of at least `from` and below `to` whose vectors may be within the limit
 * of the asked one, and perhaps some that are in no use or somewhat before or after. The answer is
 * valid until the next call.
 */
export function scanKeys(
  scan: FlatScan,
  { key, limits }: AskedKey,
  { from, to }: { readonly from: number; readonly to: number },
): Int32Array {
  scan.numbers.set(key);
  const { found, list, stages } = placesOf(scan);
  const fromBlock = Math.floor(from / BLOCK_VECTORS);
  const toBlock = Math.ceil(to / BLOCK_VECTORS);
  const count = scan.loops.scan(...stages, list, found, fromBlock, toBlock, ...limits);
  return scan.integers.subarray(found / 4, found / 4 + count);
}

/** Blocks of four vectors that passed the first stage of the last scan. */
export function passedBlocks({ integers }: FlatScan): number {
  return integers[PASSED_AT / 4]!;
}
