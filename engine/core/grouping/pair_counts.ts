/**
 * Counts per pair of clusters: an open-addressed table in typed arrays, because a `Map` of millions
 * of pairs costs ten times the memory.
 *
 * @module
 */

/** How many edges are known between pairs of clusters. */
export interface PairCounts {
  low: Int32Array;
  high: Int32Array;
  counts: Int32Array;
  /** Places taken, pairs that have gone back to 0 included. */
  used: number;
}

/** No counts. */
export function createPairCounts(): PairCounts {
  return tableOfLength(64);
}

function tableOfLength(length: number): PairCounts {
  return {
    low: new Int32Array(length).fill(-1),
    high: new Int32Array(length),
    counts: new Int32Array(length),
    used: 0,
  };
}

/** Adds to the count of a pair, in either order, and returns the new count. */
export function addToPair(
  table: PairCounts,
  left: number,
  right: number,
  amount: number,
): number {
  const low = Math.min(left, right);
  const high = Math.max(left, right);
  let place = placeOf(table, low, high);
  if (table.low[place]! < 0) {
    if (table.used * 2 >= table.low.length) {
      rehash(table);
      place = placeOf(table, low, high);
    }
    table.low[place] = low;
    table.high[place] = high;
    table.used++;
  }
  table.counts[place]! += amount;
  return table.counts[place]!;
}

/** Where the pair is, or where it would go. */
function placeOf(table: PairCounts, low: number, high: number): number {
  const mask = table.low.length - 1;
  let mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  let place = (mixed ^ (mixed >>> 13)) & mask;
  while (table.low[place]! >= 0 && (table.low[place]! !== low || table.high[place]! !== high)) {
    place = (place + 1) & mask;
  }
  return place;
}

/** Drops pairs that are back to 0, and makes room for as many again as are left. */
function rehash(table: PairCounts): void {
  const { low, high, counts } = table;
  let live = 0;
  for (const count of counts) if (count > 0) live++;
  let length = 64;
  while (length < live * 4) length *= 2;
  Object.assign(table, tableOfLength(length));
  for (let i = 0; i < low.length; i++) {
    if (counts[i]! === 0) continue;
    const place = placeOf(table, low[i]!, high[i]!);
    table.low[place] = low[i]!;
    table.high[place] = high[i]!;
    table.counts[place] = counts[i]!;
    table.used++;
  }
}
