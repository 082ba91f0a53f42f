const REMEMBERED_MAX = 4096;
const KEYS_MAX = 24;

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
  readonly #byKind = new Map<unknown, RememberedKeys>();
  /** For objects without a kind: by the key that comes first. */
  readonly #byFirstKey = new Map<unknown, RememberedKeys>();

  /** The object's own keys by code unit. */
  sorted(value: Record<string, unknown>): readonly string[] {
    const kind = value["kind"];
    const isKind = typeof kind === "string";
    const remembered = isKind ? this.#byKind : this.#byFirstKey;
    const name = isKind ? kind : firstKey(value);
    const known = remembered.get(name);
    if (known !== undefined && holdsKeys(value, known.asHeld)) return known.sorted;
    const asHeld = Object.keys(value);
    const sorted = [...asHeld].sort();
    // What has many keys is a dictionary, and another one each time.
    if (asHeld.length <= KEYS_MAX && remembered.size < REMEMBERED_MAX) {
      remembered.set(name, { asHeld, sorted });
    }
    return sorted;
  }
}

function firstKey(value: Record<string, unknown>): string | undefined {
  // deno-lint-ignore guard-for-in -- plain objects inherit nothing, and a list of keys costs memory
  for (const key in value) return key;
  return undefined;
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
