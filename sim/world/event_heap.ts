/** What every entry of the heap carries: its place in the total order. */
export interface Scheduled {
  readonly atMs: number;
  /** Decides between entries of one instant; set by the ordering strategy. */
  readonly key: number;
  /** Decides between entries of one instant and key: the order in which they were added. */
  readonly sequence: number;
}

/**
 * A binary heap in the total order (`atMs`, `key`, `sequence`).
 *
 * `push` and `pop` take logarithmic time. Two entries with the same three numbers are a bug of the
 * caller: their order would not be defined.
 */
export class EventHeap<Entry extends Scheduled> {
  readonly #entries: Entry[] = [];

  /** How many entries wait. */
  get size(): number {
    return this.#entries.length;
  }

  /** The first entry, or undefined when none waits. */
  peek(): Entry | undefined {
    return this.#entries[0];
  }

  /** Adds an entry. */
  push(entry: Entry): void {
    const entries = this.#entries;
    let index = entries.length;
    entries.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = entries[parentIndex]!;
      if (!isBefore(entry, parent)) break;
      entries[index] = parent;
      index = parentIndex;
    }
    entries[index] = entry;
  }

  /** Takes the first entry, or undefined when none waits. */
  pop(): Entry | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (first === undefined || last === undefined || entries.length === 0) return first;
    const size = entries.length;
    let index = 0;
    while (true) {
      let childIndex = 2 * index + 1;
      if (childIndex >= size) break;
      let child = entries[childIndex]!;
      if (childIndex + 1 < size && isBefore(entries[childIndex + 1]!, child)) {
        childIndex += 1;
        child = entries[childIndex]!;
      }
      if (!isBefore(child, last)) break;
      entries[index] = child;
      index = childIndex;
    }
    entries[index] = last;
    return first;
  }

  /** All entries, in no particular order. For reports. */
  entries(): readonly Entry[] {
    return this.#entries;
  }
}

function isBefore(a: Scheduled, b: Scheduled): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs;
  if (a.key !== b.key) return a.key < b.key;
  return a.sequence < b.sequence;
}
