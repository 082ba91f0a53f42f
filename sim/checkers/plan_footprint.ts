import type { AlbumId, FileId, Metadata } from "@scenekeep/engine/core";
import type { ShadowLibrary } from "./shadow_library.ts";

/** One thing that a plan changed: what it was before, and what the plan left. */
interface Change<Value> {
  readonly before: Value;
  wrote: Value;
}

/** What an undo must bring back. */
interface Footprint {
  /** Trash sequence under which the plan put a file away. */
  readonly trashed: Map<FileId, number>;
  /** True where the entry was there. By album, then file. */
  readonly entries: Map<AlbumId, Map<FileId, Change<boolean>>>;
  readonly metadata: Map<FileId, Change<Metadata>>;
  readonly orders: Map<AlbumId, Change<readonly FileId[] | null>>;
  readonly covers: Map<AlbumId, Change<FileId | null>>;
}

/** What is expected of one facet once the plan is undone. */
export interface Expectation {
  /** Files and albums that it is about. */
  readonly subjects: readonly string[];
  /** What is expected, for telling one expectation from another. */
  readonly text: string;
  /** Null when it holds, else what is wrong. */
  check(shadow: ShadowLibrary): string | null;
  /** An entry that the plan added and the undo should take away; null for all else. */
  readonly standIn: { readonly album: AlbumId; readonly file: FileId } | null;
}

/**
 * All that one plan changed, from the events of the turns that applied its items.
 *
 * Values are compared, not causes: a field or entry that no longer holds what the plan wrote was
 * changed by somebody else and stays.
 */
