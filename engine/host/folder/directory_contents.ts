import type { StatxFacts } from "./statx_facts.ts";

/**
 * What one directory holds, as numbers and bytes: an entry takes a fifth of the memory and of the
 * time that an object with its path does, and most walks find a folder as it was before.
 */
export interface DirectoryContents {
  /** Names of files and links in UTF-8, each with a zero byte after it. */
  readonly names: Uint8Array<ArrayBuffer>;
  /** `FACTS_PER_NAME` numbers for each name, in the order of the names. */
  readonly facts: Float64Array<ArrayBuffer>;
  /** What each link says, in the order of the names. */
  readonly targets: readonly string[];
  /** Names of directories. */
  readonly directories: readonly string[];
}

/** Size, device, inode, links (0 for a symbolic link), and times of modification and change. */
export const FACTS_PER_NAME = 6;

/** Room for the names and facts of a directory of usual size; it grows. */
const NAMES_BYTES = 16 * 1024;
const NAMES_COUNT = 512;

/** Collects the contents of one directory after the other. */
export class ContentsDraft {
  #names = new Uint8Array(NAMES_BYTES);
  #facts = new Float64Array(NAMES_COUNT * FACTS_PER_NAME);
  #nameBytes = 0;
  #factCount = 0;
  #isAscii = true;
  #targets: string[] = [];
  #directories: string[] = [];

  /** Forgets what was collected. */
  clear(): void {
    this.#nameBytes = 0;
    this.#factCount = 0;
    this.#isAscii = true;
    this.#targets = [];
    this.#directories = [];
  }

  addDirectory(name: string): void {
    this.#directories.push(name);
  }

  /**
   * Adds a file, or a link.
   *
   * @param bytes Where the name is, from `at` to the next zero byte.
   * @param target What a link says; null for a file.
   */
  add(bytes: Uint8Array, at: number, known: { facts: StatxFacts; target: string | null }): void {
    const { facts, target } = known;
    this.#addName(bytes, at);
    let place = this.#factCount;
    if (place + FACTS_PER_NAME > this.#facts.length) {
      const larger = new Float64Array(this.#facts.length * 2);
      larger.set(this.#facts);
      this.#facts = larger;
    }
    const numbers = this.#facts;
    numbers[place++] = facts.sizeBytes;
    numbers[place++] = facts.device;
    numbers[place++] = facts.inode;
    numbers[place++] = target === null ? Math.max(1, facts.linkCount) : 0;
    numbers[place++] = facts.modifiedMs;
    numbers[place++] = facts.changedMs;
    this.#factCount = place;
    if (target !== null) this.#targets.push(target);
  }

  /** What was collected, or null when a name is no text. */
  end(): DirectoryContents | null {
    const names = this.#names.slice(0, this.#nameBytes);
    if (!this.#isAscii && textOf(names) === null) return null;
    return {
      names,
      facts: this.#facts.slice(0, this.#factCount),
      targets: this.#targets,
      directories: this.#directories,
    };
  }

  #addName(bytes: Uint8Array, at: number): void {
    let place = this.#nameBytes;
    let seen = 0;
    for (let from = at;; from += 1) {
      if (place === this.#names.length) {
        const larger = new Uint8Array(this.#names.length * 2);
        larger.set(this.#names);
        this.#names = larger;
      }
      const byte = bytes[from] ?? 0;
      this.#names[place] = byte;
      place += 1;
      seen |= byte;
      if (byte === 0) break;
    }
    this.#nameBytes = place;
    if (seen > 127) this.#isAscii = false;
  }
}

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of some bytes, or null where they are none. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return DECODER.decode(bytes);
  } catch {
    return null;
  }
}

/** The name from `at` to the next zero byte; plain letters take a third of the time of others. */
export function nameAt(names: Uint8Array, at: number): string {
  let end = at;
  let seen = 0;
  for (let byte = names[end] ?? 0; byte !== 0; byte = names[end] ?? 0) {
    seen |= byte;
    end += 1;
  }
  const bytes = names.subarray(at, end);
  return seen > 127 ? textOf(bytes) ?? "" : String.fromCharCode(...bytes);
}
