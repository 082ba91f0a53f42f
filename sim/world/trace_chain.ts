import { crypto } from "@std/crypto";
import { CanonicalWriter } from "./canonical_writer.ts";
import { showTraceLine } from "./trace_line.ts";

/** Lines per block: a block is sealed and a difference is searched for block by block. */
export const BLOCK_LINES = 1024;

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
  /** Where the pieces of the current line go. */
  readonly writer: CanonicalWriter = new CanonicalWriter(1 << 18);
  readonly #sink: TraceSink | null;
  readonly #checkEvery: number;
  readonly #scratch = new CanonicalWriter(1 << 12);
  #values = 0;
  readonly #decoder = new TextDecoder();
  readonly #blockHashes: string[] = [];
  #previous = new Uint8Array(32);
  #linesInBlock = 0;
  #lines = 0;
  #lineStart = 0;

  /** @param checkEvery Every so many values are written as canonical JSON, or tried to be. */
  constructor(sink: TraceSink | null, checkEvery: number) {
    this.#sink = sink;
    this.#checkEvery = checkEvery;
  }

  /**
   * A value of the current line.
   *
   * Where every value is checked this is canonical JSON, which refuses what is not plain data. A
   * large world writes it as the runtime does, and tries every so many of them canonically: what
   * an actor sends and appends is of few kinds.
   *
   * @throws {InvariantError} When a value that is checked is not plain data.
   */
  value(value: unknown): void {
    if (this.#checkEvery === 1) return this.writer.json(value);
    this.writer.plain(value);
    this.#values += 1;
    if (this.#values % this.#checkEvery !== 0) return;
    this.#scratch.clear();
    this.#scratch.json(value);
  }

  /** Starts a line. */
  begin(): void {
    this.#lineStart = this.writer.length;
  }

  /** Ends the line that was begun. */
  end(): void {
    if (this.#sink !== null) {
      const line = this.#decoder.decode(this.writer.bytesFrom(this.#lineStart));
      this.#sink(showTraceLine(line));
    }
    this.writer.byte(10);
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

  #sealBlock(): void {
    const bytes = this.writer.bytesFrom(0);
    this.#previous = new Uint8Array(
      crypto.subtle.digestSync("SHA-256", [this.#previous, bytes]),
    );
    this.#blockHashes.push(this.#previous.toHex());
    this.#linesInBlock = 0;
    this.writer.clear();
  }
}
