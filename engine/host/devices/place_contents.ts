import { dirname } from "@std/path";
import type { FolderPlace } from "../folder/folder_place.ts";
import { linkText } from "../folder/link_text.ts";
import { codeOf, NameFailure, nameFailure } from "../folder/name_failure.ts";
import { isUnchanged, type NameNode, nodeAt } from "../folder/name_node.ts";
import type { FileHasher } from "../folder/folder_objects.ts";
import { HALF_COPY } from "../folder/swap_names.ts";
import { copyFile } from "./copy_file.ts";

/** Bytes that lie aside, whole and read again, and have no name in the library yet. */
export interface CopyAside {
  readonly full: string;
  readonly contentHash: string;
  /** False when not all that a user attached to the file could be kept. */
  readonly keepsAttributes: boolean;
}

/**
 * Adds names to a library: copies and links. A name is made aside, below the program's own folder,
 * and gets its place in one step, so it is never half there; nothing that has a name loses it.
 * Whatever a crash leaves aside is removed when the library is opened the next time.
 */
export class ContentPlacer {
  readonly #place: FolderPlace;
  readonly #hasher: FileHasher;

  constructor(place: FolderPlace, hasher: FileHasher) {
    this.#place = place;
    this.#hasher = hasher;
  }

  /**
   * Copies a file into the program's own folder and reads the copy again.
   *
   * @param source `full`: where it is; `node`: what stands there; `path`: what to call it.
   * @param expected Its content where that is known: other bytes are refused.
   * @throws {NameFailure} `changed`, `diskFull`, `ioError` and so on; nothing is left then.
   */
  async copyAside(
    source: { readonly full: string; readonly node: NameNode; readonly path: string },
    expected: string | null,
  ): Promise<CopyAside> {
    const { node, path } = source;
    const full = this.#place.aside(`${HALF_COPY}${crypto.randomUUID()}`);
    try {
      const contentHash = await copyFile(source.full, full, path);
      const isOther = expected !== null && contentHash !== expected;
      if (isOther || !isUnchanged(node, nodeAt(source.full, path))) {
        throw new NameFailure("changed", path, "it changed while it was read");
      }
      const again = await this.#hasher.hash(full);
      if (again.kind === "failed" || again.contentHash !== contentHash) {
        throw new NameFailure("ioError", path, "the disk did not keep what was written");
      }
      const keepsAttributes = this.#place.system.copyAttributes(source.full, full);
      return { full, contentHash, keepsAttributes };
    } catch (error) {
      this.#drop(full);
      throw nameFailure(error, path);
    }
  }

  /**
   * Gives a copy that lies aside its name.
   *
   * @throws {NameFailure} `changed` when the name is taken; the copy is gone then.
   */
  giveName(copy: CopyAside, path: string, modifiedNs: bigint): void {
    try {
      this.#place.system.setModified(copy.full, modifiedNs);
      this.#place.system.sync(copy.full);
      this.#giveName(copy.full, path);
    } catch (error) {
      this.#drop(copy.full);
      throw nameFailure(error, path);
    }
  }

  /** Adds a relative link to a file of the library, with the time of what it stands for. */
  addLink(path: string, target: string, modifiedNs: bigint): void {
    const full = this.#place.aside(`${HALF_COPY}${crypto.randomUUID()}`);
    try {
      this.#place.makeWayTo(path);
      this.#place.system.symlink(linkText(path, target), full);
      this.#place.system.setModified(full, modifiedNs);
      this.#giveName(full, path);
    } catch (error) {
      this.#drop(full);
      throw nameFailure(error, path);
    }
  }

  /** Takes a copy away that is not needed. */
  drop({ full }: CopyAside): void {
    this.#drop(full);
  }

  #giveName(aside: string, path: string): void {
    const full = this.#place.makeWayTo(path);
    this.#place.system.renameNew(aside, full);
    this.#place.system.sync(dirname(full));
  }

  #drop(full: string): void {
    try {
      this.#place.system.unlink(full);
    } catch (error) {
      // What cannot be removed now is removed at the next opening.
      if (codeOf(error) === "") throw error;
    }
  }
}
