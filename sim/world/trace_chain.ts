import { crypto } from "@std/crypto";
import { plainJson } from "./plain_data.ts";
import { showTraceLine } from "./trace_line.ts";

/** Lines per block: a block is sealed and a difference is searched for block by block. */
export const BLOCK_LINES = 1024;

/** UTF-8 takes at most so many bytes for a code unit. */
const BYTES_A_UNIT_MAX = 3;

/**
 * Lines become bytes when they are so long together, in code units: each time costs, and what was
 * written long ago has left the processor's cache.
 */
const ENCODED_UNITS = 1 << 13;

/** What is left of a trace when it is sealed. */
export interface TraceSeal {
  /** The hash of the last block, and so of every line before it. */
  readonly traceHash: string;
  /** The hash of each block, chained: block n covers all before it. */
  readonly blockHashes: readonly string[];
  readonly lines: number;
}

/** Takes lines of a trace as they are made, in columns and without their line end. */
export type TraceSink = (line: string) => void;

/**
 * The hash chain over every line of a run's trace.
 *
 * Each block's hash is SHA-256 over the hash before it and the bytes of its lines, so the hash of a
 * run can be made again from its trace file, see {@linkcode showTraceLine}.
 */
export class TraceChain {
  readonly #sink: TraceSink | null;
  readonly #checkEvery: number;
  #values = 0;
  readonly #blockHashes: string[] = [];
  #previous = new Uint8Array(32);
  /** Lines that are not yet bytes. */
  #text = "";
  #linesInBlock = 0;
  #lines = 0;
  readonly #encoder = new TextEncoder();
  /** The bytes of the current block. */
  #bytes = new Uint8Array(1 << 18);
  #length = 0;

  /** @param checkEvery Every so many values are looked at. */
  constructor(sink: TraceSink | null, checkEvery: number) {
    this.#sink = sink;
    this.#checkEvery = checkEvery;
  }

  /**
   * The JSON of a value, for a line.
   *
   * Where every value is checked, what is not plain data is refused. A large world tries every so
   * many of them: what an actor sends and appends is of few kinds.
   *
   * @throws {InvariantError} When a value that is checked is not plain data.
   */
  value(value: unknown): string {
    this.#values += 1;
    return this.#values % this.#checkEvery === 0 ? plainJson(value) : JSON.stringify(value);
  }

  /** Adds a line, given without its end. */
  add(line: string): void {
    this.#sink?.(showTraceLine(line));
    this.#text += `${line}\n`;
    if (this.#text.length >= ENCODED_UNITS) this.#encode();
    this.#lines += 1;
    this.#linesInBlock += 1;
    if (this.#linesInBlock === BLOCK_LINES) this.#sealBlock();
  }

  /** What was sealed so far, without the lines of the current block. */
  peek(): TraceSeal {
    const traceHash = this.#blockHashes.at(-1) ?? "";
    return { traceHash, blockHashes: [...this.#blockHashes], lines: this.#lines };
  }

  /** Seals the last block. The chain takes no more lines that count. */
  seal(): TraceSeal {
    if (this.#linesInBlock > 0 || this.#blockHashes.length === 0) this.#sealBlock();
    return {
      traceHash: this.#blockHashes.at(-1)!,
      blockHashes: this.#blockHashes,
      lines: this.#lines,
    };
  }

  #encode(): void {
    const needed = this.#length + this.#text.length * BYTES_A_UNIT_MAX;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    const { written } = this.#encoder.encodeInto(this.#text, this.#bytes.subarray(this.#length));
    this.#length += written;
    this.#text = "";
  }

  #sealBlock(): void {
    this.#encode();
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#previous = new Uint8Array(
      crypto.subtle.digestSync("SHA-256", [this.#previous, bytes]),
    );
    this.#blockHashes.push(this.#previous.toHex());
    this.#linesInBlock = 0;
    this.#length = 0;
  }
}
