import { lstatSync, rmSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "@std/path";
import type { FolderPlace } from "./folder_place.ts";
import { linkText } from "./link_text.ts";
import { codeOf, NameFailure, nameFailure } from "./name_failure.ts";
import { hasSameBytes, isSameInode, type NameNode, nodeAt } from "./name_node.ts";
import { Reflinks } from "./reflinks.ts";
import type { SystemNames } from "./system_names.ts";
import { type TrashedName, TrashManifest } from "./trash_manifest.ts";

/**
 * What takes the place of a removed file: a relative link, another name of the kept file, or a file
 * that shares its blocks, see [Note: Reflinks are stand-ins].
 */
export type StandInKind = "symbolic" | "hard" | "reflink";

/** A name of the folder, its place on disk, and the slot that it goes to or comes from. */
export interface SlottedName {
  readonly path: string;
  readonly full: string;
  readonly slot: string;
}

/**
 * [Note: Names change places]
 *
 * A file goes to the trash by getting a second name there, which the disk keeps before the first
 * name changes; it comes back the same way. So its bytes, times, permissions and attributes are
 * never copied, and at every moment one of the names leads to them. A new name is made aside, below
 * the program's own folder, and changes places with the old one in one step. What then lies aside
 * is looked at once more: if somebody else was faster and it is another file, it goes back.
 *
 * Whoever finds a slot and a name of one inode finds a move that was cut off in the middle.
 */
export class NameSwaps {
  readonly #place: FolderPlace;
  readonly #system: SystemNames;
  readonly #kind: StandInKind;
  readonly #reflinks: Reflinks;
  readonly #manifest: TrashManifest;

  constructor(place: FolderPlace, kind: StandInKind) {
    this.#place = place;
    this.#system = place.system;
    this.#kind = kind;
    this.#reflinks = Reflinks.read(place.root);
    this.#manifest = new TrashManifest(place.root, place.system);
  }

  /** Announces what will go to the trash soon. Changes nothing. */
  expectTrashed(name: TrashedName): void {
    this.#manifest.expect(name);
  }

  /** What lies in a slot, or null. */
  kept(slot: string): NameNode | null {
    return nodeAt(this.#place.slot(slot), slot);
  }

  /** Gives what stands at a name a second one in the trash, and has the disk keep it. */
  keep({ full, path, slot }: SlottedName, expected: NameNode): NameNode {
    const there = this.#place.slot(slot);
    this.#manifest.note({ path, slot });
    this.#system.link(full, there);
    this.#system.sync(dirname(there));
    const kept = nodeAt(there, path);
    if (kept !== null && hasSameBytes(expected, kept)) return kept;
    throw new NameFailure("changed", path, "it changed a moment ago");
  }

  /** Takes a slot away whose bytes have their name in the folder as well. */
  dropSlot(slot: string): void {
    const there = this.#place.slot(slot);
    this.#system.unlink(there);
    this.#system.sync(dirname(there));
  }

  /** True when the name is a stand-in for the file at `target`. */
  leadsTo(node: NameNode, path: string, target: string): boolean {
    if (node.kind === "link") return node.target === linkText(path, target);
    if (path === target) return false;
    const of = this.#nodeOrNull(target);
    if (of === null || of.kind !== "file") return false;
    return isSameInode(node, of) || this.#reflinks.isStandIn({ path, node, target, of });
  }

  /** Puts a stand-in for the file at `target` over a name; what was there must lie in the slot. */
  putStandIn(name: SlottedName, standIn: { target: string; over: NameNode }): void {
    const { over, target } = standIn;
    const aside = this.#place.aside(name.slot);
    if (this.#kind === "hard") this.#system.link(this.#place.pathTo(target), aside);
    else if (this.#kind === "reflink") {
      const like = over.kind === "file" ? name.full : null;
      this.#system.rename(this.#clone(name, { target, like }), aside);
    } else {
      this.#system.symlink(linkText(name.path, target), aside);
      // Whoever sorts by date finds the link where the picture was, and whoever owned it owns it.
      this.#system.setModified(aside, this.#system.modifiedNs(name.full));
      if (lstatSync(aside).uid !== over.userId) {
        this.#system.setOwner(aside, over.userId, over.groupId);
      }
    }
    this.#putOver(name, over);
  }

  /** Makes a stand-in where there is no name. */
  addStandIn(path: string, target: string): void {
    const full = this.#place.pathTo(path);
    const slot = "0";
    const clone = this.#kind === "reflink"
      ? this.#clone({ path, slot }, { target, like: null })
      : null;
    this.#place.changeDirectory(dirname(full), () => {
      if (clone !== null) this.#system.renameNew(clone, full);
      else if (this.#kind === "hard") this.#system.link(this.#place.pathTo(target), full);
      else this.#system.symlink(linkText(path, target), full);
    });
  }

  /** Gives the file at `to` another name, over nothing or over a link to it. */
  giveName(name: SlottedName, file: { to: string; over: NameNode | null }): void {
    const { over, to } = file;
    const there = this.#place.pathTo(to);
    if (over === null) {
      return this.#place.changeDirectory(
        dirname(name.full),
        () => this.#system.link(there, name.full),
      );
    }
    this.#system.link(there, this.#place.aside(name.slot));
    this.#putOver(name, over);
  }

  /** Brings back what is in the slot, over nothing or over a stand-in. */
  bringBack(name: SlottedName, over: NameNode | null): void {
    const there = this.#place.slot(name.slot);
    if (over === null) {
      this.#place.changeDirectory(dirname(name.full), () => this.#system.link(there, name.full));
    } else {
      this.#system.link(there, this.#place.aside(name.slot));
      this.#putOver(name, over);
    }
    this.dropSlot(name.slot);
  }

  /** Takes a name away; what was there must lie in the slot, or be a link. */
  takeAway({ full, path, slot }: SlottedName, expected: NameNode): void {
    const aside = this.#place.aside(slot);
    this.#place.changeDirectory(dirname(full), () => {
      this.#system.rename(full, aside);
      const out = nodeAt(aside, path);
      if (out !== null && hasSameBytes(expected, out)) return this.#system.unlink(aside);
      this.#putBack(aside, full);
      throw new NameFailure("changed", path, "it changed a moment ago");
    });
  }

  /** Ends what a crash left aside in the middle of changing a name. */
  settle({ full, path, slot }: SlottedName, target: string | null): void {
    const aside = this.#place.aside(slot);
    const left = nodeAt(aside, path);
    if (left === null) return;
    const now = nodeAt(full, path);
    const kept = this.kept(slot);
    const isKept = kept !== null && isSameInode(kept, left);
    const isOurs = target !== null && this.leadsTo(left, path, target);
    if (isKept || isOurs) return this.#system.unlink(aside);
    const isStandIn = now !== null && target !== null && this.leadsTo(now, path, target);
    if (isStandIn) {
      // Somebody else's name was taken out, and had no time to go back.
      this.#place.changeDirectory(dirname(full), () => this.#system.rename(aside, full));
    } else if (now === null) {
      this.#place.changeDirectory(dirname(full), () => this.#putBack(aside, full));
    } else if (left.kind === "link" || left.linkCount > 1n) this.#system.unlink(aside);
    else this.rescue(aside, path);
  }

  /** Removes what lies aside and is of no use; what may be the only copy is rescued. */
  async clearAside(): Promise<void> {
    for (const name of await namesIn(this.#place.asideDirectory)) {
      const full = join(this.#place.asideDirectory, name);
      const node = nodeAt(full, name);
      if (node === null) continue;
      const isOfNoUse = node.kind === "link" || node.linkCount > 1n ||
        name.startsWith(HALF_COPY) || this.#reflinks.isMade(node);
      if (isOfNoUse) {
        this.#system.unlink(full);
      } else this.rescue(full, name);
    }
  }

  /** Shortens the list of what is in the trash to what still is. */
  async tidyManifest(): Promise<void> {
    await this.#manifest.rewrite(this.#place.aside(`${HALF_COPY}manifest`));
  }

  /** Puts something that belongs to nothing that is known where it is found again. */
  rescue(full: string, path: string): void {
    const directory = this.#place.rescuedDirectory;
    const name = path.replaceAll("/", "_").slice(-100);
    for (let number = 1;; number += 1) {
      try {
        this.#system.link(full, join(directory, `${number}-${name}`));
        this.#system.sync(directory);
        return this.#system.unlink(full);
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
      }
    }
  }

  /**
   * Tells, before anything is changed, whether stand-ins can be made here.
   *
   * @throws {NameFailure} `refused` when they cannot.
   */
  checkKind(): void {
    if (this.#kind !== "reflink") return;
    const from = this.#place.aside(`${HALF_COPY}probe`);
    const to = this.#place.aside(`${HALF_COPY}probed`);
    try {
      writeFileSync(from, "A file of some bytes");
      this.#system.clone(from, to, from);
    } catch (error) {
      if (codeOf(error) !== "EOPNOTSUPP") throw nameFailure(error, ".");
      const reason = "its file system has no reflinks: links of another kind can be made there";
      throw new NameFailure("refused", ".", reason);
    } finally {
      for (const full of [from, to]) rmSync(full, { force: true });
    }
  }

  /**
   * Makes a file that shares the blocks of `target`, and writes down that it is to stand for it.
   *
   * @param like The file whose times and permissions it gets; null for those of `target`.
   * @returns Where it lies, under a name that a restart takes away.
   */
  #clone(
    { path, slot }: Pick<SlottedName, "path" | "slot">,
    { like, target }: { target: string; like: string | null },
  ): string {
    const from = this.#place.pathTo(target);
    const clone = this.#place.aside(`${HALF_COPY}${slot}`);
    rmSync(clone, { force: true });
    const of = nodeAt(from, target);
    this.#system.clone(from, clone, like ?? from);
    this.#system.sync(clone);
    const made = nodeAt(clone, path);
    const now = nodeAt(from, target);
    if (of === null || made === null || now === null || !hasSameBytes(of, now)) {
      throw new NameFailure("changed", path, `"${target}", which stays, changed a moment ago`);
    }
    this.#reflinks.add({ path, target, made, of }, this.#system);
    return clone;
  }

  /** Lets what lies aside take the name; what had it must be what is expected. */
  #putOver({ full, path, slot }: SlottedName, expected: NameNode): void {
    const aside = this.#place.aside(slot);
    this.#place.changeDirectory(dirname(full), () => {
      const ours = nodeAt(aside, path);
      const isExpected = (found: NameNode | "other" | null): boolean =>
        found !== null && found !== "other" && hasSameBytes(expected, found);
      if (this.#system.exchange(aside, full)) {
        if (isExpected(nodeOrOther(aside, path))) return this.#system.unlink(aside);
        this.#system.exchange(aside, full);
        this.#giveBack(aside, full, ours);
      } else if (isExpected(nodeAt(full, path))) return this.#system.rename(aside, full);
      else this.#system.unlink(aside);
      throw new NameFailure("changed", path, "it changed a moment ago");
    });
  }

  /** Whatever came aside and is not ours gets its name back: the name changed once more. */
  #giveBack(aside: string, full: string, ours: NameNode | null): void {
    const path = full.slice(this.#place.root.length + 1);
    const left = nodeOrOther(aside, path);
    if (left === "other") return this.#system.rename(aside, full);
    if (left === null) return;
    if (ours !== null && isSameInode(left, ours)) this.#system.unlink(aside);
    else this.#putBack(aside, full);
  }

  /** Gives something its name back; what took the name meanwhile stays, and this is rescued. */
  #putBack(aside: string, full: string): void {
    try {
      this.#system.link(aside, full);
      this.#system.unlink(aside);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
      this.rescue(aside, full.slice(this.#place.root.length + 1));
    }
  }

  #nodeOrNull(path: string): NameNode | null {
    try {
      return this.#place.node(path);
    } catch (error) {
      if (error instanceof NameFailure) return null;
      throw error;
    }
  }
}

/** Copies that are being written are called so; they are of no use before they are whole. */
export const HALF_COPY = "copy-";

/** As `nodeAt`, where a directory or a device is an answer like any other. */
function nodeOrOther(full: string, path: string): NameNode | "other" | null {
  try {
    return nodeAt(full, path);
  } catch (error) {
    if (error instanceof NameFailure && error.error === "changed") return "other";
    throw error;
  }
}

/** See [Note: Directories that fail halfway]. */
async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}
