/** What is remembered of a file; null for what is not known. */
export interface RememberedFile {
  readonly contentHash: string | null;
  /** Files with one such sign were found to be equal, see `SameSizeReader`. */
  readonly sameAs: string | null;
  /** A number made of its first and last bytes, see `SameSizeReader`. */
  readonly edges: number | null;
}

/** What is remembered of some files by their places: eight bytes for each that has no copy. */
export class RememberedFiles {
  readonly #edges: Float64Array;
  readonly #names: Map<number, Pick<RememberedFile, "contentHash" | "sameAs">> = new Map();
  #isEmpty = true;

  /** @param count Places are below it. */
  constructor(count: number) {
    this.#edges = new Float64Array(count).fill(Number.NaN);
  }

  /** True when nothing is remembered of any. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  set(place: number, { contentHash, sameAs, edges }: RememberedFile): void {
    if (edges !== null) this.#edges[place] = edges;
    if (contentHash !== null || sameAs !== null) this.#names.set(place, { contentHash, sameAs });
    this.#isEmpty = false;
  }

  /** The edges of a file; NaN where they are not known. */
  edgesAt(place: number): number {
    return this.#edges[place] ?? Number.NaN;
  }

  /** All that is known of a file; null for nothing. */
  at(place: number): RememberedFile | null {
    const edges = this.edgesAt(place);
    const names = this.#names.get(place);
    if (names === undefined && Number.isNaN(edges)) return null;
    return {
      contentHash: names?.contentHash ?? null,
      sameAs: names?.sameAs ?? null,
      edges: Number.isNaN(edges) ? null : edges,
    };
  }
}
