import type { ContentHash } from "@scenekeep/engine/core";

/** Descriptions of pictures that are kept at the same time: some 50 KB each. */
const FEATURES_MAX = 1024;

/**
 * Descriptions of pictures while they are compared, those used last kept. They are large and soon
 * made again, so they are remembered no longer than a look takes; what came of comparing them is.
 */
export class FeatureStore {
  readonly #describe: (hash: ContentHash) => Promise<string | null>;
  readonly #known = new Map<ContentHash, Promise<string | null>>();

  /** @param describe Makes a description; null for a picture that has none. */
  constructor(describe: (hash: ContentHash) => Promise<string | null>) {
    this.#describe = describe;
  }

  /** The description of a picture; each is asked for once at a time. */
  get(hash: ContentHash): Promise<string | null> {
    const known = this.#known.get(hash);
    const features = known ?? this.#make(hash);
    this.#known.delete(hash);
    this.#known.set(hash, features);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= FEATURES_MAX) break;
      this.#known.delete(oldest);
    }
    return features;
  }

  async #make(hash: ContentHash): Promise<string | null> {
    try {
      return await this.#describe(hash);
    } catch (error) {
      // Another time it may go better.
      this.#known.delete(hash);
      throw error;
    }
  }
}
