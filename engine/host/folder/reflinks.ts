import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "@std/path";
import { REFLINKS_FILE } from "./folder_entry.ts";
import { codeOf, NameFailure } from "./name_failure.ts";
import { type NameNode, nodeAt } from "./name_node.ts";
import type { SystemNames } from "./system_names.ts";

/** What tells one state of a file from another: inode, size, and time of modification. */
type FileState = readonly [inode: string, sizeBytes: string, modifiedNs: string];

/** A file that was made to share the blocks of another one. */
interface Reflink {
  readonly path: string;
  readonly target: string;
  readonly made: FileState;
  readonly of: FileState;
}

/**
 * [Note: Reflinks are stand-ins]
 *
 * A reflink is a file of its own that shares its blocks with the file it stands for, and nothing in
 * the file system tells it from a copy. So the folder keeps a list of those that were made, written
 * before each gets its name: which file, for which, and how both were then. As long as neither has
 * changed the name counts as a link to the other: it costs no bytes, no scan takes it for a copy,
 * and an undo takes it away. Once one of them was written, or its target is not there any more, it
 * is a file like any other, which nothing of this may remove: it may hold the only bytes.
 *
 * The list is only ever appended to. Whoever copies the folder copies files that are none of it.
 */
export class Reflinks {
  readonly #root: string;
  readonly #byPath = new Map<string, Reflink[]>();

  private constructor(root: string) {
    this.#root = root;
  }

  /** Reads the list of a folder; empty where there is none. Linear in its lines. */
  static read(root: string): Reflinks {
    const reflinks = new Reflinks(root);
    for (const line of textAt(join(root, REFLINKS_FILE)).split("\n")) {
      const reflink = parsed(line);
      if (reflink !== null) reflinks.#note(reflink);
    }
    return reflinks;
  }

  get isEmpty(): boolean {
    return this.#byPath.size === 0;
  }

  /** Writes down, and has the disk keep, that `made` is to be a stand-in for `of`. */
  add(
    link: { path: string; target: string; made: NameNode; of: NameNode },
    system: SystemNames,
  ): void {
    const { made, of, path, target } = link;
    const reflink = { path, target, made: stateOf(made), of: stateOf(of) };
    const full = join(this.#root, REFLINKS_FILE);
    const file = openSync(full, "a", 0o644);
    try {
      // After a line that a crash cut off this one begins anew; empty lines say nothing.
      writeSync(file, `\n${JSON.stringify(reflink)}\n`);
    } finally {
      closeSync(file);
    }
    system.sync(full);
    this.#note(reflink);
  }

  /** True when `node` was made for `path` to stand for `target`, and both are as they were. */
  isStandIn(asked: { path: string; node: NameNode; target: string; of: NameNode }): boolean {
    const { node, of, path, target } = asked;
    return this.#byPath.get(path)?.some((reflink) =>
      reflink.target === target && isState(reflink.made, node) && isState(reflink.of, of)
    ) ?? false;
  }

  /** True for a file that was made to be a stand-in, and whose bytes another one still has. */
  isMade(node: NameNode): boolean {
    for (const reflinks of this.#byPath.values()) {
      for (const { made, of, target } of reflinks) {
        if (!isState(made, node)) continue;
        const other = nodeOrNull(join(this.#root, target), target);
        if (other !== null && isState(of, other)) return true;
      }
    }
    return false;
  }

  /** Names that are stand-ins now, and the files that they stand for. One look at each. */
  standIns(): Map<string, string> {
    const found = new Map<string, string>();
    for (const [path, reflinks] of this.#byPath) {
      const node = nodeOrNull(join(this.#root, path), path);
      if (node === null) continue;
      for (const { target } of reflinks) {
        const of = nodeOrNull(join(this.#root, target), target);
        if (of === null || !this.isStandIn({ path, node, target, of })) continue;
        found.set(path, target);
        break;
      }
    }
    return found;
  }

  #note(reflink: Reflink): void {
    const known = this.#byPath.get(reflink.path);
    if (known === undefined) this.#byPath.set(reflink.path, [reflink]);
    else known.push(reflink);
  }
}

function stateOf({ inode, modifiedNs, sizeBytes }: NameNode): FileState {
  return [`${inode}`, `${sizeBytes}`, `${modifiedNs}`];
}

function isState(state: FileState, node: NameNode): boolean {
  return node.kind === "file" && stateOf(node).every((value, index) => value === state[index]);
}

function nodeOrNull(full: string, path: string): NameNode | null {
  try {
    return nodeAt(full, path);
  } catch (error) {
    if (error instanceof NameFailure) return null;
    throw error;
  }
}

function textAt(full: string): string {
  try {
    return readFileSync(full, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return "";
    throw error;
  }
}

/** Null for a line that a crash cut off. */
function parsed(line: string): Reflink | null {
  try {
    const { made, of, path, target } = JSON.parse(line);
    const isWhole = typeof path === "string" && typeof target === "string" &&
      Array.isArray(made) && Array.isArray(of);
    return isWhole
      ? { made: made as unknown as FileState, of: of as unknown as FileState, path, target }
      : null;
  } catch {
    return null;
  }
}
