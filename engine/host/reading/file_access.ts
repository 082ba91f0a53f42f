import type { FolderEntry } from "../folder/folder_entry.ts";

/** What a file system says of a file, as far as it tells one state of it from another. */
export type FileIdentity = Pick<
  FolderEntry,
  "sizeBytes" | "device" | "inode" | "modifiedMs" | "changedMs"
>;

/** Why a file could not be read; the words of ports. */
export type ReadFailure = "missing" | "refused" | "ioError" | "changed";

/** A file that is open for reading. Reads may throw `FileAccessError`. */
export interface OpenedFile {
  /** What it is now. */
  identity(): FileIdentity;
  /** Fills as much of `target` as the file has from `offset` on; returns how many bytes. */
  readAt(target: Uint8Array, offset: number): number;
  /** Lets go of it. Pages that only this reading brought into memory are given back. */
  close(): void;
}

/** A way to read files, synchronous, for a worker. */
export interface FileAccess {
  /**
   * Opens a regular file. A symbolic link is not followed where the platform can tell.
   *
   * @throws {FileAccessError} When that is not possible.
   */
  open(path: string): OpenedFile;
  /** True when two pieces of equal length have the same bytes. */
  isEqual(left: Uint8Array<ArrayBuffer>, right: Uint8Array<ArrayBuffer>): boolean;
  /** Ends the access; no file may be open. */
  close(): void;
}

/** A file that could not be opened or read. */
export class FileAccessError extends Error {
  override readonly name = "FileAccessError";
  readonly failure: ReadFailure;

  constructor(failure: ReadFailure, path: string) {
    super(`Cannot read "${path}": ${failure}`);
    this.failure = failure;
  }
}

/** True when nothing that tells one state of a file from another differs. */
export function isSameIdentity(left: FileIdentity, right: FileIdentity): boolean {
  return left.sizeBytes === right.sizeBytes && left.inode === right.inode &&
    left.device === right.device && left.modifiedMs === right.modifiedMs &&
    left.changedMs === right.changedMs;
}

/** Files as the runtime opens them: everywhere. */
export const RUNTIME_FILES: FileAccess = {
  open: (path) => {
    try {
      return new RuntimeFile(path, Deno.openSync(path, { read: true }));
    } catch (error) {
      throw accessError(error, path);
    }
  },
  isEqual: isEqualBytes,
  close: () => {},
};

/** Compares four bytes at a time; both pieces begin where their buffer does, or at a word. */
function isEqualBytes(left: Uint8Array<ArrayBuffer>, right: Uint8Array<ArrayBuffer>): boolean {
  const words = left.length >>> 2;
  const [leftWords, rightWords] = [left, right].map(({ buffer, byteOffset }) =>
    new Int32Array(buffer, byteOffset, words)
  ) as [Int32Array, Int32Array];
  for (let index = 0; index < words; index += 1) {
    if (leftWords[index] !== rightWords[index]) return false;
  }
  for (let index = words << 2; index < left.length; index += 1) {
    if (left[index] !== right[index]) return false;
  }
  return true;
}

class RuntimeFile implements OpenedFile {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  identity(): FileIdentity {
    try {
      const facts = this.#file.statSync();
      if (!facts.isFile) throw new FileAccessError("refused", this.#path);
      return {
        sizeBytes: facts.size,
        device: facts.dev,
        inode: facts.ino ?? 0,
        modifiedMs: facts.mtime?.getTime() ?? 0,
        changedMs: facts.ctime?.getTime() ?? 0,
      };
    } catch (error) {
      throw accessError(error, this.#path);
    }
  }

  readAt(target: Uint8Array, offset: number): number {
    try {
      this.#file.seekSync(offset, Deno.SeekMode.Start);
      let filled = 0;
      while (filled < target.length) {
        const read = this.#file.readSync(target.subarray(filled));
        if (read === null) break;
        filled += read;
      }
      return filled;
    } catch (error) {
      throw accessError(error, this.#path);
    }
  }

  close(): void {
    this.#file.close();
  }
}

/** The failure behind an error of the runtime. */
export function accessError(error: unknown, path: string): FileAccessError {
  if (error instanceof FileAccessError) return error;
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
    return new FileAccessError("missing", path);
  }
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return new FileAccessError("refused", path);
  }
  return new FileAccessError("ioError", path);
}
