import { join } from "@std/path";
import { mkdirSync } from "node:fs";
import { OWN_DIRECTORY } from "../folder/folder_entry.ts";
import { codeOf } from "../folder/name_failure.ts";

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

/**
 * The log of what was backed up and what was removed on which receipt: one line of JSON each, only
 * ever appended to. A line that a crash cut off is taken away when it is opened.
 */
export class ReceiptsLog implements Disposable {
  /** Every line so far, in order; the number of a line is its place, from 1. */
  readonly lines: ReceiptLine[];
  readonly #file: Deno.FsFile;

  private constructor(lines: ReceiptLine[], file: Deno.FsFile) {
    this.lines = lines;
    this.#file = file;
  }

  /** Opens the log of a library, which somebody must hold. Linear in its lines. */
  static open(library: string): ReceiptsLog {
    const path = join(library, RECEIPTS_LOG);
    mkdirSync(join(library, OWN_DIRECTORY), { recursive: true });
    const text = textOf(path);
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    const file = Deno.openSync(path, { read: true, write: true, create: true });
    if (whole.length < text.length) file.truncateSync(new TextEncoder().encode(whole).length);
    file.seekSync(0, Deno.SeekMode.End);
    const lines = whole.split("\n").flatMap((line) => {
      const read = parsed(line);
      return read === null ? [] : [read];
    });
    return new ReceiptsLog(lines, file);
  }

  /**
   * Adds a line.
   *
   * @param options `isSynced`: true to have the disk keep it before anything else is done.
   */
  add(line: ReceiptLine, options: { readonly isSynced: boolean }): void {
    let rest = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
    while (rest.length > 0) rest = rest.subarray(this.#file.writeSync(rest));
    this.lines.push(line);
    if (options.isSynced) this.#file.syncDataSync();
  }

  /** The last word on each item of a device, by its path. */
  latest(device: string): Map<string, ReceiptLine> {
    const latest = new Map<string, ReceiptLine>();
    for (const line of this.lines) if (line.device === device) latest.set(line.file, line);
    return latest;
  }

  [Symbol.dispose](): void {
    this.#file.syncDataSync();
    this.#file.close();
  }
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return "";
    throw error;
  }
}

/** Null for a line that a damaged disk has left: it says nothing, and hides no other. */
function parsed(text: string): ReceiptLine | null {
  if (text === "") return null;
  try {
    return JSON.parse(text) as ReceiptLine;
  } catch {
    return null;
  }
}
