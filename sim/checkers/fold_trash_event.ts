import type { StoredObject, TrashEvent } from "@scenekeep/engine/core";
import { removeEntry } from "./fold_album_event.ts";
import { assignAll, moveObjects } from "./fold_file_event.ts";
import type { PromiseId } from "./promise_id.ts";
import type { ShadowFile, ShadowTrash } from "./shadow_records.ts";
import type { ShadowLibrary } from "./shadow_library.ts";

/** Folds what went to the trash, came back, or went for good. */
export function foldTrashEvent(shadow: ShadowLibrary, event: TrashEvent): void {
  switch (event.kind) {
    case "fileTrashed":
      return trashFile(shadow, event);
    case "versionTrashed": {
      const file = shadow.touchFile(event.file);
      if (file === undefined) {
        return contradict(shadow, "INV-LOSS-1", `Version of ${event.file}, which is not live`);
      }
      keepInTrash(shadow, {
        sequence: event.sequence,
        content: "version",
        file,
        entries: [],
        cause: { kind: "edit" },
        atMs: event.atMs,
        slots: null,
      });
      return;
    }
    case "fileRestored":
      return restore(shadow, event.sequence);
    case "purged":
      return purge(shadow, event);
    case "purgeHeld":
      shadow.purgesHeld.set(event.sequence, event.reason);
      return;
  }
}

function trashFile(
  shadow: ShadowLibrary,
  event: Extract<TrashEvent, { kind: "fileTrashed" }>,
): void {
  const file = shadow.touchFile(event.file);
  if (file === undefined) {
    return contradict(shadow, "INV-LOSS-1", `File ${event.file} was trashed and is not live`);
  }
  // Entries that the same turn took away before count too: a restore must bring them all back.
  const told = new Set<string>(event.entries.map((entry) => entry.album));
  for (const id of file.albums) {
    if (told.has(id)) continue;
    contradict(shadow, "INV-UNDO-1", `Trash record of ${file.id} forgets its entry in ${id}`);
  }
  for (const id of file.albums.slice()) {
    const album = shadow.touchAlbum(id);
    if (album !== undefined) removeEntry(shadow, album, file);
  }
  keepInTrash(shadow, { ...event, content: "file", file, slots: event.slots ?? null });
  shadow.trashedFiles.set(file.id, event.sequence);
  shadow.unindexContent(file);
  shadow.files.delete(file.id);
}

function keepInTrash(
  shadow: ShadowLibrary,
  kept: Pick<ShadowTrash, "sequence" | "content" | "entries" | "cause" | "atMs"> & {
    readonly file: ShadowFile;
    readonly slots: readonly StoredObject[] | null;
  },
): void {
  const { file, slots } = kept;
  if (shadow.trash.has(kept.sequence)) {
    contradict(shadow, "INV-IDEM-1", `Trash sequence ${kept.sequence} was used twice`);
  }
  const record: ShadowTrash = {
    sequence: kept.sequence,
    content: kept.content,
    file: file.id,
    version: file.version,
    contentHash: file.contentHash,
    objects: slots ?? file.objects,
    bytes: file.bytes,
    record: kept.content === "file" ? file : { ...file, albums: [], names: null },
    entries: kept.entries,
    cause: kept.cause,
    atMs: kept.atMs,
    trueAtMs: shadow.nowMs,
  };
  shadow.trash.set(kept.sequence, record);
  countTrash(shadow, record, 1);
  if (slots === null) assignAll(shadow, file.objects, "trash");
  else moveObjects(shadow, { from: file.objects, to: slots, duty: "trash" });
  shadow.delta.trashed.push(record);
}

function restore(shadow: ShadowLibrary, sequence: number): void {
  const record = shadow.trash.get(sequence);
  if (record === undefined) {
    return contradict(shadow, "INV-IDEM-1", `Trash ${sequence} was restored and is not there`);
  }
  forget(shadow, record);
  shadow.delta.restored.push(record);
  if (record.content === "version") return;
  shadow.touchFile(record.file);
  const file = record.record;
  file.albums = [];
  file.names = null;
  shadow.files.set(file.id, file);
  shadow.indexContent(file);
  if (record.objects === file.objects) assignAll(shadow, file.objects, "live");
  else moveObjects(shadow, { from: record.objects, to: file.objects, duty: "live" });
}

function purge(shadow: ShadowLibrary, event: Extract<TrashEvent, { kind: "purged" }>): void {
  const record = shadow.trash.get(event.sequence);
  if (record === undefined) {
    return contradict(shadow, "INV-IDEM-1", `Trash ${event.sequence} was purged twice`);
  }
  forget(shadow, record);
  shadow.purgedBytes += record.bytes;
  for (const object of record.objects) shadow.objects.await(object, "purged");
  shadow.delta.purged.push({ record, cause: event.cause });
}

function forget(shadow: ShadowLibrary, record: ShadowTrash): void {
  shadow.trash.delete(record.sequence);
  shadow.purgesHeld.delete(record.sequence);
  if (record.content === "file") shadow.trashedFiles.delete(record.file);
  countTrash(shadow, record, -1);
}

function countTrash(shadow: ShadowLibrary, record: ShadowTrash, by: 1 | -1): void {
  if (record.contentHash === null) return;
  const count = (shadow.trashByHash.get(record.contentHash) ?? 0) + by;
  if (count === 0) shadow.trashByHash.delete(record.contentHash);
  else shadow.trashByHash.set(record.contentHash, count);
}

function contradict(shadow: ShadowLibrary, promise: PromiseId, detail: string): void {
  shadow.delta.contradictions.push({ promise, detail });
}
