import { STATX_BASIC_STATS, StatxFacts } from "../folder/statx_facts.ts";
import {
  type FileAccess,
  FileAccessError,
  type FileIdentity,
  type OpenedFile,
  RUNTIME_FILES,
} from "./file_access.ts";

/** Reads return at most as many bytes as a buffer has, which fits 32 bits. */
const SYMBOLS = {
  open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  posix_fadvise: { parameters: ["i32", "i64", "i64", "i32"], result: "i32" },
  memcmp: { parameters: ["buffer", "buffer", "usize"], result: "i32" },
  preadv2: { parameters: ["i32", "buffer", "i32", "i64", "i32"], result: "i32" },
} as const;

type Library = Deno.DynamicLibrary<typeof SYMBOLS>;

/** Flags of Linux, the same on x86-64 and ARM64 unless said. */
const O_CLOEXEC = 0x80000;
const O_NONBLOCK = 0x800;
const AT_EMPTY_PATH = 0x1000;
const ADVICE_DO_NOT_NEED = 4;
const RWF_NOWAIT = 8;

/** Longest path that the kernel takes, with its end. */
const PATH_BYTES_MAX = 4096;
const EMPTY_PATH = new Uint8Array(1);

/** Bytes that tell whether a file is in memory already. */
const PROBE_BYTES = 1;

/**
 * Files through the C library of Linux, or null where it cannot be used: another system, no
 * permission, another word size. Three things that the runtime does not offer are the reason: it
 * reads at an offset in one call; it can tell whether a file was in memory before it was read; and
 * it gives the memory back if it was not, so that a scan of a large library does not push out what
 * other programs use. A symbolic link is refused.
 */
export function openSystemFiles(): FileAccess | null {
  if (Deno.build.os !== "linux" || !["x86_64", "aarch64"].includes(Deno.build.arch)) return null;
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return null;
  try {
    return new SystemFiles(Deno.dlopen("libc.so.6", SYMBOLS));
  } catch {
    // Another C library: the runtime's own calls do.
    return null;
  }
}

class SystemFiles implements FileAccess {
  readonly #library: Library;
  readonly #path = new Uint8Array(PATH_BYTES_MAX);
  readonly #encoder = new TextEncoder();
  readonly #noFollow = Deno.build.arch === "aarch64" ? 0x8000 : 0x20000;

  constructor(library: Library) {
    this.#library = library;
  }

  open(path: string): OpenedFile {
    const { read, written } = this.#encoder.encodeInto(path, this.#path.subarray(0, -1));
    if (read < path.length) throw new FileAccessError("refused", path);
    this.#path[written] = 0;
    const flags = O_CLOEXEC | O_NONBLOCK | this.#noFollow;
    const descriptor = this.#library.symbols.open(this.#path, flags, 0);
    if (descriptor >= 0) return new SystemFile(this.#library, path, descriptor);
    // The runtime knows to say why.
    RUNTIME_FILES.open(path).close();
    throw new FileAccessError("refused", path);
  }

  isEqual(left: Uint8Array<ArrayBuffer>, right: Uint8Array<ArrayBuffer>): boolean {
    return this.#library.symbols.memcmp(left, right, BigInt(left.length)) === 0;
  }

  close(): void {
    this.#library.close();
  }
}

class SystemFile implements OpenedFile {
  readonly #library: Library;
  readonly #path: string;
  readonly #descriptor: number;
  /** Whether some of it was in memory when it was opened; null before the first read. */
  #wasInMemory: boolean | null = null;

  constructor(library: Library, path: string, descriptor: number) {
    this.#library = library;
    this.#path = path;
    this.#descriptor = descriptor;
  }

  identity(): FileIdentity {
    const { statx } = this.#library.symbols;
    const facts = STATX_FACTS;
    if (statx(this.#descriptor, EMPTY_PATH, AT_EMPTY_PATH, STATX_BASIC_STATS, facts.bytes) !== 0) {
      throw new FileAccessError("ioError", this.#path);
    }
    if (facts.kind !== "file") throw new FileAccessError("refused", this.#path);
    const { sizeBytes, device, inode, modifiedMs, changedMs } = facts;
    return { sizeBytes, device, inode, modifiedMs, changedMs };
  }

  readAt(target: Uint8Array<ArrayBuffer>, offset: number): number {
    this.#wasInMemory ??= this.#isInMemory();
    let filled = 0;
    while (filled < target.length) {
      const rest = filled === 0 ? target : target.subarray(filled);
      const at = BigInt(offset + filled);
      const read = this.#library.symbols.pread(this.#descriptor, rest, BigInt(rest.length), at);
      if (read < 0) throw new FileAccessError("ioError", this.#path);
      if (read === 0) break;
      filled += read;
    }
    return filled;
  }

  close(): void {
    const { symbols } = this.#library;
    if (this.#wasInMemory === false) {
      symbols.posix_fadvise(this.#descriptor, 0n, 0n, ADVICE_DO_NOT_NEED);
    }
    symbols.close(this.#descriptor);
  }

  /** A read that may not wait for a disk ends at once with or without a byte. */
  #isInMemory(): boolean {
    const { preadv2 } = this.#library.symbols;
    return preadv2(this.#descriptor, PROBE.vector, 1, 0n, RWF_NOWAIT) === PROBE_BYTES;
  }
}

const STATX_FACTS = new StatxFacts();

/** Where a probe puts its byte: one `iovec`, and the byte that it points to. */
const PROBE = ((): { readonly vector: Uint8Array<ArrayBuffer>; readonly byte: Uint8Array } => {
  // A buffer of its own does not move, as its address must not.
  const byte = new Uint8Array(new ArrayBuffer(PROBE_BYTES));
  const vector = new Uint8Array(new ArrayBuffer(16));
  if (Deno.permissions.querySync({ name: "ffi" }).state === "granted") {
    const view = new DataView(vector.buffer);
    view.setBigUint64(0, Deno.UnsafePointer.value(Deno.UnsafePointer.of(byte)), true);
    view.setBigUint64(8, BigInt(PROBE_BYTES), true);
  }
  return { vector, byte };
})();
