import type { ContentHash } from "@scenekeep/engine/core";

/** More contents than any library has; the square of it is a number that has no fraction. */
const CONTENTS_MAX = 2 ** 26;

/** Pairs of contents, in any order of the two: a number for each content, and one for each pair. */
export class PairSet {
  readonly #numbers = new Map<ContentHash, number>();
  readonly #pairs = new Set<number>();

  has(first: ContentHash, second: ContentHash): boolean {
    const [one, other] = [this.#numbers.get(first), this.#numbers.get(second)];
    return one !== undefined && other !== undefined && this.#pairs.has(pairNumber(one, other));
  }

  /** False when the pair is there already. */
  add(first: ContentHash, second: ContentHash): boolean {
    const before = this.#pairs.size;
    this.#pairs.add(pairNumber(this.#numberOf(first), this.#numberOf(second)));
    return this.#pairs.size > before;
  }

  #numberOf(hash: ContentHash): number {
    const known = this.#numbers.get(hash);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(hash, number);
    return number;
  }
}

function pairNumber(one: number, other: number): number {
  return Math.min(one, other) * CONTENTS_MAX + Math.max(one, other);
}
