/** Which facts to ask `statx` for: those of `stat`. */
export const STATX_BASIC_STATS = 0x7ff;

const STATX_BYTES = 256;
const FILE_TYPE_MASK = 0xf000;
const REGULAR_FILE = 0x8000;
const SYMBOLIC_LINK = 0xa000;

/** What the last call of `statx` with `bytes` found, with the numbers that the runtime gives. */
export class StatxFacts {
  /** Where `statx` writes. */
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(STATX_BYTES);
  readonly #view: DataView = new DataView(this.bytes.buffer);

  get kind(): "file" | "link" | "other" {
    const type = this.#view.getUint16(28, true) & FILE_TYPE_MASK;
    if (type === REGULAR_FILE) return "file";
    return type === SYMBOLIC_LINK ? "link" : "other";
  }

  get sizeBytes(): number {
    return this.#unsigned(40);
  }

  get inode(): number {
    return this.#unsigned(32);
  }

  get linkCount(): number {
    return this.#view.getUint32(16, true);
  }

  /** As the C library packs it. */
  get device(): number {
    const major = this.#view.getUint32(136, true);
    const minor = this.#view.getUint32(140, true);
    const low = (major & 0xfff) * 0x100 + (minor & 0xff);
    return low + (minor - (minor & 0xff)) * 0x1000 + (major - (major & 0xfff)) * 2 ** 32;
  }

  /** Whole milliseconds. */
  get modifiedMs(): number {
    return this.#seconds(112) * 1000 + Math.floor(this.#view.getUint32(120, true) / 1_000_000);
  }

  /** Nanoseconds, as the file system has them. */
  get modifiedNs(): bigint {
    const ns = this.#view.getUint32(120, true);
    return this.#view.getBigInt64(112, true) * 1_000_000_000n + BigInt(ns);
  }

  /** Whole seconds: the runtime gives no more. */
  get changedMs(): number {
    return this.#seconds(96) * 1000;
  }

  #unsigned(at: number): number {
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 2 ** 32;
  }

  #seconds(at: number): number {
    return this.#view.getInt32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true);
  }
}
