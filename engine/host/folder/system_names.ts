import {
  closeSync,
  fsyncSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  renameSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { cloneFile } from "./clone_file.ts";
import { codeOf } from "./name_failure.ts";
import { STATX_BASIC_STATS, StatxFacts } from "./statx_facts.ts";
import { ATTRIBUTE_SYMBOLS, copyUserAttributes } from "./user_attributes.ts";

const SYMBOLS = {
  ...ATTRIBUTE_SYMBOLS,
  renameat2: { parameters: ["i32", "buffer", "i32", "buffer", "u32"], result: "i32" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  utimensat: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
} as const;

/** Paths are absolute, so no directory is named. */
const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const RENAME_NOREPLACE = 1;
const RENAME_EXCHANGE = 2;
/** The time of the last access stays as it is. */
const UTIME_OMIT = (1n << 30n) - 2n;
const NS_PER_SECOND = 1_000_000_000n;

/**
 * All that is ever done to the names of a folder, one call of the system each; all paths are
 * absolute. What fails throws what the runtime does.
 */
export interface SystemNames {
  /** Gives a file, or a link itself, another name, which must be free. */
  link(from: string, to: string): void;
  symlink(text: string, at: string): void;
  /** A name that is taken loses what it had. */
  rename(from: string, to: string): void;
  /** A name that is taken keeps what it has: then it throws `EEXIST`, and nothing has changed. */
  renameNew(from: string, to: string): void;
  unlink(at: string): void;
  makeDirectory(at: string): void;
  /** Of a link: its own owner. */
  setOwner(at: string, userId: number, groupId: number): void;
  /** Has the disk keep what a directory or a file holds. */
  sync(full: string): void;
  /**
   * Lets two names change places in one step. False when the system cannot, or refuses: whoever
   * asks goes another way then, and hears what is wrong.
   */
  exchange(left: string, right: string): boolean;
  /**
   * Makes a file that shares the blocks of another one, with the times, permissions, owner and
   * attributes of `like`; `to` must be free. Throws `EOPNOTSUPP` where that cannot be.
   */
  clone(from: string, to: string, like: string): void;
  /**
   * When what stands under a name was modified, in nanoseconds since 1970, a link's own time. The
   * runtime knows whole milliseconds: where there is no other way the rest is 0.
   */
  modifiedNs(full: string): bigint;
  /** Sets when a name was modified, to the nanosecond where that can be; a link's own time. */
  setModified(full: string, modifiedNs: bigint): void;
  /**
   * Gives a file what a user attached to another one. False when not all of it could be kept, as on
   * a file system that knows of no such thing. The runtime has no call for it: where there is no
   * other way nothing is given, and nobody can tell what is lost.
   */
  copyAttributes(from: string, to: string): boolean;
  /** Ends it. */
  close(): void;
}

/** The system's own calls on Linux, with the permission for native libraries; else the runtime. */
export function openSystemNames(): SystemNames {
  const isKnown = Deno.build.os === "linux" && ["x86_64", "aarch64"].includes(Deno.build.arch);
  if (!isKnown || Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    return RUNTIME_NAMES;
  }
  try {
    return { ...RUNTIME_NAMES, ...linuxNames(Deno.dlopen("libc.so.6", SYMBOLS)) };
  } catch {
    // Another C library.
    return RUNTIME_NAMES;
  }
}

/** Without the system's own calls: names do not change places, and times are a little coarser. */
export const RUNTIME_NAMES: SystemNames = {
  link: linkSync,
  symlink: symlinkSync,
  rename: renameSync,
  renameNew: renameWithoutReplacing,
  unlink: unlinkSync,
  makeDirectory: (at) => void mkdirSync(at),
  setOwner: lchownSync,
  sync: (full) => {
    const descriptor = openSync(full, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  },
  exchange: () => false,
  clone: cloneFile,
  modifiedNs: (full) => lstatSync(full, { bigint: true }).mtimeNs,
  setModified: (full, modifiedNs) => {
    const seconds = Number(modifiedNs / 1_000n) / 1e6;
    lutimesSync(full, seconds, seconds);
  },
  copyAttributes: () => true,
  close: () => {},
};

function linuxNames(
  library: Deno.DynamicLibrary<typeof SYMBOLS>,
): Partial<SystemNames> {
  const { renameat2, statx, utimensat } = library.symbols;
  const facts = new StatxFacts();
  return {
    renameNew: (from, to) => {
      const [old, next] = [pathBytes(from), pathBytes(to)];
      if (renameat2(AT_FDCWD, old, AT_FDCWD, next, RENAME_NOREPLACE) === 0) return;
      // The runtime's way says what is wrong, or does it where the system's is not known.
      renameWithoutReplacing(from, to);
    },
    exchange: (left, right) =>
      renameat2(AT_FDCWD, pathBytes(left), AT_FDCWD, pathBytes(right), RENAME_EXCHANGE) === 0,
    modifiedNs: (full) => {
      const path = pathBytes(full);
      const isKnown = statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, facts.bytes);
      return isKnown === 0 ? facts.modifiedNs : RUNTIME_NAMES.modifiedNs(full);
    },
    setModified: (full, modifiedNs) => {
      const rest = BigInt.asUintN(64, modifiedNs % NS_PER_SECOND + NS_PER_SECOND) % NS_PER_SECOND;
      const times = new BigInt64Array([0n, UTIME_OMIT, (modifiedNs - rest) / NS_PER_SECOND, rest]);
      if (utimensat(AT_FDCWD, pathBytes(full), times, AT_SYMLINK_NOFOLLOW) === 0) return;
      RUNTIME_NAMES.setModified(full, modifiedNs);
    },
    copyAttributes: (from, to) => copyUserAttributes(library, pathBytes(from), pathBytes(to)),
    close: () => library.close(),
  };
}

/** Codes of file systems that give no file a second name, as that of most memory cards. */
const NO_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/** By a second name; where there are none, by a look before, which somebody else may overtake. */
function renameWithoutReplacing(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!NO_LINKS.has(codeOf(error))) throw error;
    if (existsAt(to)) {
      throw Object.assign(new Error(`"${to}" is there already`), { code: "EEXIST" });
    }
    return renameSync(from, to);
  }
  unlinkSync(from);
}

function existsAt(full: string): boolean {
  try {
    lstatSync(full);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

function pathBytes(path: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${path}\0`);
}
