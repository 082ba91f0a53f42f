import type { FolderEntry } from "./folder_entry.ts";
import { STATX_BASIC_STATS, StatxFacts } from "./statx_facts.ts";

const SYMBOLS = {
  open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  readlinkat: { parameters: ["i32", "buffer", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

/** Flags of Linux, the same on x86-64 and ARM64 unless said. */
const O_CLOEXEC = 0x80000;
const O_DIRECTORY = Deno.build.arch === "aarch64" ? 0x4000 : 0x10000;
const O_NOFOLLOW = Deno.build.arch === "aarch64" ? 0x8000 : 0x20000;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_NO_AUTOMOUNT = 0x800;

const DIRECTORY = 4;
const UNKNOWN_TYPE = 0;

/** Bytes of names asked for at once, and the longest target of a link that is read. */
const NAMES_BYTES = 64 * 1024;
const TARGET_BYTES = 4096;
const PATH_BYTES_MAX = 4096;

/** Where the fields of one entry of a directory lie. */
const RECORD_LENGTH_AT = 16;
const TYPE_AT = 18;
const NAME_AT = 19;

/** What one directory holds. */
export interface DirectoryContents {
  /** Files and links, with their path as asked for. */
  readonly entries: readonly FolderEntry[];
  /** Names of directories. */
  readonly directories: readonly string[];
}

/**
 * Directories through the C library of Linux: one call for many names and one for what is known of
 * each, without the way through the runtime, which takes twice as long. Where anything is out of
 * the ordinary, `read` gives up and the runtime's own way says what it is.
 */
export class SystemDirectories {
  readonly #library: Deno.DynamicLibrary<typeof SYMBOLS>;
  readonly #names = new Uint8Array(NAMES_BYTES);
  readonly #view = new DataView(this.#names.buffer);
  readonly #path = new Uint8Array(PATH_BYTES_MAX);
  readonly #target = new Uint8Array(TARGET_BYTES);
  readonly #facts = new StatxFacts();
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });

  private constructor(library: Deno.DynamicLibrary<typeof SYMBOLS>) {
    this.#library = library;
  }

  /** Null on another system, without the permission, or with another C library. */
  static open(): SystemDirectories | null {
    const isKnown = Deno.build.os === "linux" && ["x86_64", "aarch64"].includes(Deno.build.arch);
    if (!isKnown || Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return null;
    try {
      return new SystemDirectories(Deno.dlopen("libc.so.6", SYMBOLS));
    } catch {
      // The runtime's own calls do.
      return null;
    }
  }

  /**
   * What the directory holds, or null where that has to be found out in another way.
   *
   * @param full Where it is, absolute.
   * @param prefix What its entries' paths begin with: the empty string, or a path and a slash.
   */
  read(full: string, prefix: string): DirectoryContents | null {
    const { read, written } = this.#encoder.encodeInto(full, this.#path.subarray(0, -1));
    if (read < full.length) return null;
    this.#path[written] = 0;
    const flags = O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW;
    const descriptor = this.#library.symbols.open(this.#path, flags, 0);
    if (descriptor < 0) return null;
    try {
      return this.#readOpen(descriptor, prefix);
    } finally {
      this.#library.symbols.close(descriptor);
    }
  }

  [Symbol.dispose](): void {
    this.#library.close();
  }

  #readOpen(descriptor: number, prefix: string): DirectoryContents | null {
    const { getdents64 } = this.#library.symbols;
    const entries: FolderEntry[] = [];
    const directories: string[] = [];
    for (;;) {
      const filled = Number(getdents64(descriptor, this.#names, BigInt(NAMES_BYTES)));
      if (filled < 0) return null;
      if (filled === 0) return { entries, directories };
      for (let at = 0; at < filled; at += this.#view.getUint16(at + RECORD_LENGTH_AT, true)) {
        const type = this.#names[at + TYPE_AT];
        const name = this.#nameAt(at + NAME_AT);
        if (name === null || type === UNKNOWN_TYPE) return null;
        if (name === "." || name === "..") continue;
        if (type === DIRECTORY) directories.push(name);
        else {
          const entry = this.#look(descriptor, at + NAME_AT, prefix + name);
          if (entry === null) return null;
          entries.push(entry);
        }
      }
    }
  }

  /** Null for a name that is no text. */
  #nameAt(start: number): string | null {
    const end = this.#names.indexOf(0, start);
    try {
      return this.#decoder.decode(this.#names.subarray(start, end));
    } catch {
      return null;
    }
  }

  #look(descriptor: number, nameAt: number, path: string): FolderEntry | null {
    const facts = this.#facts;
    const name = this.#names.subarray(nameAt);
    const flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
    const { statx } = this.#library.symbols;
    if (statx(descriptor, name, flags, STATX_BASIC_STATS, facts.bytes) !== 0) return null;
    const { kind, sizeBytes, device, inode, linkCount, modifiedMs, changedMs } = facts;
    if (kind === "other") return null;
    const target = kind === "link" ? this.#targetOf(descriptor, name) : null;
    if (kind === "link" && target === null) return null;
    return {
      path,
      kind,
      sizeBytes,
      device,
      inode,
      linkCount,
      modifiedMs,
      changedMs,
      target,
    };
  }

  #targetOf(descriptor: number, name: Uint8Array<ArrayBuffer>): string | null {
    const { readlinkat } = this.#library.symbols;
    const read = Number(readlinkat(descriptor, name, this.#target, BigInt(TARGET_BYTES)));
    if (read < 0 || read === TARGET_BYTES) return null;
    try {
      return this.#decoder.decode(this.#target.subarray(0, read));
    } catch {
      return null;
    }
  }
}
