import { compareText, type ContentHash } from "@scenekeep/engine/core";
import { PAIRS_OF_CONTENT_MAX } from "./look_candidates.ts";

/** Which contents show the same thing. */
export class Links {
  readonly #of = new Map<ContentHash, Set<ContentHash>>();

  /** The contents that show the same as another, in order. */
  get contents(): readonly ContentHash[] {
    return [...this.#of.keys()].sort(compareText);
  }

  /** How many contents show the same as another. */
  get contentCount(): number {
    return this.#of.size;
  }

  add(first: ContentHash, second: ContentHash): void {
    for (const [one, other] of [[first, second], [second, first]] as const) {
      const others = this.#of.get(one);
      if (others === undefined) this.#of.set(one, new Set([other]));
      else others.add(other);
    }
  }

  /**
   * The pairs that share a third, of the first few of each: each pair once, the smaller hash first,
   * in order. Nothing of them is kept: there may be a hundred for each content.
   */
  *pairsThrough(): Generator<readonly [ContentHash, ContentHash]> {
    const fewOf = new Map<ContentHash, readonly ContentHash[]>();
    for (const [third, others] of this.#of) {
      fewOf.set(third, [...others].sort(compareText).slice(0, 2 * PAIRS_OF_CONTENT_MAX));
    }
    for (const first of this.contents) {
      const seconds = new Set<ContentHash>();
      for (const third of this.#of.get(first)!) {
        const few = fewOf.get(third)!;
        const place = few.indexOf(first);
        if (place >= 0) { for (const second of few.slice(place + 1)) seconds.add(second); }
      }
      for (const second of [...seconds].sort(compareText)) yield [first, second];
    }
  }
}
