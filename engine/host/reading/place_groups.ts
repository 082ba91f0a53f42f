/** Groups of places, side by side in one piece of memory. */
export class PlaceGroups {
  #places: Uint32Array<ArrayBuffer> = new Uint32Array(1024);
  #ends: Uint32Array<ArrayBuffer> = new Uint32Array(1024);
  #placeCount = 0;
  #count = 0;

  /** How many groups there are. */
  get count(): number {
    return this.#count;
  }

  /** How many places all groups have together. */
  get placeCount(): number {
    return this.#placeCount;
  }

  /** Adds a group. Linear in its size on average. */
  add(places: Iterable<number>): void {
    for (const place of places) {
      if (this.#placeCount === this.#places.length) this.#places = twice(this.#places);
      this.#places[this.#placeCount] = place;
      this.#placeCount += 1;
    }
    if (this.#count === this.#ends.length) this.#ends = twice(this.#ends);
    this.#ends[this.#count] = this.#placeCount;
    this.#count += 1;
  }

  /** Where a group begins among all places. */
  startOf(group: number): number {
    return group === 0 ? 0 : this.#ends[group - 1] ?? 0;
  }

  /** The places of a group; not to be written to. */
  group(group: number): Uint32Array {
    return this.#places.subarray(this.startOf(group), this.#ends[group] ?? 0);
  }
}

function twice(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
