/**
 * A set that mostly has one member: kept in a field until a second one comes.
 *
 * A library of a million photos has nearly as many contents, and nearly all belong to one file. A
 * `Set` for each of them takes about 200 bytes and most of the time of a restart; this takes about
 * 30. Members come in the order in which they were added.
 */
export class SmallSet<Value> implements Iterable<Value> {
  #only: Value | undefined;
  #several: Set<Value> | null = null;

  constructor(first: Value) {
    this.#only = first;
  }

  /** How many members there are. */
  get size(): number {
    return this.#several === null ? (this.#only === undefined ? 0 : 1) : this.#several.size;
  }

  /** True when `value` is a member. Constant time. */
  has(value: Value): boolean {
    return this.#several === null ? this.#only === value : this.#several.has(value);
  }

  /** Adds a member; one that is there already stays. */
  add(value: Value): void {
    if (this.#several !== null) this.#several.add(value);
    else if (this.#only === undefined) this.#only = value;
    else if (this.#only !== value) this.#several = new Set([this.#only, value]);
  }

  /** Removes a member. True when it was there. */
  delete(value: Value): boolean {
    if (this.#several !== null) return this.#several.delete(value);
    if (this.#only !== value) return false;
    this.#only = undefined;
    return true;
  }

  [Symbol.iterator](): Iterator<Value> {
    if (this.#several !== null) return this.#several.values();
    return (this.#only === undefined ? [] : [this.#only]).values();
  }
}
