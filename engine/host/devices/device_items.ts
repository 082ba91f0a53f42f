import { pathOfEntry } from "@scenekeep/engine/core";
import { dirname, join } from "@std/path";
import { readdir } from "node:fs/promises";
import type { FileHasher } from "../folder/folder_objects.ts";
import { FolderPlace } from "../folder/folder_place.ts";
import { codeOf, NameFailure, nameFailure } from "../folder/name_failure.ts";
import { hasSameBytes, isUnchanged, type NameNode, nodeAt } from "../folder/name_node.ts";
import { readFailure } from "../folder/read_failure.ts";
import type { SystemNames } from "../folder/system_names.ts";
import { copyFile } from "./copy_file.ts";
import { ASIDE_PREFIX } from "./device_units.ts";
import type { NumberedLine, ReceiptLine, ReceiptsLog } from "./receipts_log.ts";

/** What a line of the log says of an item, but for what was done. */
export type ItemFacts = Omit<ReceiptLine, "at" | "action" | "aside">;

/** What was found of an item whose going or coming was cut off. */
export interface SettledItem {
  readonly file: string;
  readonly receipt: string | null;
  readonly outcome: "removed" | "kept";
}

/**
 * The items of a device as they go and come back. An item that goes is called otherwise first, and
 * looked at once more under that name: whatever somebody has put in its place a moment before stays
 * and gets its name back. What is under way stands in the log before it is begun.
 */
export class DeviceItems {
  readonly #place: FolderPlace;
  readonly #system: SystemNames;
  readonly #log: ReceiptsLog;
  readonly #hasher: FileHasher;

  constructor(
    root: string,
    parts: {
      readonly system: SystemNames;
      readonly log: ReceiptsLog;
      readonly hasher: FileHasher;
    },
  ) {
    this.#place = new FolderPlace(root, parts.system);
    this.#system = parts.system;
    this.#log = parts.log;
    this.#hasher = parts.hasher;
  }

