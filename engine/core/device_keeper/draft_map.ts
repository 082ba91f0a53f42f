/**
 * A map that looks like `base` with changes, and leaves `base` alone.
 *
 * A durable actor must not change its state before a turn is committed, yet reasons on what its own
 * events will make of it. It applies them to drafts. Reads and writes take constant time; the order
 * is that of a plain map on which the same changes were made.
 */
export class DraftMap<Key, Value> extends Map<Key, Value> {
  readonly #base: ReadonlyMap<Key, Value>;
  /** Keys of the base that are gone, or that came again later and so stand at the end. */
  readonly #moved = new Set<Key>();
  /** Keys of the base that have another value at their old place. */
  #replaced = 0;

  constructor(base: ReadonlyMap<Key, Value>) {
    super();
    this.#base = base;
  }

  override get size(): number {
    return this.#base.size - this.#moved.size + super.size - this.#replaced;
  }

  override has(key: Key): boolean {
    return super.has(key) || (this.#base.has(key) && !this.#moved.has(key));
  }

  override get(key: Key): Value | undefined {
    if (super.has(key)) return super.get(key);
    return this.#moved.has(key) ? undefined : this.#base.get(key);
  }

  override set(key: Key, value: Value): this {
    if (!super.has(key) && this.#base.has(key) && !this.#moved.has(key)) this.#replaced += 1;
    return super.set(key, value);
  }

  override delete(key: Key): boolean {
    const inBase = this.#base.has(key) && !this.#moved.has(key);
    const inDraft = super.delete(key);
    if (inBase) {
      this.#moved.add(key);
      if (inDraft) this.#replaced -= 1;
    }
    return inBase || inDraft;
  }

  override clear(): void {
    super.clear();
    for (const key of this.#base.keys()) this.#moved.add(key);
    this.#replaced = 0;
  }

  override *entries(): MapIterator<[Key, Value]> {
    for (const [key, value] of this.#base) {
      if (this.#moved.has(key)) continue;
      yield [key, super.has(key) ? super.get(key) as Value : value];
    }
    for (const [key, value] of super.entries()) {
      if (!this.#base.has(key) || this.#moved.has(key)) yield [key, value];
    }
  }

  override *keys(): MapIterator<Key> {
    for (const [key] of this.entries()) yield key;
  }

  override *values(): MapIterator<Value> {
    for (const [, value] of this.entries()) yield value;
  }

  override [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries();
  }

  override forEach(act: (value: Value, key: Key, map: Map<Key, Value>) => void): void {
    for (const [key, value] of this.entries()) act(value, key, this);
  }
}
