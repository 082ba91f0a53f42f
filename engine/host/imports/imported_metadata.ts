import { type FileId, mergeMetadata, type Metadata, NO_METADATA } from "@scenekeep/engine/core";
import type { KeptLibrary } from "../clean_up/kept_library.ts";
import type { ExportedMetadata } from "./exported_item.ts";

/** What became of what an export says of a file. */
export interface TakenMetadata {
  readonly isChanged: boolean;
  /** Values that the library has otherwise, and keeps. */
  readonly conflicts: readonly string[];
}

/** What an export says, in the words of a library: people are tags, a place is two numbers. */
export function metadataOf(said: ExportedMetadata): Metadata {
  const { archived, description, location, people, takenAtMs } = said;
  return {
    ...NO_METADATA,
    caption: description,
    tags: people,
    archived,
    editedDateMs: takenAtMs,
    editedLocation: location === null ? null : `${location.latitude},${location.longitude}`,
  };
}

/**
 * Puts into the journal of a library what an export says of a file, united with what is said of it
 * there (R6). Saying the same again changes nothing.
 */
export async function takeMetadata(
  kept: KeptLibrary,
  file: FileId,
  said: ExportedMetadata,
): Promise<TakenMetadata> {
  const record = kept.state.files.get(file);
  if (record === undefined) return { isChanged: false, conflicts: [] };
  const told = metadataOf(said);
  const isNew = isSame(record.metadata, NO_METADATA);
  const merged = isNew ? null : mergeMetadata(record.metadata, told, { text: "merge" });
  const after = merged?.after ?? told;
  let isChanged = !isSame(record.metadata, after);
  if (isChanged) await kept.ask({ kind: "changeMetadata", file, change: after }, "accepted");
  const owner = kept.state.owner;
  const favorites = owner === null ? undefined : kept.state.favorites.get(owner);
  if (said.favorite && favorites !== undefined && !record.entries.has(favorites)) {
    await kept.ask({ kind: "setFavorite", file, favorite: true }, "accepted");
    isChanged = true;
  }
  return { isChanged, conflicts: merged?.conflicts ?? [] };
}

function isSame(left: Metadata, right: Metadata): boolean {
  return JSON.stringify({ ...NO_METADATA, ...left }) ===
    JSON.stringify({ ...NO_METADATA, ...right });
}