export class PlanFootprint {
  readonly #print: Footprint = {
    trashed: new Map(),
    entries: new Map(),
    metadata: new Map(),
    orders: new Map(),
    covers: new Map(),
  };

  /** Adds what the turn that was folded last has changed. */
  addTurn(shadow: ShadowLibrary): void {
    const { delta } = shadow;
    for (const record of delta.trashed) {
      if (record.cause.kind === "plan") this.#print.trashed.set(record.file, record.sequence);
    }
    for (const { album, file } of delta.entriesAdded) this.#noteEntry(shadow, album, file, false);
    for (const { album, file } of delta.entriesRemoved) this.#noteEntry(shadow, album, file, true);
    for (const [id, before] of delta.files) {
      const after = shadow.files.get(id)?.metadata;
      if (before.metadata === null || after === undefined) continue;
      if (before.metadata !== after || this.#print.metadata.has(id)) {
        note(this.#print.metadata, { key: id, before: before.metadata, wrote: after });
      }
    }
    for (const [id, before] of delta.albums) {
      const album = shadow.albums.get(id);
      if (album === undefined || !before.exists) continue;
      note(this.#print.orders, { key: id, before: before.order, wrote: album.order });
      note(this.#print.covers, { key: id, before: before.cover, wrote: album.cover });
    }
  }

  /** All that it knows, see `pictureText`. */
  remembers(): unknown {
    return this.#print;
  }

  /** What must hold after an undo that starts now, leaving out what somebody changed since. */
  expectations(shadow: ShadowLibrary): Expectation[] {
    const gone = new Set<FileId>();
    const expectations: Expectation[] = [];
    for (const [file, sequence] of this.#print.trashed) {
      if (shadow.trashedFiles.get(file) !== sequence) gone.add(file);
      else {
        expectations.push({
          subjects: [file],
          text: "is back",
          check: (after) => after.files.has(file) ? null : `${file} did not come back`,
          standIn: null,
        });
      }
    }
    this.#expectEntries(shadow, { gone, expectations });
    for (const [file, change] of this.#print.metadata) {
      const now = shadow.files.get(file)?.metadata;
      if (now === undefined) continue;
      expectations.push(metadataExpectation(file, change, now));
    }
    for (const [album, change] of this.#print.orders) {
      if (!sameList(shadow.albums.get(album)?.order ?? null, change.wrote)) continue;
      if (this.#loses(album, gone)) continue;
      expectations.push(orderExpectation(album, change.before));
    }
    for (const [album, change] of this.#print.covers) {
      const now = shadow.albums.get(album)?.cover;
      if (now === undefined || now !== change.wrote) continue;
      if (change.before !== null && gone.has(change.before)) continue;
      expectations.push(coverExpectation(album, change.before));
    }
    return expectations;
  }

  /** True when the album held a file that cannot come back, so its order cannot be exact. */
  #loses(album: AlbumId, gone: ReadonlySet<FileId>): boolean {
    for (const [file, change] of this.#print.entries.get(album) ?? []) {
      if (change.before && gone.has(file)) return true;
    }
    return false;
  }

  #expectEntries(
    shadow: ShadowLibrary,
    into: { gone: ReadonlySet<FileId>; expectations: Expectation[] },
  ): void {
    for (const [album, files] of this.#print.entries) {
      const now = shadow.albums.get(album);
      if (now === undefined) continue;
      for (const [file, change] of files) {
        if (into.gone.has(file) || now.files.has(file) !== change.wrote) continue;
        if (change.before === change.wrote) continue;
        // What somebody else has trashed since has no entry to come back to.
        if (!shadow.files.has(file) && !this.#print.trashed.has(file)) continue;
        into.expectations.push(entryExpectation({ album, file, wasThere: change.before }));
      }
    }
  }

  #noteEntry(shadow: ShadowLibrary, album: AlbumId, file: FileId, wasThere: boolean): void {
    const files = this.#print.entries.get(album) ?? new Map<FileId, Change<boolean>>();
    this.#print.entries.set(album, files);
    const isThere = shadow.albums.get(album)?.files.has(file) === true;
    const known = files.get(file);
    if (known === undefined) files.set(file, { before: wasThere, wrote: isThere });
    else known.wrote = isThere;
  }
}

function note<Key, Value>(
  changes: Map<Key, Change<Value>>,
  change: { key: Key; before: Value; wrote: Value },
): void {
  const known = changes.get(change.key);
  if (known === undefined) {
    changes.set(change.key, { before: change.before, wrote: change.wrote });
  } else known.wrote = change.wrote;
}

function entryExpectation(
  entry: { album: AlbumId; file: FileId; wasThere: boolean },
): Expectation {
  const { album, file, wasThere } = entry;
  const check = (shadow: ShadowLibrary): string | null => {
    const record = shadow.albums.get(album);
    if (record === undefined || record.files.has(file) === wasThere) return null;
    return wasThere
      ? `Entry ${album}/${file} did not come back`
      : `Entry ${album}/${file}, which the plan had added, is still there`;
  };
  const standIn = wasThere ? null : { album, file };
  return { subjects: [album, file], text: `entry ${wasThere}`, check, standIn };
}

function metadataExpectation(
  file: FileId,
  change: Change<Metadata>,
  now: Metadata,
): Expectation {
  const fields = Object.keys(change.before) as (keyof Metadata)[];
  const reverting = fields.filter((field) =>
    sameValue(now[field], change.wrote[field]) &&
    !sameValue(change.before[field], change.wrote[field])
  );
  const check = (shadow: ShadowLibrary): string | null => {
    const after = shadow.files.get(file)?.metadata;
    if (after === undefined) return null;
    const wrong = reverting.find((field) => !sameValue(after[field], change.before[field]));
    if (wrong === undefined) return null;
    return `${wrong} of ${file} is ${JSON.stringify(after[wrong])}, and was ` +
      JSON.stringify(change.before[wrong]);
  };
  const text = JSON.stringify(reverting.map((field) => [field, change.before[field]]));
  return { subjects: [file], text, check, standIn: null };
}

function orderExpectation(album: AlbumId, before: readonly FileId[] | null): Expectation {
  const check = (shadow: ShadowLibrary): string | null => {
    const record = shadow.albums.get(album);
    if (record === undefined || sameList(record.order, before)) return null;
    return `The order of ${album} is ${JSON.stringify(record.order)}, and was ` +
      JSON.stringify(before);
  };
  return { subjects: [album], text: `order ${JSON.stringify(before)}`, check, standIn: null };
}

function coverExpectation(album: AlbumId, before: FileId | null): Expectation {
  const check = (shadow: ShadowLibrary): string | null => {
    const record = shadow.albums.get(album);
    if (record === undefined || record.cover === before) return null;
    return `The cover of ${album} is ${record.cover}, and was ${before}`;
  };
  return { subjects: [album], text: `cover ${before}`, check, standIn: null };
}

function sameValue(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => item === right[index]);
  }
  return left === right;
}

function sameList(left: readonly FileId[] | null, right: readonly FileId[] | null): boolean {
  return left === right || (left !== null && right !== null && sameValue(left, right));
}
