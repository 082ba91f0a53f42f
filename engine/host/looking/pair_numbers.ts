import { compareText, type ContentHash, invariant } from "@scenekeep/engine/core";

/**
 * A number for each pair of some contents, in any order of the two. Numbers are in the order of the
 * smaller hashes, then of the others: a set or a list of them takes a small part of the memory of
 * one of pairs.
 */
export class PairNumbers {
  readonly #hashes: readonly ContentHash[];
  readonly #places: ReadonlyMap<ContentHash, number>;

  /** @param hashes All contents, each once or more. */
  constructor(hashes: Iterable<ContentHash>) {
    this.#hashes = [...new Set(hashes)].sort(compareText);
    this.#places = new Map(this.#hashes.map((hash, place) => [hash, place]));
  }

  /** @throws {InvariantError} `PAIR_UNKNOWN` for other contents. */
  numberOf(first: ContentHash, second: ContentHash): number {
    const [one, other] = [this.#places.get(first), this.#places.get(second)];
    invariant(one !== undefined && other !== undefined, "PAIR_UNKNOWN", "No such pair of contents");
    return Math.min(one, other) * this.#hashes.length + Math.max(one, other);
  }

  /** The pair of a number, the smaller hash first. */
  pairOf(number: number): readonly [ContentHash, ContentHash] {
    const count = this.#hashes.length;
    return [this.#hashes[Math.floor(number / count)]!, this.#hashes[number % count]!];
  }
}
