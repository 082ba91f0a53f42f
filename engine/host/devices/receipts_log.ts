import { join } from "@std/path";
import { mkdirSync } from "node:fs";
import { CleanUpError } from "../clean_up/clean_up_error.ts";
import { OWN_DIRECTORY } from "../folder/folder_entry.ts";
import { nameFailure } from "../folder/name_failure.ts";

/** Where the log is, below the library. */
export const RECEIPTS_LOG: string = `${OWN_DIRECTORY}/receipts.jsonl`;

/** What was done with an item of a device. */
export type ReceiptAction =
  | "stored"
  | "linked"
  | "found"
  | "removing"
  | "removed"
  | "kept"
  | "returning"
  | "returned";

/** What became of an item of a device. */
export interface ReceiptLine {
  /** When, by the clock of this machine, as ISO 8601 in UTC. */
  readonly at: string;
  readonly device: string;
  /**
   * `stored`: its bytes were copied into the library and read again. `linked`: they were there, and
   * its album has a link to them. `found`: its album had them. `removing`, `removed`: it goes, or
   * went, from the device. `kept`: it was about to go and is where it was. `returning`,
   * `returned`: it comes, or came, back.
   */
  readonly action: ReceiptAction;
  /** The item, below the device. */
  readonly file: string;
  /** Where the library has its bytes, below the library. */
  readonly library: string;
  readonly contentHash: string;
  readonly sizeBytes: number;
  /** Nanoseconds since 1970, in decimal. */
  readonly modifiedNs: string;
  /** The receipt of the librarian on which it was removed. */
  readonly receipt?: string;
  /** While it goes or comes: what it is called, below the device. */
  readonly aside?: string;
}

/** A line with its place in the log, from 1. */
export interface NumberedLine {
  readonly number: number;
  readonly line: ReceiptLine;
}

/** Bytes that are read at once. */
const PIECE_BYTES = 1024 * 1024;
const NEW_LINE = 10;

/**
 * The log of what was backed up and what was removed on which receipt: one line of JSON each, only
 * ever appended to. A line that a crash cut off is taken away when it is opened. Holds the last
 * word on each item in memory: linear in the items.
 */
export class ReceiptsLog implements Disposable {
  readonly #latest = new Map<string, Map<string, NumberedLine>>();
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #count = 0;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /** Opens the log of a library, which somebody must hold. Linear in its lines. */
  static open(library: string): ReceiptsLog {
    mkdirSync(join(library, OWN_DIRECTORY), { recursive: true });
    const path = join(library, RECEIPTS_LOG);
    const file = Deno.openSync(path, { read: true, write: true, create: true });
    const log = new ReceiptsLog(path, file);
    log.#read();
    return log;
  }

  /**
   * Adds a line.
   *
   * @param options `isSynced`: true to have the disk keep it before anything else is done.
   * @throws {CleanUpError} `FOLDER_UNUSABLE` when the disk does not take it.
   */
  add(line: ReceiptLine, options: { readonly isSynced: boolean }): void {
    let rest = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
    this.#write(() => {
      while (rest.length > 0) rest = rest.subarray(this.#file.writeSync(rest));
      this.#note(line);
      if (options.isSynced) this.#file.syncDataSync();
    });
  }

  /** The last word on an item of a device. */
  last(device: string, file: string): ReceiptLine | null {
    return this.#latest.get(device)?.get(file)?.line ?? null;
  }

  /** The last word on each item of a device. */
  latest(device: string): NumberedLine[] {
    return [...this.#latest.get(device)?.values() ?? []];
  }

  [Symbol.dispose](): void {
    try {
      this.#file.syncDataSync();
    } catch {
      // What must not be lost was synced when it was added; the next backup finds the rest again.
    } finally {
      this.#file.close();
    }
  }

  #write(write: () => void): void {
    try {
      write();
    } catch (error) {
      const { reason } = nameFailure(error, RECEIPTS_LOG);
      const message =
        `Cannot write "${this.#path}": ${reason}: see to the disk, and start again. ` +
        "Nothing was lost, and what was begun is finished then";
      throw new CleanUpError("FOLDER_UNUSABLE", message, error);
    }
  }

  /** Reads all lines, piece by piece, and cuts off what is no whole line. */
  #read(): void {
    const decoder = new TextDecoder();
    const piece = new Uint8Array(PIECE_BYTES);
    let text = "";
    let readBytes = 0;
    let wholeBytes = 0;
    for (let read = this.#file.readSync(piece); read !== null; read = this.#file.readSync(piece)) {
      const bytes = piece.subarray(0, read);
      const end = bytes.lastIndexOf(NEW_LINE);
      if (end >= 0) wholeBytes = readBytes + end + 1;
      readBytes += read;
      const lines = (text + decoder.decode(bytes, { stream: true })).split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) this.#note(parsed(line));
    }
    if (wholeBytes < readBytes) this.#file.truncateSync(wholeBytes);
    this.#file.seekSync(0, Deno.SeekMode.End);
  }

  #note(line: ReceiptLine | null): void {
    this.#count += 1;
    if (line === null) return;
    const known = this.#latest.get(line.device) ?? new Map<string, NumberedLine>();
    this.#latest.set(line.device, known);
    // What was told last comes last.
    known.delete(line.file);
    known.set(line.file, { number: this.#count, line });
  }
}

/** Null for a line that a damaged disk has left: it says nothing, and hides no other. */
function parsed(text: string): ReceiptLine | null {
  try {
    return JSON.parse(text) as ReceiptLine;
  } catch {
    return null;
  }
}
