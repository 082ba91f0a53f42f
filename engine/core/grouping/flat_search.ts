import { flatWithinDistance } from "./distance.ts";
import {
  askScan,
  createFlatScan,
  dropScanKey,
  type FlatScan,
  passedBlocks,
  type PlacedVector,
  SCAN_AXES,
  scanKeys,
  writeScanKey,
} from "./flat_scan.ts";
import { BLOCK_VECTORS } from "./scan_program.ts";
import { chooseProjection } from "./projection.ts";
import {
  isDone,
  isNews,
  type NeighbourList,
  pushNeighbour,
  type SearchLimits,
  searchTree,
} from "./range_search.ts";
import { clearTree, type RangeIndex } from "./range_tree.ts";
import { plantTree, sampleOf, slotsInUse, writeKey } from "./search_keys.ts";

/**
 * The scan of an index whose searches are by scan. Beside the index, not in it, as it follows from
 * it and a copy of it makes its own.
 */
const scanOf = new WeakMap<RangeIndex, IndexScan>();

interface IndexScan {
  readonly scan: FlatScan;
  /** Vectors that there were when its keys were chosen. */
  readonly chosenAt: number;
}

/** With fewer vectors a tree is as good. */
const SCANNED_MIN = 256;
/** A node of the tree takes about as long as this many vectors of a scan. Measured. */
const VECTORS_A_NODE = 32;
/**
 * A tree would do where fewer than one in this many vectors pass the first stage of a scan, apart
 * from crowds, in so many searches one after another. To plant it takes time for each vector, so
 * that many searches must have been before it is tried again.
 */
const NARROW_PART = 64;
const NARROW_SEARCHES = 64;
/** Slots that many searches look at before the next ones: some 100 KiB of keys. */
const SLOTS_A_PART = 2048;
/** Keys are chosen anew when there are so many times more vectors, */
const CHOSEN_GROWTH = 8;
/** and for the last time at this many or more: later it takes long and buys too little. */
const CHOSEN_LAST = 4096;
/** Most vectors that keys are chosen from, and the rounds to choose them: more buy too little. */
const SAMPLE_MAX = 256;
const ROUNDS = 1;

/**
 * Adds every vector within the limits of the one in the scratch, by the tree or by a scan: by a
 * scan once the tree has looked at more than a scan costs. From then on there is no tree.
 */
export function searchEither(index: RangeIndex, limits: SearchLimits, found: NeighbourList): void {
  if (index.isScanned) {
    if (index.scansLeft > 0 || index.narrowScans < NARROW_SEARCHES) {
      return searchFlat(index, limits, found);
    }
    plantTree(index);
    index.isScanned = false;
    scanOf.delete(index);
  }
  const { key, vector } = index.scratch;
  writeKey(index, { vectors: vector, start: 0 }, { keys: key, start: 0 });
  const seen = searchTree(index, limits, found);
  if (index.count >= SCANNED_MIN && seen * VECTORS_A_NODE > index.count) startScanning(index);
}

/** Gives the tree up for a scan. */
export function startScanning(index: RangeIndex): void {
  clearTree(index);
  index.isScanned = true;
  index.scansLeft = index.count;
  index.narrowScans = 0;
}

/** {@linkcode searchEither} by a scan. O(vectors), with a very small factor. */
export function searchFlat(index: RangeIndex, limits: SearchLimits, found: NeighbourList): void {
  const scan = scanOfIndex(index);
  const asked = askScan(scan, placedScratch(index), limits.limit);
  const between = { from: limits.above + 1, to: index.slotCount };
  const slots = scanKeys(scan, asked, between);
  const skipped = compareSlots(index, slots, limits, found);
  const passed = BLOCK_VECTORS * passedBlocks(scan);
  noteScan(index, { passed, skipped, looked: between.to - between.from });
}

/** Compares the vector in the scratch with what a scan let through; says how many it skipped. */
function compareSlots(
  index: RangeIndex,
  slots: Int32Array,
  { above, limit }: SearchLimits,
  found: NeighbourList,
): number {
  const { groups, leafOfSlot, scratch, slotCount, stride, vectors } = index;
  let skipped = 0;
  for (const slot of slots) {
    if (slot <= above || slot >= slotCount || leafOfSlot[slot]! < 0) continue;
    if (groups !== null && isDone(groups, index.groupOfSlot[slot]!)) {
      skipped += 1;
      continue;
    }
    scratch.compared += 1;
    const start = slot * stride;
    const distance = flatWithinDistance(scratch.vector, 0, vectors, start, stride, limit);
    if (distance < 0) continue;
    if (groups === null || isNews(groups, index.groupOfSlot[slot]!)) {
      pushNeighbour(found, slot, distance);
    }
  }
  return skipped;
}

