import type { FileRecord, LibraryState, PlanRecord, TrashRecord } from "@scenekeep/engine/core";
import { differentPaths } from "../world/divergence.ts";

/** A library as plain text and lists, comparable with another one. */
export type CanonicalLibrary = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** How a device numbers its attempts in the names of files that it uploads. */
const ATTEMPT = /^([^/]+\/[^/]+\/\d+)\/\d+\//;

/** How words name things in the trash, by a number that says only what was put there before. */
const TRASH_NUMBER = /\btrash \d+/g;

/**
 * What a library is to its user once all is quiet: files, albums, trash, plans and promises. Left
 * out is what tells only how it came to be so: times, counters, in which attempt an upload got
 * through, in which order things arrived, what is known of contents that are not there any more.
 *
 * O(n log n) in the library.
 */
export function canonicalLibrary(state: LibraryState): CanonicalLibrary {
  const { albums, embedded, files, filesByHash, obligations, plans, trash, usage } = state;
  const library = {
    files: named(files, canonicalFile),
    albums: named(albums, ({ cover, kind, mayAdd, name, order, owner, visibleToOthers }) => (
      { kind, owner, name, mayAdd, visibleToOthers, cover, order }
    )),
    trash: inOrder([...trash.values()].map(canonicalTrash)),
    plans: named(plans, ({ items, phase }) => ({ phase, items: items.map(canonicalItem) })),
    obligations: named(obligations, ({ acceptable, album, plan, scene }) => (
      { album, plan, scene, acceptable: [...acceptable].sort() }
    )),
    embedded: inOrder([...embedded].filter(([hash]) => filesByHash.has(hash))),
    notDuplicates: named(state.notDuplicates, (others) => [...others].sort()),
    unreadable: named(state.unreadable, (reason) => reason),
    usage: { ...usage },
  };
  return withoutAttempts(library) as CanonicalLibrary;
}

function canonicalFile(file: FileRecord): unknown {
  const { capture, contentHash, facts, kind, metadata, name, objects, owner, verified } = file;
  const sizes = objects.map(({ role, sizeBytes }) => `${role} ${sizeBytes}`);
  const entries = inOrder([...file.entries]);
  return { owner, kind, name, capture, contentHash, verified, facts, metadata, sizes, entries };
}

function canonicalTrash(record: TrashRecord): readonly [string, unknown] {
  const { cause, content, contentHash, entries, file, hidden, homeObjects, version } = record;
  const { metadata } = record.record;
  return [`${file} ${content} ${version}`, {
    contentHash,
    hidden,
    homeObjects,
    cause,
    metadata,
    entries: inOrder(entries.map((entry) => [entry.album, entry])),
  }];
}

function canonicalItem(item: PlanRecord["items"][number]): unknown {
  return item.kind === "applied" ? { kind: item.kind, changes: item.changes } : item;
}

function named<Key extends string, Value>(
  values: ReadonlyMap<Key, Value>,
  canonical: (value: Value) => unknown,
): Record<string, unknown> {
  return inOrder([...values].map(([key, value]) => [key, canonical(value)]));
}

function inOrder(pairs: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries([...pairs].sort(([left], [right]) => left < right ? -1 : 1));
}

function withoutAttempts(value: unknown): unknown {
  if (typeof value === "string") return withoutAttempt(value);
  if (Array.isArray(value)) return value.map(withoutAttempts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [withoutAttempt(key), withoutAttempts(inner)]),
  );
}

function withoutAttempt(text: string): string {
  return text.replace(ATTEMPT, "$1/").replace(TRASH_NUMBER, "trash");
}

/** Where a library is not as expected: `files.a.caption: "x", not "y"`. Empty when it is. */
export function libraryDifferences(
  found: CanonicalLibrary,
  expected: CanonicalLibrary,
): string[] {
  return [...differentPaths(found, expected)].map(({ left, path, right }) =>
    `${path}: ${JSON.stringify(left)}, not ${JSON.stringify(right)}`
  );
}
