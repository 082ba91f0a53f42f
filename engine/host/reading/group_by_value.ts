/** Which places have equal values. */
export interface ValueGroups {
  /** All places, group by group: in order of the first place of each, and so within each. */
  readonly order: Uint32Array;
  /** Where each group begins in `order`, and the end. */
  readonly starts: Uint32Array;
}

/**
 * Groups places by their values, none of which may be NaN. O(n log n), without an object for each:
 * some 30 bytes of memory for each place, of which 8 remain.
 */
export function groupByValue(values: Float64Array): ValueGroups {
  const distinct = distinctOf(values);
  const numbers = new Uint32Array(distinct.length);
  const groups = new Uint32Array(values.length);
  const starts = new Uint32Array(distinct.length + 1);
  let count = 0;
  for (let place = 0; place < values.length; place += 1) {
    const rank = rankOf(distinct, values[place] ?? 0);
    // 0 is for values that have not been met yet.
    let number = numbers[rank] ?? 0;
    if (number === 0) {
      count += 1;
      number = count;
      numbers[rank] = number;
    }
    groups[place] = number - 1;
    starts[number] = (starts[number] ?? 0) + 1;
  }
  for (let group = 1; group <= count; group += 1) starts[group]! += starts[group - 1]!;
  return { order: orderOf(groups, starts), starts };
}

/** The values in ascending order, each once. */
function distinctOf(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  let count = 0;
  for (const value of sorted) {
    if (count === 0 || value !== sorted[count - 1]) {
      sorted[count] = value;
      count += 1;
    }
  }
  return sorted.subarray(0, count);
}

function rankOf(distinct: Float64Array, value: number): number {
  let from = 0;
  let to = distinct.length - 1;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((distinct[middle] ?? 0) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

function orderOf(groups: Uint32Array, starts: Uint32Array): Uint32Array {
  const next = starts.slice();
  const order = new Uint32Array(groups.length);
  for (let place = 0; place < groups.length; place += 1) {
    const group = groups[place] ?? 0;
    const at = next[group] ?? 0;
    order[at] = place;
    next[group] = at + 1;
  }
  return order;
}
