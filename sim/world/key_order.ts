const REMEMBERED_MAX = 4096;

interface RememberedKeys {
  /** The keys as objects of this kind were seen to hold them. */
  readonly asHeld: readonly string[];
  readonly sorted: readonly string[];
}

/**
 * Gives the keys of plain objects by code unit, and remembers the orders it made.
 *
 * Objects of one kind hold the same keys in the same order nearly always; then a walk over the keys
 * is enough, and nothing is sorted.
 */
export class KeyOrder {
  readonly #remembered = new Map<unknown, RememberedKeys>();

  /** The object's own keys by code unit. */
  sorted(value: Record<string, unknown>): readonly string[] {
    const kind = value["kind"];
    const remembered = this.#remembered.get(kind);
    if (remembered !== undefined && holdsKeys(value, remembered.asHeld)) return remembered.sorted;
    const asHeld = Object.keys(value);
    const sorted = [...asHeld].sort();
    // Only short names are worth keeping: an object without a kind is often a dictionary.
    const isWorth = asHeld.length <= 24 && (kind === undefined || typeof kind === "string");
    if (isWorth && this.#remembered.size < REMEMBERED_MAX) {
      this.#remembered.set(kind, { asHeld, sorted });
    }
    return sorted;
  }
}

function holdsKeys(value: Record<string, unknown>, asHeld: readonly string[]): boolean {
  let count = 0;
  // deno-lint-ignore guard-for-in -- plain objects inherit nothing, and a list of keys costs memory
  for (const key in value) {
    if (key !== asHeld[count]) return false;
    count += 1;
  }
  return count === asHeld.length;
}
