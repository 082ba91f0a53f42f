import type { ContentHash } from "@scenekeep/engine/core";
import { PAIRS_OF_CONTENT_MAX } from "./look_candidates.ts";

/** Which contents show the same thing. */
export class Links {
  readonly #of = new Map<ContentHash, Set<ContentHash>>();

  add(first: ContentHash, second: ContentHash): void {
    for (const [one, other] of [[first, second], [second, first]] as const) {
      const others = this.#of.get(one);
      if (others === undefined) this.#of.set(one, new Set([other]));
      else others.add(other);
    }
  }

  /** The pairs that share a third, the smaller hash first, of the first few of each. */
  *pairsThrough(): Generator<readonly [ContentHash, ContentHash]> {
    for (const others of this.#of.values()) {
      const some = [...others].sort().slice(0, 2 * PAIRS_OF_CONTENT_MAX);
      for (const [place, first] of some.entries()) {
        for (const second of some.slice(place + 1)) yield [first, second];
      }
    }
  }
}
