/**
 * Makes a list that fails as small as leaving things out allows (delta debugging, Zeller 2002).
 *
 * Leaves out ever smaller parts, then single items, until no single one can go. At most quadratic
 * in the length in the worst case; for a failure that needs few items, near `needed · log2(length)`
 * trials.
 *
 * @param items What fails.
 * @param fails Whether a shorter list still fails in the same way. Not asked about `items` itself.
 * @returns A list from which no single item can be left out. The order is kept.
 *
 * @example The failure needs 3 and 8
 * ```ts
 * import { ddmin } from "@scenekeep/sim";
 * const small = ddmin([1, 2, 3, 4, 5, 6, 7, 8], (list) => list.includes(3) && list.includes(8));
 * if (small.join() !== "3,8") throw new Error("It must keep what the failure needs");
 * ```
 */
export function ddmin<Item>(
  items: readonly Item[],
  fails: (shorter: readonly Item[]) => boolean,
): readonly Item[] {
  if (items.length === 0) return items;
  if (fails([])) return [];
  let kept = items;
  let parts = 2;
  while (kept.length > 1) {
    const size = Math.ceil(kept.length / parts);
    const smaller = withoutOnePart(kept, size, fails);
    if (smaller !== null) {
      kept = smaller;
      parts = Math.max(2, parts - 1);
    } else if (size === 1) return kept;
    else parts = Math.min(kept.length, parts * 2);
  }
  return kept;
}

function withoutOnePart<Item>(
  items: readonly Item[],
  size: number,
  fails: (shorter: readonly Item[]) => boolean,
): readonly Item[] | null {
  for (let start = 0; start < items.length; start += size) {
    const rest = [...items.slice(0, start), ...items.slice(start + size)];
    if (rest.length > 0 && fails(rest)) return rest;
  }
  return null;
}

/**
 * The smallest whole number from `least` on that still fails, found by halving the distance; exact
 * when every larger number fails too. `value` fails already and is not tried again.
 */
export function smallestFailing(
  value: number,
  least: number,
  fails: (smaller: number) => boolean,
): number {
  let [low, high] = [least, value];
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    if (fails(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}
