/**
 * A map that looks like `base` with changes, and leaves `base` alone.
 *
 * A durable actor must not change its state before a turn is committed, yet reasons on what its own
 * events will make of it. It applies them to drafts. Reads and writes take constant time; the order
 * is that of a plain map on which the same changes were made. One that is never changed costs
 * nothing but itself.
 */
export class DraftMap<Key, Value> implements Map<Key, Value> {
  readonly [Symbol.toStringTag] = "DraftMap";
  readonly #base: ReadonlyMap<Key, Value>;
  /** Keys that have another value than in the base, or are not in it. */
  #changed: Map<Key, Value> | null = null;
  /** Keys of the base that are gone, or that came again later and so stand at the end. */
  #moved: Set<Key> | null = null;
  /** Keys of the base that have another value at their old place. */
  #replaced = 0;

  constructor(base: ReadonlyMap<Key, Value>) {
    this.#base = base;
  }

  get size(): number {
    const moved = this.#moved?.size ?? 0;
    return this.#base.size - moved + (this.#changed?.size ?? 0) - this.#replaced;
  }

  has(key: Key): boolean {
    return this.#changed?.has(key) === true || this.#isInBase(key);
  }

  get(key: Key): Value | undefined {
    if (this.#changed?.has(key) === true) return this.#changed.get(key);
    return this.#moved?.has(key) === true ? undefined : this.#base.get(key);
  }

  set(key: Key, value: Value): this {
    this.#changed ??= new Map();
    if (this.#isInBase(key) && !this.#changed.has(key)) this.#replaced += 1;
    this.#changed.set(key, value);
    return this;
  }

  getOrInsert(key: Key, value: Value): Value {
    return this.getOrInsertComputed(key, () => value);
  }

  getOrInsertComputed(key: Key, compute: (key: Key) => Value): Value {
    if (!this.has(key)) this.set(key, compute(key));
    return this.get(key) as Value;
  }

  delete(key: Key): boolean {
    const inBase = this.#isInBase(key);
    const inDraft = this.#changed?.delete(key) === true;
    if (inBase) {
      this.#moved ??= new Set();
      this.#moved.add(key);
      if (inDraft) this.#replaced -= 1;
    }
    return inBase || inDraft;
  }

  clear(): void {
    this.#changed = null;
    this.#moved = new Set(this.#base.keys());
    this.#replaced = 0;
  }

  entries(): MapIterator<[Key, Value]> {
    return this.#isAsBase() ? this.#base.entries() : this.#draftEntries();
  }

  keys(): MapIterator<Key> {
    return this.#isAsBase() ? this.#base.keys() : this.#draftKeys();
  }

  values(): MapIterator<Value> {
    return this.#isAsBase() ? this.#base.values() : this.#draftValues();
  }

  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries();
  }

  forEach(act: (value: Value, key: Key, map: Map<Key, Value>) => void): void {
    for (const [key, value] of this.entries()) act(value, key, this);
  }

  #isAsBase(): boolean {
    return this.#changed === null && this.#moved === null;
  }

  /** True for a key of the base that still stands at its old place. */
  #isInBase(key: Key): boolean {
    return this.#base.has(key) && this.#moved?.has(key) !== true;
  }

  *#draftKeys(): MapIterator<Key> {
    for (const [key] of this.#draftEntries()) yield key;
  }

  *#draftValues(): MapIterator<Value> {
    for (const [, value] of this.#draftEntries()) yield value;
  }

  *#draftEntries(): MapIterator<[Key, Value]> {
    for (const [key, value] of this.#base) {
      if (this.#moved?.has(key) === true) continue;
      const changed = this.#changed;
      yield [key, changed?.has(key) === true ? changed.get(key) as Value : value];
    }
    if (this.#changed === null) return;
    for (const [key, value] of this.#changed) {
      if (!this.#isInBase(key)) yield [key, value];
    }
  }
}
