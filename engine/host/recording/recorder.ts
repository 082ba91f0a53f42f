import {
  RECORDING_BEGINNING,
  RECORDING_BYTES_MAX,
  type RecordingHeader,
} from "@scenekeep/engine/core";

/** Bytes that are gathered before they are written. */
const BUFFER_BYTES = 256 * 1024;

/** Room that is kept for the last line of a run: a name and a hash for each of its few actors. */
const END_BYTES = 4 * 1024;

const LINE_END = new Uint8Array([10]);

/** Bytes of a file in which its first header ends: it names a few actors and their settings. */
const HEADER_BYTES_MAX = 64 * 1024;

/** Where a recording goes. */
export interface RecorderOptions {
  /** Its file. What an earlier run recorded there stays, and the new run goes behind it. */
  readonly path: string;
  /**
   * Bytes that the file may have, at least 4,096.
   *
   * @default {268_435_456}
   */
  readonly maxBytes?: number;
  /** Told why nothing is recorded any more before the end. Must not throw. */
  readonly stopped?: (reason: string) => void;
}

/**
 * Writes lines of JSON into a recording, many at a time.
 *
 * Nothing here ever throws or waits for the disk to have it: when a write fails, or there is no
 * more room, the recording is over and whoever is recorded goes on. What is gathered when the
 * process is killed is lost.
 *
 * @example
 * ```ts ignore
 * const recorder = new Recorder({ path: "library.recording.jsonl" });
 * const runtime = Runtime.start({ journal, actors, ports, recorder });
 * ```
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #maxBytes: number;
  readonly #encoder = new TextEncoder();
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #file: Deno.FsFile | null = null;
  /** The library that the file is of; null when it is new, or does not say. */
  #library: string | null = null;
  #usedBytes = 0;
  /** Of the file, with what is gathered. */
  #sizeBytes = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#maxBytes = options.maxBytes ?? RECORDING_BYTES_MAX;
    try {
      this.#open();
    } catch (error) {
      this.#stop(messageOf(error));
    }
  }

  /** Whether anything is still recorded. */
  get isRecording(): boolean {
    return this.#file !== null;
  }

  /** Bytes of the file, with what is gathered for it. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Adds the first line of a run. A file of another library stays as it is. */
  begin(header: RecordingHeader): void {
    const known = this.#library;
    if (known === null || known === header.library) return this.write(header);
    const { path } = this.#options;
    this.#stop(
      `"${path}" is a recording of library "${known}", and this is "${header.library}": ` +
        "name another file",
    );
  }

  /** Adds a line. Linear in its size. */
  write(line: unknown): void {
    if (this.#file === null) return;
    try {
      if (!this.#gather(JSON.stringify(line), this.#maxBytes - END_BYTES)) this.#cut();
    } catch (error) {
      this.#stop(messageOf(error));
    }
  }

  /** Hands over to the system what is gathered. */
  flush(): void {
    if (this.#usedBytes === 0) return;
    try {
      this.#writeGathered();
    } catch (error) {
      this.#stop(messageOf(error));
    }
  }

  /** Adds the last line and closes the file. */
  end(line: unknown): void {
    if (this.#file === null) return;
    try {
      this.#gather(JSON.stringify(line), this.#maxBytes);
      this.#writeGathered();
      this.#close();
    } catch (error) {
      this.#stop(messageOf(error));
    }
  }

  #open(): void {
    const { path } = this.#options;
    const file = Deno.openSync(path, { read: true, append: true, create: true, mode: 0o600 });
    this.#file = file;
    this.#sizeBytes = file.statSync().size;
    if (this.#sizeBytes > 0) {
      const beginning = textAt(file, 0, HEADER_BYTES_MAX);
      if (!beginning.startsWith(RECORDING_BEGINNING)) {
        throw new Error(`"${path}" is there and is no recording: name another file`);
      }
      this.#library = libraryOf(beginning);
      // A run that was killed may have left half a line.
      const isWhole = textAt(file, this.#sizeBytes - 1, 1) === "\n";
      if (!isWhole) this.#gather("", this.#maxBytes);
    }
    if (this.#sizeBytes + END_BYTES > this.#maxBytes) throw new Error(this.#fullReason());
  }

  /** Adds a line to what is gathered; false, and adds nothing, when the file would be too large. */
  #gather(text: string, mostBytes: number): boolean {
    // No more bytes than this, whatever the letters are.
    const roomBytes = text.length * 3 + 1;
    if (this.#usedBytes + roomBytes > BUFFER_BYTES) this.#writeGathered();
    const isLong = roomBytes > BUFFER_BYTES;
    const bytes = isLong ? this.#encoder.encode(text) : this.#buffer.subarray(this.#usedBytes);
    const lengthBytes = isLong ? bytes.length : this.#encoder.encodeInto(text, bytes).written;
    if (this.#sizeBytes + lengthBytes + 1 > mostBytes) return false;
    this.#sizeBytes += lengthBytes + 1;
    if (isLong) {
      this.#writeAll(bytes);
      this.#writeAll(LINE_END);
    } else {
      bytes.set(LINE_END, lengthBytes);
      this.#usedBytes += lengthBytes + 1;
    }
    return true;
  }

  #writeGathered(): void {
    const gathered = this.#buffer.subarray(0, this.#usedBytes);
    this.#usedBytes = 0;
    this.#writeAll(gathered);
  }

  #writeAll(bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length;) {
      written += this.#file?.writeSync(bytes.subarray(written)) ?? bytes.length;
    }
  }

  /** Says in the recording that it is over, and ends it. */
  #cut(): void {
    const reason = this.#fullReason();
    this.end({ kind: "cut", reason });
    this.#options.stopped?.(reason);
  }

  #stop(reason: string): void {
    this.#usedBytes = 0;
    try {
      this.#close();
    } catch {
      // It is of no use any more.
    }
    this.#options.stopped?.(reason);
  }

  #close(): void {
    const file = this.#file;
    this.#file = null;
    file?.close();
  }

  #fullReason(): string {
    return `it may have ${this.#maxBytes} bytes and has no room for more`;
  }
}

function textAt(file: Deno.FsFile, offset: number, length: number): string {
  const bytes = new Uint8Array(length);
  file.seekSync(offset, Deno.SeekMode.Start);
  const count = file.readSync(bytes) ?? 0;
  return new TextDecoder().decode(bytes.subarray(0, count));
}

/** The library that the first line names, or null when that is no whole header. */
function libraryOf(beginning: string): string | null {
  try {
    const { library } = JSON.parse(beginning.split("\n", 1)[0] ?? "");
    return typeof library === "string" ? library : null;
  } catch {
    return null;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