function noteScan(
  index: RangeIndex,
  { looked, passed, skipped }: {
    readonly looked: number;
    readonly passed: number;
    readonly skipped: number;
  },
): void {
  index.scansLeft -= 1;
  const isNarrow = (passed - skipped) * NARROW_PART < looked;
  index.narrowScans = isNarrow ? index.narrowScans + 1 : 0;
}

/** What a pass over an index let through for vectors that will be searched for. */
export interface SearchAhead {
  readonly limit: number;
  /** Slots and uses of free ones at that time; the search itself looks at what came later. */
  readonly slotCount: number;
  readonly slotsReused: number;
  /** For each vector. */
  readonly candidates: readonly {
    readonly slots: Int32Array;
    readonly passed: number;
  }[];
}

/**
 * Looks through an index once for many vectors that are to be searched for next: parts of it that
 * fit into the nearest memory are compared with all of them before the next part is read. Null
 * where searches are by tree, which are not made sooner by this.
 */
export function scanAhead(
  index: RangeIndex,
  vectors: readonly Int16Array[],
  limit: number,
): SearchAhead | null {
  if (!index.isScanned) return null;
  const scan = scanOfIndex(index);
  const { slotCount, slotsReused } = index;
  const asked = vectors.map((vector) => {
    index.scratch.vector.set(vector);
    return { ...askScan(scan, placedScratch(index), limit), parts: [] as Int32Array[], passed: 0 };
  });
  for (let from = 0; from < slotCount; from += SLOTS_A_PART) {
    const to = Math.min(from + SLOTS_A_PART, slotCount);
    for (const each of asked) {
      const slots = scanKeys(scan, each, { from, to });
      if (slots.length > 0) each.parts.push(slots.slice());
      each.passed += BLOCK_VECTORS * passedBlocks(scan);
    }
  }
  const candidates = asked.map(({ parts, passed }) => ({ slots: joined(parts), passed }));
  return { limit, slotCount, slotsReused, candidates };
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * {@linkcode searchEither} for one of the vectors of a pass, which is in the scratch. What has come
 * since is scanned; where a slot has been used again since, everything is.
 */
export function searchAfterPass(
  index: RangeIndex,
  limits: SearchLimits,
  { ahead, at }: { readonly ahead: SearchAhead; readonly at: number },
  found: NeighbourList,
): void {
  const isValid = index.isScanned && ahead.slotsReused === index.slotsReused &&
    ahead.limit >= limits.limit;
  if (!isValid) return searchEither(index, limits, found);
  const { passed, slots } = ahead.candidates[at]!;
  // The last block was looked at as a whole.
  const before = slots.subarray(0, countBelow(slots, ahead.slotCount));
  let skipped = compareSlots(index, before, limits, found);
  if (ahead.slotCount < index.slotCount) {
    const scan = scanOfIndex(index);
    const asked = askScan(scan, placedScratch(index), limits.limit);
    const between = { from: ahead.slotCount, to: index.slotCount };
    const later = { ...limits, above: Math.max(limits.above, ahead.slotCount - 1) };
    skipped += compareSlots(index, scanKeys(scan, asked, between), later, found);
  }
  noteScan(index, { passed, skipped, looked: ahead.slotCount });
}

function countBelow(slots: Int32Array, limit: number): number {
  let count = slots.length;
  while (count > 0 && slots[count - 1]! >= limit) count--;
  return count;
}

function placedScratch({ scratch, stride }: RangeIndex): PlacedVector {
  return { vectors: scratch.vector, start: 0, stride };
}

/** Takes the vector of a slot into the scan, if there is one already. */
export function scanAlso(index: RangeIndex, slot: number): void {
  const known = scanOf.get(index);
  if (known === undefined) return;
  const isOutgrown = known.chosenAt < CHOSEN_LAST && !index.isOwnKey &&
    index.count >= known.chosenAt * CHOSEN_GROWTH;
  if (isOutgrown) scanOf.delete(index);
  else writeScanKey(known.scan, slot, placed(index, slot));
}

/** Takes a slot out of the scan, if there is one. */
export function scanNoMore(index: RangeIndex, slot: number): void {
  const known = scanOf.get(index);
  if (known !== undefined) dropScanKey(known.scan, slot);
}

function placed({ stride, vectors }: RangeIndex, slot: number): PlacedVector {
  return { vectors, start: slot * stride, stride };
}

function scanOfIndex(index: RangeIndex): FlatScan {
  const known = scanOf.get(index);
  if (known !== undefined) return known.scan;
  const slots = slotsInUse(index);
  const scan = createFlatScan(
    index.isOwnKey ? null : chooseProjection(sampleOf(index, slots, SAMPLE_MAX), SCAN_AXES, ROUNDS),
  );
  for (const slot of slots) writeScanKey(scan, slot, placed(index, slot));
  scanOf.set(index, { scan, chosenAt: slots.length });
  return scan;
}
