import { flatWithinDistance } from "./distance.ts";
import { createFlatScan, type FlatScan, scanKeys, writeScanKey } from "./flat_scan.ts";
import {
  isDone,
  isNews,
  type NeighbourList,
  pushNeighbour,
  type SearchLimits,
  searchTree,
} from "./range_search.ts";
import type { RangeIndex } from "./range_tree.ts";
import type { Projection } from "./projection.ts";
import { writeKey } from "./search_keys.ts";

/**
 * The keys of an index in a row, from when a scan is first worth it. Beside the index, not in it,
 * as they follow from it and a copy of it makes its own.
 */
const scanOf = new WeakMap<RangeIndex, IndexScan>();

interface IndexScan {
  readonly scan: FlatScan;
  /** The keys are by this; when the index has chosen another, they are written anew. */
  readonly projection: Projection | null;
}

/** With fewer vectors a tree is as good. */
const SCANNED_MIN = 1024;
/** A node of the tree takes about as long as this many vectors of a scan. Measured. */
const VECTORS_A_NODE = 16;
/** The tree is tried again after this many searches at first, after twice as many each time, */
const SCANS_FIRST = 64;
/** and after this many at most, so that a tree that has become good is noticed. */
const SCANS_LAST = 4096;

/**
 * Adds every vector within the limits of the one in the scratch, by the tree or by a scan: by a
 * scan once the tree has looked at more than a scan costs.
 */
export function searchEither(index: RangeIndex, limits: SearchLimits, found: NeighbourList): void {
  if (index.scansLeft > 0) {
    index.scansLeft -= 1;
    return searchFlat(index, limits, found);
  }
  const seen = searchTree(index, limits, found);
  const isDear = index.count >= SCANNED_MIN && seen * VECTORS_A_NODE > index.count;
  index.scansPlanned = isDear
    ? Math.min(Math.max(SCANS_FIRST, 2 * index.scansPlanned), SCANS_LAST)
    : 0;
  index.scansLeft = index.scansPlanned;
}

/** {@linkcode searchEither} by a scan. O(vectors), with a very small factor. */
export function searchFlat(index: RangeIndex, limits: SearchLimits, found: NeighbourList): void {
  const scan = scanOfIndex(index);
  const { groups, keyAxes, leafOfSlot, stride, vectors } = index;
  const { key, vector } = index.scratch;
  const { above, keyLimit, limit } = limits;
  const asked = { key, axes: keyAxes, keyLimit };
  for (const slot of scanKeys(scan, asked, { from: above + 1, to: index.slotCount })) {
    if (slot <= above || slot >= index.slotCount || leafOfSlot[slot]! < 0) continue;
    if (groups !== null && isDone(groups, index.groupOfSlot[slot]!)) continue;
    index.scratch.compared += 1;
    const distance = flatWithinDistance(vector, 0, vectors, slot * stride, stride, limit);
    if (distance < 0) continue;
    if (groups === null || isNews(groups, index.groupOfSlot[slot]!)) {
      pushNeighbour(found, slot, distance);
    }
  }
}

/** Whether searches have come to scan the keys of an index. */
export function isScanned(index: RangeIndex): boolean {
  return scanOf.has(index);
}

/** Takes the vector of a slot, whose key is in the scratch, into the scan if there is one. */
export function scanAlso(index: RangeIndex, slot: number): void {
  const { scan } = scanOf.get(index) ?? {};
  if (scan === undefined) return;
  writeScanKey(scan, slot, { keys: index.scratch.key, start: 0, axes: index.keyAxes });
}

function scanOfIndex(index: RangeIndex): FlatScan {
  const { keyAxes, leafOfSlot, projection, stride, vectors } = index;
  const before = scanOf.get(index);
  if (before !== undefined && before.projection === projection) return before.scan;
  const scan = before?.scan ?? createFlatScan();
  const keys = new Int16Array(keyAxes);
  for (let slot = 0; slot < index.slotCount; slot++) {
    if (leafOfSlot[slot]! < 0) continue;
    writeKey(index, { vectors, start: slot * stride }, { keys, start: 0 });
    writeScanKey(scan, slot, { keys, start: 0, axes: keyAxes });
  }
  scanOf.set(index, { scan, projection });
  return scan;
}
