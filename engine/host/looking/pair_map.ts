import type { ContentHash } from "@scenekeep/engine/core";

/**
 * Values by pairs of contents, in any order of the two. A key made of both hashes would take more
 * memory than the rest of it.
 */
export class PairMap<Value> {
  readonly #rows = new Map<ContentHash, Map<ContentHash, Value>>();

  /** The value of a pair; undefined where there is none. */
  get(first: ContentHash, second: ContentHash): Value | undefined {
    return first < second ? this.#rows.get(first)?.get(second) : this.#rows.get(second)?.get(first);
  }

  /** Sets the value of a pair. */
  set(first: ContentHash, second: ContentHash, value: Value): void {
    const [smaller, larger] = first < second ? [first, second] : [second, first];
    const row = this.#rows.get(smaller);
    if (row === undefined) this.#rows.set(smaller, new Map([[larger, value]]));
    else row.set(larger, value);
  }

  /** All values, those of one smaller hash together. */
  *values(): Generator<Value> {
    for (const row of this.#rows.values()) yield* row.values();
  }
}
