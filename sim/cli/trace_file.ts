/** Bytes that are gathered before they are written. */
const BUFFER_BYTES = 1 << 20;

/** Writes the lines of a trace into a file, many at a time. */
export class TraceFile {
  readonly #file: Deno.FsFile;
  readonly #encoder = new TextEncoder();
  #lines: string[] = [];
  #size = 0;

  /** Opens the file; what was in it goes. */
  constructor(path: string) {
    this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
  }

  /** Adds a line. */
  write(line: string): void {
    this.#lines.push(line);
    this.#size += line.length + 1;
    if (this.#size >= BUFFER_BYTES) this.#flush();
  }

  /** Writes what is left and closes the file. */
  close(): void {
    this.#flush();
    this.#file.close();
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    const bytes = this.#encoder.encode(`${this.#lines.join("\n")}\n`);
    for (let written = 0; written < bytes.length;) {
      written += this.#file.writeSync(bytes.subarray(written));
    }
    this.#lines = [];
    this.#size = 0;
  }
}