  /**
   * Reads all bytes of an item, whatever is remembered of them.
   *
   * @throws {NameFailure} `changed` when they are not those of `contentHash`.
   */
  async check(file: string, contentHash: string): Promise<NameNode> {
    return await readAs(contentHash, { hasher: this.#hasher, path: file, place: this.#place });
  }

  /**
   * Takes an item away that is as it was looked at.
   *
   * @throws {NameFailure} When it stays; it has its name then.
   */
  remove(item: Omit<ItemFacts, "modifiedNs">, node: NameNode): void {
    const { file } = item;
    const full = this.#place.pathTo(file);
    const facts = { ...item, modifiedNs: `${this.#modifiedNs(full, file)}` };
    const aside = this.#asideOf(file);
    const asideFull = this.#place.pathTo(aside);
    this.#add(facts, "removing", aside);
    try {
      if (!isUnchanged(node, nodeAt(full, file))) throw changed(file);
      this.#system.rename(full, asideFull);
      const out = nodeAt(asideFull, file);
      if (out === null || !hasSameBytes(node, out)) {
        this.#putBack(asideFull, file);
        throw changed(file);
      }
      this.#unlink(asideFull, { file, node });
    } catch (error) {
      // Where it did not get its name back, the log still says what it is called.
      if (this.#isThere(file) && !this.#isThere(aside)) this.#add(facts, "kept");
      throw nameFailure(error, file);
    }
    this.#syncDirectory(full);
    this.#add(facts, "removed");
  }

  /**
   * Brings an item back from where the library has its bytes. What has its name stays.
   *
   * @throws {NameFailure} When it does not come back.
   */
  async bringBack(facts: ItemFacts, from: string): Promise<{ readonly keepsAttributes: boolean }> {
    const { contentHash, file, modifiedNs } = facts;
    const full = this.#place.makeWayTo(file);
    const aside = this.#asideOf(file);
    const asideFull = this.#place.pathTo(aside);
    if (nodeAt(full, file) !== null) {
      await this.check(file, contentHash);
      this.#add(facts, "returned");
      return { keepsAttributes: true };
    }
    this.#add(facts, "returning", aside);
    let keepsAttributes: boolean;
    try {
      const copied = await copyFile(from, asideFull, facts.library);
      const again = await this.#hasher.hash(asideFull);
      if (copied !== contentHash || again.kind === "failed" || again.contentHash !== contentHash) {
        throw new NameFailure("changed", file, "its bytes in the library are others");
      }
      keepsAttributes = this.#system.copyAttributes(from, asideFull);
      this.#system.setModified(asideFull, BigInt(modifiedNs));
      this.#system.renameNew(asideFull, full);
    } catch (error) {
      this.#dropCopy(asideFull);
      this.#add(facts, "removed");
      throw nameFailure(error, file);
    }
    this.#syncDirectory(full);
    this.#add(facts, "returned");
    return { keepsAttributes };
  }

  /** Ends what a crash cut off: what was going has its name again, half of a copy is removed. */
  async settle(latest: readonly NumberedLine[]): Promise<SettledItem[]> {
    const settled: SettledItem[] = [];
    // Where a device is to be mounted there may be nothing: that says nothing of its items.
    if ((await readdir(this.#place.root)).length === 0) return settled;
    for (const { line } of latest) {
      const { action, aside, file, receipt = null } = line;
      if (aside === undefined || (action !== "removing" && action !== "returning")) continue;
      const { action: _action, aside: _aside, at: _at, ...facts } = line;
      const asideFull = this.#pathOrNull(aside);
      if (action === "returning") {
        if (asideFull !== null) this.#dropCopy(asideFull);
        this.#add(facts, this.#isThere(file) ? "returned" : "removed");
        continue;
      }
      if (asideFull !== null && nodeAt(asideFull, file) !== null) this.#putBack(asideFull, file);
      const outcome = this.#isThere(file) ? "kept" : "removed";
      this.#add(facts, outcome);
      settled.push({ file, receipt, outcome });
    }
    return settled;
  }

  #unlink(asideFull: string, { file, node }: { file: string; node: NameNode }): void {
    try {
      this.#system.unlink(asideFull);
    } catch (error) {
      const left = nodeAt(asideFull, file);
      if (left !== null && hasSameBytes(node, left)) this.#putBack(asideFull, file);
      throw error;
    }
  }

  /** Gives an item its name back, or one beside it when somebody has taken it. */
  #putBack(asideFull: string, file: string): void {
    const dot = file.lastIndexOf(".");
    const end = dot > file.lastIndexOf("/") + 1 ? dot : file.length;
    for (let number = 1;; number += 1) {
      const suffix = number === 1 ? "" : ` (${number})`;
      const path = `${file.slice(0, end)}${suffix}${file.slice(end)}`;
      try {
        this.#system.renameNew(asideFull, this.#place.pathTo(path));
        return this.#syncDirectory(asideFull);
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw nameFailure(error, file);
      }
    }
  }

  #modifiedNs(full: string, file: string): bigint {
    try {
      return this.#system.modifiedNs(full);
    } catch (error) {
      throw nameFailure(error, file);
    }
  }

  #isThere(file: string): boolean {
    const full = this.#pathOrNull(file);
    return full !== null && nodeAt(full, file) !== null;
  }

  #pathOrNull(path: string): string | null {
    try {
      return this.#place.pathTo(path);
    } catch (error) {
      if (error instanceof NameFailure && error.error === "missing") return null;
      throw error;
    }
  }

  #dropCopy(full: string): void {
    try {
      this.#system.unlink(full);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
    }
  }

  #asideOf(file: string): string {
    const slash = file.lastIndexOf("/");
    const name = `${ASIDE_PREFIX}${crypto.randomUUID()}`;
    return pathOfEntry(slash < 0 ? "." : file.slice(0, slash), name);
  }

  /** Not every device can: what was done is looked at the next time, and stands in the log. */
  #syncDirectory(full: string): void {
    try {
      this.#system.sync(dirname(full));
    } catch {
      // A phone that is mounted over USB, for instance.
    }
  }

  #add(facts: ItemFacts, action: ReceiptLine["action"], aside?: string): void {
    const line = { at: new Date().toISOString(), action, ...facts };
    this.#log.add(aside === undefined ? line : { ...line, aside }, { isSynced: true });
  }
}

/**
 * Reads all bytes of a file of a folder; what stood there, and is unchanged since.
 *
 * @throws {NameFailure} When its bytes are not those of `contentHash`, or cannot be read.
 */
export async function readAs(
  contentHash: string,
  asked: { readonly place: FolderPlace; readonly path: string; readonly hasher: FileHasher },
): Promise<NameNode> {
  const { hasher, path, place } = asked;
  const full = place.pathTo(path);
  const node = nodeAt(full, path);
  if (node === null) throw new NameFailure("missing", path, "it is not there any more");
  if (node.kind !== "file") throw changed(path);
  const outcome = await hasher.hash(join(place.root, path));
  if (outcome.kind === "failed") throw readFailure(outcome.error, path);
  if (outcome.contentHash !== contentHash || !isUnchanged(node, nodeAt(full, path))) {
    throw changed(path);
  }
  return node;
}

function changed(path: string): NameFailure {
  return new NameFailure("changed", path, "it changed a moment ago");
}
