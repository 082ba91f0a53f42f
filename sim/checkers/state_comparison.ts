import type { FileRecord, LibraryState, Metadata, TrashRecord } from "@scenekeep/engine/core";
import type { ShadowFile, ShadowTrash } from "./shadow_records.ts";
import type { ShadowLibrary } from "./shadow_library.ts";

/** Differences that one comparison names; more would say no more. */
const DIFFERENCES_MAX = 5;

/**
 * Compares the librarian's whole state with the checkers' own model, which shares no code with it.
 *
 * Linear in the library.
 *
 * @returns What differs, in words; empty when nothing does.
 */
export function compareState(shadow: ShadowLibrary, state: LibraryState): string[] {
  const differences: string[] = [];
  const found = (text: string): boolean => {
    differences.push(text);
    return differences.length >= DIFFERENCES_MAX;
  };
  compareSizes(shadow, state, found);
  for (const file of shadow.files.values()) {
    const problem = fileDifference(file, state.files.get(file.id));
    if (problem !== null && found(`File ${file.id}: ${problem}`)) return differences;
  }
  for (const album of shadow.albums.values()) {
    const problem = albumDifference(album, state.albums.get(album.id));
    if (problem !== null && found(`Album ${album.id}: ${problem}`)) return differences;
  }
  for (const record of shadow.trash.values()) {
    const problem = trashDifference(record, state.trash.get(record.sequence));
    if (problem !== null && found(`Trash ${record.sequence}: ${problem}`)) return differences;
  }
  for (const plan of shadow.plans.values()) {
    const phase = state.plans.get(plan.id)?.phase ?? "discarded";
    if (phase !== plan.phase && found(`Plan ${plan.id}: ${phase}, not ${plan.phase}`)) {
      return differences;
    }
  }
  return differences;
}

function compareSizes(
  shadow: ShadowLibrary,
  state: LibraryState,
  found: (text: string) => boolean,
): void {
  const pairs: readonly (readonly [string, number, number])[] = [
    ["files", shadow.files.size, state.files.size],
    ["albums", shadow.albums.size, state.albums.size],
    ["trash records", shadow.trash.size, state.trash.size],
    ["reservations", shadow.reservations.size, state.reservations.size],
    ["contents", shadow.filesByHash.size, state.filesByHash.size],
  ];
  for (const [what, expected, actual] of pairs) {
    if (expected !== actual) found(`${actual} ${what}, not ${expected}`);
  }
}

function fileDifference(expected: ShadowFile, actual: FileRecord | undefined): string | null {
  if (actual === undefined) return "is not there";
  if (actual.version !== expected.version) return `version ${actual.version}`;
  if (actual.contentHash !== expected.contentHash) return `content ${actual.contentHash}`;
  if (actual.verified !== expected.verified) return `verified ${actual.verified}`;
  if (actual.objects.length !== expected.objects.length) return "has other objects";
  for (let index = 0; index < actual.objects.length; index += 1) {
    const [left, right] = [actual.objects[index]!, expected.objects[index]!];
    if (left.name !== right.name || left.sizeBytes !== right.sizeBytes) return "has other objects";
  }
  if (actual.entries.size !== expected.albums.length) return `is in ${actual.entries.size} albums`;
  for (const album of expected.albums) {
    if (!actual.entries.has(album)) return `is not in ${album}`;
    const name = actual.entries.get(album) ?? null;
    if (name !== (expected.names?.get(album) ?? null)) return `is called ${name} in ${album}`;
  }
  return metadataDifference(expected.metadata, actual.metadata);
}

function metadataDifference(expected: Metadata, actual: Metadata): string | null {
  if (expected === actual) return null;
  for (const key of Object.keys(expected) as (keyof Metadata)[]) {
    if (JSON.stringify(expected[key]) !== JSON.stringify(actual[key])) return `${key} differs`;
  }
  return null;
}

function albumDifference(
  expected: ShadowLibrary["albums"] extends Map<unknown, infer Album> ? Album : never,
  actual: LibraryState["albums"] extends Map<unknown, infer Album> ? Album | undefined : never,
): string | null {
  if (actual === undefined) return "is not there";
  if (actual.entries.size !== expected.files.size) return `has ${actual.entries.size} entries`;
  for (const file of expected.files) if (!actual.entries.has(file)) return `lacks ${file}`;
  if (actual.cover !== expected.cover) return `has cover ${actual.cover}`;
  if (actual.visibleToOthers !== expected.visibleToOthers) return "is shared otherwise";
  if (actual.name !== expected.name) return `is called ${actual.name}`;
  const [left, right] = [actual.order, expected.order];
  if (left === right) return null;
  const same = left !== null && right !== null && left.length === right.length &&
    left.every((file, index) => file === right[index]);
  return same ? null : "is in another order";
}

function trashDifference(expected: ShadowTrash, actual: TrashRecord | undefined): string | null {
  if (actual === undefined) return "is not there";
  if (actual.file !== expected.file) return `holds ${actual.file}`;
  if (actual.version !== expected.version) return `holds version ${actual.version}`;
  if (actual.contentHash !== expected.contentHash) return `holds ${actual.contentHash}`;
  if (actual.entries.length !== expected.entries.length) return "remembers other entries";
  return metadataDifference(expected.record.metadata, actual.record.metadata);
}
