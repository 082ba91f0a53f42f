import { TRASH_PLACE } from "@scenekeep/engine/core";
import { dirname, join } from "@std/path";
import { lstatSync } from "node:fs";
import { OWN_DIRECTORY } from "./folder_entry.ts";
import { codeOf, NameFailure, nameFailure } from "./name_failure.ts";
import { type NameNode, nodeAt } from "./name_node.ts";
import type { SystemNames } from "./system_names.ts";

/** Where names lie aside while they change places, below the root. */
const ASIDE_PLACE = `${OWN_DIRECTORY}/aside`;

/** Where goes what was found aside, is the only copy, and belongs to nothing that is known. */
const RESCUED_PLACE = `${OWN_DIRECTORY}/rescued`;

/** Slots of the trash: numbers with a dot. */
const SLOT = /^\d+(\.\d+)?$/;

/** The places of a library on disk. Every path that it gives out lies below the root. */
export class FolderPlace {
  readonly root: string;
  readonly system: SystemNames;
  readonly #owner: number;
  readonly #device: bigint;

  /** @throws {NameFailure} When `root` is no directory. */
  constructor(root: string, system: SystemNames) {
    this.root = root;
    this.system = system;
    try {
      const facts = lstatSync(root, { bigint: true });
      this.#owner = Number(facts.uid);
      this.#device = facts.dev;
    } catch (error) {
      throw nameFailure(error, ".");
    }
  }

  /**
   * Where a path is, once every directory on the way has been looked at.
   *
   * @throws {NameFailure} `refused` for a path that leaves the root, enters the program's own
   * folder, or has a link on the way; `missing` where a directory is not there.
   */
  pathTo(path: string): string {
    const parts = partsOf(path);
    this.#checkWay(parts.slice(0, -1), path);
    return join(this.root, path);
  }

  /** The same for a name that comes back: directories that are not there any more are made. */
  makeWayTo(path: string): string {
    const parts = partsOf(path);
    for (let depth = 1; depth < parts.length; depth += 1) {
      const full = join(this.root, ...parts.slice(0, depth));
      // Or a directory would be made behind a link, outside of the root.
      this.#checkWay(parts.slice(0, depth - 1), path);
      try {
        this.system.makeDirectory(full);
        this.system.sync(dirname(full));
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw nameFailure(error, path);
      }
    }
    return this.pathTo(path);
  }

  /** Where a slot of the trash is. */
  slot(slot: string): string {
    if (!SLOT.test(slot)) throw new NameFailure("refused", slot, "it is no slot of the trash");
    return join(this.#own(TRASH_PLACE), slot);
  }

  /** Where the name of a slot lies aside. */
  aside(slot: string): string {
    return join(this.#own(ASIDE_PLACE), slot);
  }

  /** Makes the program's own folder and those in it, unless they are there. */
  makeOwnDirectories(): void {
    this.#own(TRASH_PLACE);
    this.#own(ASIDE_PLACE);
  }

  /** Where things lie aside. */
  get asideDirectory(): string {
    return join(this.root, ASIDE_PLACE);
  }

  /** A place for something that must not be lost; each call makes it anew. */
  get rescuedDirectory(): string {
    return this.#own(RESCUED_PLACE);
  }

  /** What stands under a path; null when nothing does. */
  node(path: string): NameNode | null {
    return nodeAt(this.pathTo(path), path);
  }

  /**
   * What is wrong with the owner of a file, or null: of others nothing is moved. The owner of the
   * folder is who counts, so that it is the same whoever runs this.
   */
  ownerProblem(node: NameNode): string | null {
    return node.userId === this.#owner ? null : "it belongs to another user";
  }

  /** What is wrong with where a file is, or null: the trash is on the device of the root. */
  deviceProblem(node: NameNode): string | null {
    return node.device === this.#device ? null : "it is on another device than the folder";
  }

  /**
   * Changes a directory, has the disk keep that, and leaves it with the time that it had: what
   * moves here is no work of the user.
   */
  changeDirectory(full: string, change: () => void): void {
    const modifiedNs = this.system.modifiedNs(full);
    try {
      change();
    } finally {
      this.#setModified(full, modifiedNs);
    }
    this.system.sync(full);
  }

  #setModified(full: string, modifiedNs: bigint): void {
    try {
      this.system.setModified(full, modifiedNs);
    } catch {
      // A directory of somebody else in which we may write: its time says so.
    }
  }

  #own(place: string): string {
    const parts = place.split("/").filter((part) => part !== "");
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const full = join(this.root, ...parts.slice(0, depth));
      try {
        const makes = (): void => this.system.makeDirectory(full);
        if (depth === 1 && !isThere(full)) this.changeDirectory(this.root, makes);
        else makes();
        this.system.sync(dirname(full));
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw nameFailure(error, place);
      }
    }
    this.#checkWay(parts, place);
    return join(this.root, ...parts);
  }

  #checkWay(parts: readonly string[], path: string): void {
    let full = this.root;
    for (const part of parts) {
      full = join(full, part);
      try {
        const facts = lstatSync(full);
        if (facts.isSymbolicLink()) {
          throw new NameFailure("refused", path, "there is a link on the way to it");
        }
        if (!facts.isDirectory()) throw new NameFailure("missing", path, "it is not there");
      } catch (error) {
        throw nameFailure(error, path);
      }
    }
  }
}

function isThere(full: string): boolean {
  try {
    lstatSync(full);
    return true;
  } catch {
    return false;
  }
}

function partsOf(path: string): string[] {
  const parts = path.split("/");
  const leaves = parts.some((part) => part === "" || part === "." || part === "..");
  if (leaves || path.includes("\0") || parts[0] === OWN_DIRECTORY) {
    throw new NameFailure("refused", path, "it is no name of this folder");
  }
  return parts;
}
