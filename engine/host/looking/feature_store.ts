import type { ContentHash } from "@scenekeep/engine/core";
import type { DescriptionCache } from "../cache/description_cache.ts";

/** What pictures look like while they are compared: each is described once, if there is room. */
export class FeatureStore {
  readonly #known: DescriptionCache;
  readonly #describe: (hash: ContentHash) => Promise<string | null>;
  readonly #making = new Map<ContentHash, Promise<string | null>>();
  /** Pictures that have none. */
  readonly #without = new Set<ContentHash>();

  /** @param describe Makes a description; null for a picture that has none. */
  constructor(
    known: DescriptionCache,
    describe: (hash: ContentHash) => Promise<string | null>,
  ) {
    this.#known = known;
    this.#describe = describe;
  }

  /** The description of a picture; each is asked for once at a time. */
  async get(hash: ContentHash): Promise<string | null> {
    if (this.#without.has(hash)) return null;
    const making = this.#making.get(hash);
    if (making !== undefined) return await making;
    return this.#known.find(hash) ?? await this.#make(hash);
  }

  /** Forgets what was put down of them. */
  clear(): void {
    this.#known.clear();
  }

  async #make(hash: ContentHash): Promise<string | null> {
    const made = this.#describe(hash);
    this.#making.set(hash, made);
    try {
      const features = await made;
      if (features === null) this.#without.add(hash);
      else this.#known.put(hash, features);
      return features;
    } finally {
      this.#making.delete(hash);
    }
  }
}
