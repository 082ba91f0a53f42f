import type {
  ContentHash,
  FileRecord,
  ItemState,
  LibraryState,
  StoredObject,
  TrashRecord,
} from "@scenekeep/engine/core";
import { sumBytes } from "./fold_file_event.ts";
import type { ShadowFile, ShadowItem } from "./shadow_records.ts";
import type { ShadowLibrary } from "./shadow_library.ts";

/**
 * Fills an empty model with a library as a snapshot has it, as if every event before had been
 * folded. It is the librarian's word, to go on from: nothing of it is judged.
 *
 * Plans that were discarded are not in a snapshot, nor is since when something is in the trash by
 * true time: that is taken to be now. Linear in the library.
 */
export function shadowOf(state: LibraryState, shadow: ShadowLibrary): void {
  shadow.libraryKind = state.libraryKind;
  shadow.owner = state.owner;
  shadow.limitBytes = state.usage.limitBytes;
  shadow.purgedBytes = state.usage.purgedBytes;
  for (const { id, kind, owner, mayAdd, name, ...album } of state.albums.values()) {
    const { cover, entries, order, visibleToOthers } = album;
    const files = new Set(entries);
    shadow.albums.set(id, {
      id,
      kind,
      owner,
      mayAdd,
      name,
      visibleToOthers,
      cover,
      order,
      files,
    });
  }
  for (const record of state.files.values()) {
    const file = fileOf(record);
    shadow.files.set(file.id, file);
    shadow.indexContent(file);
    if (file.owner !== state.owner) continue;
    for (const object of file.objects) shadow.objects.assign(object, "live");
  }
  for (const record of state.trash.values()) takeTrash(shadow, record);
  for (const [sequence, reason] of state.purgesHeld) shadow.purgesHeld.set(sequence, reason);
  takeUploads(shadow, state);
  for (const receipt of state.receipts.keys()) shadow.openReceipts.add(receipt);
  for (const { plan, phase, items } of state.plans.values()) {
    shadow.plans.set(plan.id, { id: plan.id, plan, phase, items: items.map(itemOf) });
  }
  for (const [hash, outcome] of state.embedded) shadow.embedded.set(hash, outcome);
  for (const [left, others] of state.notDuplicates) {
    shadow.notDuplicates.set(left, new Set(others));
  }
}

function fileOf(record: FileRecord): ShadowFile {
  const { entries, objects, ...file } = record;
  return {
    ...file,
    objects,
    bytes: sumBytes(objects),
    albums: [...entries.keys()],
    names: namesOf(entries),
  };
}

function namesOf(entries: FileRecord["entries"]): ShadowFile["names"] {
  const names: NonNullable<ShadowFile["names"]> = new Map();
  for (const [album, name] of entries) if (name !== null) names.set(album, name);
  return names.size === 0 ? null : names;
}

function takeTrash(shadow: ShadowLibrary, kept: TrashRecord): void {
  const { cause, content, contentHash, entries, file, objects, sequence, version } = kept;
  // Both are one list where bytes keep their names: the model tells by that whether they moved.
  const home: readonly StoredObject[] = kept.homeObjects ?? objects;
  const bytes = sumBytes(home);
  shadow.trash.set(sequence, {
    sequence,
    content,
    file,
    version,
    contentHash,
    objects,
    bytes,
    record: { ...kept.record, version, contentHash, objects: home, bytes, albums: [], names: null },
    entries,
    cause,
    atMs: kept.trashedAtMs,
    trueAtMs: shadow.nowMs,
  });
  if (content === "file") shadow.trashedFiles.set(file, sequence);
  if (contentHash !== null) countTrash(shadow, contentHash);
  for (const object of objects) shadow.objects.assign(object, "trash");
}

function countTrash(shadow: ShadowLibrary, contentHash: ContentHash): void {
  shadow.trashByHash.set(contentHash, (shadow.trashByHash.get(contentHash) ?? 0) + 1);
}

function takeUploads(shadow: ShadowLibrary, state: LibraryState): void {
  for (const record of state.reservations.values()) {
    shadow.reservations.set(record.id, { record, trueAtMs: shadow.nowMs });
    shadow.reservedBytes += record.reservedBytes;
    for (const object of record.objects) shadow.objects.assign(object, "staged");
  }
  for (const [name, sizeBytes] of state.awaitingRemoval) {
    // Why it goes is not kept, and nobody asks any more.
    shadow.objects.await({ role: "original", name, sizeBytes }, "purged");
  }
}

function itemOf({ kind }: ItemState): ShadowItem {
  return kind;
}
