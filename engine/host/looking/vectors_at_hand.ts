import { type ContentHash, squaredDistance } from "@scenekeep/engine/core";

/** Most vectors that are kept: 19 MB of 576 dimensions. */
const VECTORS_MAX = 16_384;

/** Where vectors are read. */
export interface VectorSource {
  /** Reads a vector; null where a content has none. */
  readonly find: (hash: ContentHash) => Int16Array | null;
  /** Length of every vector. */
  readonly dimensions: number;
  /** How many contents may be asked for. */
  readonly contentCount: number;
}

/**
 * Distances of vectors that are asked for again and again, and are read once where there is room.
 *
 * They lie in one array, which goes back to the system with this: thousands of small ones leave
 * holes in the memory of a process. The oldest makes room for the newest.
 */
export class VectorsAtHand implements Disposable {
  readonly #source: VectorSource;
  readonly #vectors: Int16Array<ArrayBuffer>;
  /** The content in each slot. */
  readonly #hashes: ContentHash[] = [];
  readonly #slots = new Map<ContentHash, number>();
  readonly #slotCount: number;
  #next = 0;

  /** @param slotsMax Most vectors that are kept, at least 2. @default {VECTORS_MAX} */
  constructor(source: VectorSource, slotsMax: number = VECTORS_MAX) {
    this.#source = source;
    this.#slotCount = Math.max(2, Math.min(source.contentCount, slotsMax));
    this.#vectors = new Int16Array(this.#slotCount * source.dimensions);
  }

  /** How far two contents are apart; null where one has no vector. */
  distance(first: ContentHash, second: ContentHash): number | null {
    if (!this.#fetch(first) || !this.#fetch(second)) return null;
    // The second may have taken the place of the first, which then takes that of another.
    if (!this.#fetch(first)) return null;
    return squaredDistance(this.#vectorOf(first), this.#vectorOf(second));
  }

  /** Gives the memory back now, not when somebody collects it. */
  [Symbol.dispose](): void {
    this.#vectors.buffer.transfer(0);
  }

  /** Whether a content has a vector, which then is at hand. */
  #fetch(hash: ContentHash): boolean {
    if (this.#slots.has(hash)) return true;
    const vector = this.#source.find(hash);
    if (vector === null) return false;
    const slot = this.#next;
    this.#next = (slot + 1) % this.#slotCount;
    const oldest = this.#hashes[slot];
    if (oldest !== undefined) this.#slots.delete(oldest);
    this.#hashes[slot] = hash;
    this.#slots.set(hash, slot);
    this.#vectors.set(vector, slot * this.#source.dimensions);
    return true;
  }

  #vectorOf(hash: ContentHash): Int16Array {
    const start = this.#slots.get(hash)! * this.#source.dimensions;
    return this.#vectors.subarray(start, start + this.#source.dimensions);
  }
}
