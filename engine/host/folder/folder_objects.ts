import type {
  Acknowledged,
  Link,
  ObjectFacts,
  Outcome,
  PortError,
  ReadObject,
  Remove,
  WriteObject,
} from "@scenekeep/engine/core";
import { join } from "@std/path";
import type { HashCache } from "../cache/hash_cache.ts";
import type { FileHashOutcome } from "../hashing/file_hash.ts";
import type { ObjectPort, PortContext } from "../runtime/ports.ts";
import type { FolderEntry } from "./folder_entry.ts";
import type { FolderChanges } from "./folder_changes.ts";
import { folderPath } from "./folder_path.ts";
import { lookAt } from "./look_at.ts";
import { readError } from "./read_failure.ts";

/** What can hash a file: a pool of workers. */
export interface FileHasher {
  /** Hashes the file at `path`. Never rejects. */
  hash(path: string): Promise<FileHashOutcome>;
}

/** What a folder's objects are made of. */
export interface FolderObjectsOptions {
  /** The folder, absolute. */
  readonly root: string;
  readonly hasher: FileHasher;
  /** Hashes of before; null to read all bytes whatever was known. */
  readonly cache: HashCache | null;
  /**
   * What a walk saw under a path. A file that is no longer like that is answered with `changed`,
   * since its size and its names may be others. Undefined where no walk went.
   */
  readonly seen?: (path: string) => FolderEntry | undefined;
  /** Wall clock in milliseconds since 1970. */
  readonly nowMs: () => number;
  /** What changes the folder; without it nothing is changed. */
  readonly changes?: FolderChanges;
}

/** How often a file is read whose names come and go, before it counts as changed. */
const READS_MAX = 8;

const ACKNOWLEDGED_NOT: Outcome<Acknowledged> = { kind: "failed", error: "refused" };

/**
 * The files of a folder as objects: reads them, and changes their names where that is wanted.
 *
 * A file is looked at before and after it is read. If it is another one by then, or was changed,
 * the answer is `changed`, never a hash that belongs to neither. Where bytes should be and a link
 * is, it is `changed` too: what a link leads to is another file.
 */
export class FolderObjects implements ObjectPort {
  readonly #options: FolderObjectsOptions;

  constructor(options: FolderObjectsOptions) {
    this.#options = options;
  }

  async readObject(request: ReadObject, _context: PortContext): Promise<Outcome<ObjectFacts>> {
    const { root, seen } = this.#options;
    const path = folderPath(request.object);
    if (path === null) return failed("refused");
    const full = join(root, path);
    const before = await lookAt(full, path);
    if (before.kind === "unreadable") return failed(before.error);
    const expected = seen?.(path);
    if (expected !== undefined && !isSameFile(expected, before.entry)) return failed("changed");
    if (before.entry.kind !== "file") return failed("changed");
    const { sizeBytes } = before.entry;
    if (request.read === "stat") {
      return { kind: "done", result: { kind: "objectFacts", sizeBytes, contentHash: null } };
    }
    return await this.#hash(full, before.entry, READS_MAX);
  }

  writeObject(_request: WriteObject, _context: PortContext): Promise<Outcome<Acknowledged>> {
    return Promise.resolve(ACKNOWLEDGED_NOT);
  }

  link(request: Link, context: PortContext): Promise<Outcome<Acknowledged>> {
    const { changes } = this.#options;
    return changes?.link(request, context) ?? Promise.resolve(ACKNOWLEDGED_NOT);
  }

  remove(request: Remove, context: PortContext): Promise<Outcome<Acknowledged>> {
    const { changes } = this.#options;
    return changes?.remove(request, context) ?? Promise.resolve(ACKNOWLEDGED_NOT);
  }

  async #hash(
    full: string,
    entry: FolderEntry,
    readsLeft: number,
  ): Promise<Outcome<ObjectFacts>> {
    const { cache, hasher, nowMs } = this.#options;
    const { sizeBytes } = entry;
    const known = cache?.find(entry) ?? null;
    if (known !== null) {
      return { kind: "done", result: { kind: "objectFacts", sizeBytes, contentHash: known } };
    }
    const lookedAtMs = nowMs();
    const outcome = await hasher.hash(full);
    if (outcome.kind === "failed") return failed(readError(outcome.error));
    const after = await lookAt(full, entry.path);
    if (after.kind === "unreadable") return failed(after.error);
    if (!isSameFile(entry, after.entry)) {
      // Another name of it may have come or gone meanwhile, by our own hand: then it is read anew.
      const isRenamed = isSameFile({ ...entry, changedMs: after.entry.changedMs }, after.entry);
      if (!isRenamed || readsLeft <= 1) return failed("changed");
      return await this.#hash(full, after.entry, readsLeft - 1);
    }
    const { contentHash } = outcome;
    cache?.put(entry, { contentHash, nowMs: lookedAtMs });
    return { kind: "done", result: { kind: "objectFacts", sizeBytes, contentHash } };
  }
}

/** True when nothing that a file system tells of a file has changed. */
export function isSameFile(left: FolderEntry, right: FolderEntry): boolean {
  return left.kind === right.kind && left.sizeBytes === right.sizeBytes &&
    left.device === right.device && left.inode === right.inode &&
    left.modifiedMs === right.modifiedMs && left.changedMs === right.changedMs;
}

function failed(error: PortError): Outcome<never> {
  return { kind: "failed", error };
}
