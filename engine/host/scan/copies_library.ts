import {
  type ContentHash,
  type EngineTypes,
  identifier,
  LIBRARIAN_ACTOR,
  type LibraryId,
  type LibraryState,
  type OwnerId,
  type RecordedFile,
  restoreState,
} from "@scenekeep/engine/core";
import type { FolderLibrary } from "../folder/folder_library.ts";

type Event = EngineTypes["event"];

/**
 * The state of a library that was told of a folder and of what its files hold: folded from the
 * events that a librarian records, without one. Linear.
 *
 * @param contents What files hold, by path: a hash, or a sign as `SameSizeReader` gives it.
 */
export function copiesLibrary(
  folder: FolderLibrary,
  contents: ReadonlyMap<string, string>,
): LibraryState {
  return restoreState(LIBRARIAN_ACTOR, { snapshot: null, events: eventsOf(folder, contents) });
}

const OWNER = identifier<OwnerId>("you");

function* eventsOf(
  folder: FolderLibrary,
  contents: ReadonlyMap<string, string>,
): Generator<Event> {
  yield {
    kind: "libraryMade",
    library: identifier<LibraryId>("folder"),
    libraryKind: "folder",
    owner: OWNER,
    limitBytes: Number.MAX_SAFE_INTEGER,
  };
  for (const { album, hidden } of folder.albums) {
    yield {
      kind: "albumMade",
      album,
      albumKind: hidden ? "hidden" : "regular",
      owner: OWNER,
      name: album,
      visibleToOthers: false,
      mayAdd: true,
    };
  }
  for (const file of folder.files) yield* fileEvents(file, contents.get(file.file) ?? null);
}

function* fileEvents(recorded: RecordedFile, content: string | null): Generator<Event> {
  const { file, entries, fileKind, name, capture, objects, facts, metadata } = recorded;
  const contentHash = content === null ? null : identifier<ContentHash>(content);
  yield {
    kind: "fileAdded",
    file,
    owner: OWNER,
    fileKind,
    name,
    capture,
    contentHash,
    objects,
    facts,
    metadata,
  };
  for (const entry of entries) {
    yield { kind: "entryAdded", album: entry.album, file, name: entry.name };
  }
  if (contentHash !== null) yield { kind: "hashVerified", file, version: 1, contentHash };
}
