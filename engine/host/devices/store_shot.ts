import { pathOfEntry } from "@scenekeep/engine/core";
import type { HashCache } from "../cache/hash_cache.ts";
import type { FolderEntry } from "../folder/folder_entry.ts";
import { isSameFile } from "../folder/folder_objects.ts";
import { lookAtNow } from "../folder/look_at.ts";
import { NameFailure } from "../folder/name_failure.ts";
import { type NameNode, nodeAt } from "../folder/name_node.ts";
import { readFailure } from "../folder/read_failure.ts";
import type { FileHashOutcome } from "../hashing/file_hash.ts";
import { freeNames } from "./free_name.ts";
import type { ContentPlacer, CopyAside } from "./place_contents.ts";
import type { StoredContents } from "./stored_contents.ts";

/** One file of a shot that is to be in an album. */
export interface ShotPart {
  /** The folder that it comes from. */
  readonly root: string;
  readonly entry: FolderEntry;
  /** Its name in the library: what all parts have in common, and what follows. */
  readonly stem: string;
  readonly rest: string;
  /** The time that it gets; its own where nothing is said. */
  readonly modifiedNs?: bigint | undefined;
}

/** A part that the library holds. */
interface HeldPart {
  /** Where it has the bytes. */
  readonly path: string;
  readonly contentHash: string;
  /** When the file that it comes from was modified. */
  readonly modifiedNs: bigint;
}

/** What became of a part. */
export type PartOutcome =
  | (HeldPart & { readonly kind: "linked" | "found" })
  | (HeldPart & Pick<CopyAside, "keepsAttributes"> & { readonly kind: "stored" })
  | { readonly kind: "left"; readonly reason: string; readonly cause: "unwanted" | "failed" };

/** What is to become of a content: it stays away, is backed up already, or null to look further. */
export type ShotVerdict =
  | { readonly kind: "unwanted"; readonly reason: string }
  | { readonly kind: "known"; readonly path: string };

/** What shots are stored with. */
export interface ShotStoreOptions {
  readonly stored: StoredContents;
  readonly placer: ContentPlacer;
  readonly hashes: HashCache;
  readonly hash: (path: string) => Promise<FileHashOutcome>;
  /** When a file was modified, to the nanosecond where that can be known. */
  readonly modifiedNs: (full: string) => bigint;
}

interface ReadPart {
  readonly part: ShotPart;
  readonly node: NameNode;
  readonly contentHash: string;
  readonly modifiedNs: bigint;
  copy: CopyAside | null;
}

/** Puts shots into albums of a library: what is stored already is linked, the rest is copied. */
export class ShotStore {
  readonly #options: ShotStoreOptions;

  constructor(options: ShotStoreOptions) {
    this.#options = options;
  }

  /**
   * Puts the parts of one shot into an album. A part that fails leaves the others alone.
   *
   * @param judge Told each content before anything is done with it.
   */
  async store(
    album: string,
    parts: readonly ShotPart[],
    judge: (part: ShotPart, contentHash: string) => ShotVerdict | null,
  ): Promise<Map<ShotPart, PartOutcome>> {
    const outcomes = new Map<ShotPart, PartOutcome>();
    const missing: ReadPart[] = [];
    try {
      for (const part of parts) {
        // deno-lint-ignore no-await-in-loop -- one file after the other, as disks like it
        const read = await this.#readPart(part);
        missing.push(read);
        const known = this.#known(album, read, judge(part, read.contentHash));
        if (known === null) continue;
        missing.pop();
        this.#drop(read);
        outcomes.set(part, known);
      }
      const names = freeNames(this.#options.stored, album, missing.map(({ part }) => part));
      for (const [index, read] of missing.entries()) {
        // deno-lint-ignore no-await-in-loop -- as above
        outcomes.set(read.part, await this.#put(pathOfEntry(album, names[index] ?? ""), read));
      }
    } catch (error) {
      if (!(error instanceof NameFailure)) throw error;
      for (const part of parts) if (!outcomes.has(part)) outcomes.set(part, leftBy(error));
    } finally {
      for (const read of missing) this.#drop(read);
    }
    return outcomes;
  }

  #known(album: string, read: ReadPart, verdict: ShotVerdict | null): PartOutcome | null {
    const { contentHash, modifiedNs } = read;
    if (verdict?.kind === "unwanted") {
      return { kind: "left", reason: verdict.reason, cause: "unwanted" };
    }
    const { stored } = this.#options;
    const path = verdict?.path ??
      (stored.has(album, contentHash) ? stored.pathOf(contentHash) : null);
    return path === null ? null : { kind: "found", path, contentHash, modifiedNs };
  }

  /** Reads what is not known of a part; copies it on the way where it can be no copy. */
  async #readPart(part: ShotPart): Promise<ReadPart> {
    const { hash, hashes, placer, stored } = this.#options;
    const { entry, root } = part;
    const { path } = entry;
    const full = `${root}/${path}`;
    const node = nodeAt(full, path);
    const look = lookAtNow(full, path);
    if (node?.kind !== "file" || look.kind === "unreadable" || !isSameFile(entry, look.entry)) {
      throw new NameFailure("changed", path, "it changed since the folder was listed");
    }
    const facts = { part, node, modifiedNs: this.#options.modifiedNs(full) };
    const known = hashes.find(entry);
    if (known !== null) return { ...facts, contentHash: known, copy: null };
    const nowMs = Date.now();
    if (!stored.sizes.has(entry.sizeBytes)) {
      const copy = await placer.copyAside({ full, node, path }, null);
      hashes.put(entry, { contentHash: copy.contentHash, nowMs });
      return { ...facts, contentHash: copy.contentHash, copy };
    }
    const outcome = await hash(full);
    if (outcome.kind === "failed") throw readFailure(outcome.error, path);
    hashes.put(entry, { contentHash: outcome.contentHash, nowMs });
    return { ...facts, contentHash: outcome.contentHash, copy: null };
  }

  async #put(path: string, read: ReadPart): Promise<PartOutcome> {
    const { placer, stored } = this.#options;
    const { contentHash, modifiedNs, node, part } = read;
    const givenNs = part.modifiedNs ?? modifiedNs;
    const target = stored.pathOf(contentHash);
    if (target !== null) {
      placer.addLink(path, target, givenNs);
      stored.added(path, contentHash, false);
      return { kind: "linked", path: target, contentHash, modifiedNs };
    }
    const full = `${part.root}/${part.entry.path}`;
    const copy = read.copy ??
      await placer.copyAside({ full, node, path: part.entry.path }, contentHash);
    read.copy = null;
    placer.giveName(copy, path, givenNs);
    stored.added(path, contentHash, true);
    stored.sizes.add(part.entry.sizeBytes);
    const { keepsAttributes } = copy;
    return { kind: "stored", path, contentHash, modifiedNs, keepsAttributes };
  }

  #drop(read: ReadPart): void {
    if (read.copy !== null) this.#options.placer.drop(read.copy);
    read.copy = null;
  }
}

/** What a failure means for a part. */
function leftBy({ reason }: NameFailure): PartOutcome {
  return { kind: "left", reason, cause: "failed" };
}
