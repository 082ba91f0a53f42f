import type { AlbumRecord } from "../library/album.ts";
import { pathOfEntry } from "../library/entry_path.ts";
import type { LibraryKind } from "../library/events.ts";
import {
  type FileKind,
  type FileRecord,
  type Metadata,
  type PhotoFacts,
  totalBytes,
} from "../library/file.ts";
import {
  type AlbumId,
  type CaptureId,
  compareText,
  type ContentHash,
  type FileId,
  type LibraryId,
  type OwnerId,
} from "../library/ids.ts";
import type { PlanRequest } from "../library/plan.ts";
import type { LibraryState } from "../library/state.ts";
import { invariant } from "../protocol/invariant.ts";

/** What a planner needs to know of one file. Plain JSON. */
export interface FileFacts {
  /** The file. */
  readonly id: FileId;
  /** Who owns it. Only files of the owner of the library ever go. */
  readonly owner: OwnerId;
  /** What it is made of. */
  readonly kind: FileKind;
  /** The shot that it belongs to, or null. */
  readonly capture: CaptureId | null;
  /** Counts edits. */
  readonly version: number;
  /** Its content, or null when it is unknown. */
  readonly contentHash: ContentHash | null;
  /** The stored bytes of this version were read and have this hash, and can still be read. */
  readonly verified: boolean;
  /** A plan that is being applied, or an edit that is under way, will take these bytes away. */
  readonly removalPending: boolean;
  /** All objects: original, thumbnail, video. */
  readonly sizeBytes: number;
  /** What pixels and camera say. */
  readonly facts: PhotoFacts;
  /** What the user said. */
  readonly metadata: Metadata;
  /** Every album that holds the file, whoever owns it, ordered by id. */
  readonly albums: readonly AlbumId[];
  /** In a folder library: the smallest of its paths by code unit; else null. */
  readonly path: string | null;
}

/** What a planner needs to know of one album. Plain JSON. */
export type AlbumFacts = Pick<
  AlbumRecord,
  "id" | "kind" | "owner" | "visibleToOthers" | "mayAdd"
>;

/**
 * All that a plan is made from: the files that the request names, every other file of their
 * captures and of their content, and the albums that hold any of them. Plain JSON, so it travels in
 * a message.
 */
export interface PlanFacts {
  /** The library. */
  readonly library: LibraryId;
  /** Where its bytes are. */
  readonly libraryKind: LibraryKind;
  /** The library's owner. */
  readonly owner: OwnerId;
  /** Bytes that count against the limit: live and trash. */
  readonly usageBytes: number;
  /** Ordered by id, each once. */
  readonly files: readonly FileFacts[];
  /** Ordered by id, each once; the owner's favorites is always among them. */
  readonly albums: readonly AlbumFacts[];
}

/** The parts of a library's state that planning reads. */
export type PlannedState = Pick<
  LibraryState,
  | "library"
  | "libraryKind"
  | "owner"
  | "files"
  | "filesByHash"
  | "filesByCapture"
  | "albums"
  | "favorites"
  | "usage"
  | "unreadable"
  | "reservations"
  | "plannedRemovals"
>;

/**
 * Selects what `draftPlan` needs from a library, for one request. Files that are not live are left
 * out. Linear in the members of the request, their captures and their entries, plus sorting.
 *
 * @throws {InvariantError} When the library has not been made.
 */
export function planFactsOf(state: PlannedState, request: PlanRequest): PlanFacts {
  const wanted = new Set<FileId>();
  for (const scene of request.scenes) {
    for (const member of scene.members) wanted.add(member.file);
  }
  const albums = new Set<AlbumId>(request.consentAlbums);
  if (request.scope.kind === "album") albums.add(request.scope.album);
  return factsAbout(state, { files: wanted, albums });
}

/**
 * The facts about these files, their captures and their copies, and about these albums and those of
 * the files.
 */
export function factsAbout(
  state: PlannedState,
  wanted: { readonly files: Iterable<FileId>; readonly albums: Iterable<AlbumId> },
): PlanFacts {
  const { library, owner } = state;
  invariant(library !== null && owner !== null, "LIBRARY_MISSING", "Make the library first");
  const edited = filesUnderEdit(state);
  const files = new Map<FileId, FileFacts>();
  const take = (id: FileId): void => {
    const file = files.has(id) ? undefined : state.files.get(id);
    if (file !== undefined) files.set(id, fileFacts(state, file, edited));
  };
  const contents = new Set<ContentHash>();
  for (const id of wanted.files) {
    take(id);
    const file = state.files.get(id);
    if (file === undefined) continue;
    if (file.contentHash !== null) contents.add(file.contentHash);
    if (file.capture === null) continue;
    for (const part of state.filesByCapture.get(file.capture) ?? []) take(part);
  }
  // Whether a stand-in shows anything new depends on every copy of its content.
  for (const content of contents) {
    for (const copy of state.filesByHash.get(content) ?? []) take(copy);
  }
  const albumIds = new Set<AlbumId>(wanted.albums);
  const favorites = state.favorites.get(owner);
  if (favorites !== undefined) albumIds.add(favorites);
  for (const file of files.values()) for (const album of file.albums) albumIds.add(album);
  return {
    library,
    libraryKind: state.libraryKind,
    owner,
    usageBytes: state.usage.liveBytes + state.usage.trashBytes,
    files: [...files.values()].sort((left, right) => compareText(left.id, right.id)),
    albums: [...albumIds].sort(compareText).flatMap((id) => albumFacts(state, id)),
  };
}

function filesUnderEdit(state: PlannedState): ReadonlySet<FileId> {
  const edited = new Set<FileId>();
  for (const reservation of state.reservations.values()) {
    if (reservation.replaces !== null) edited.add(reservation.replaces);
  }
  return edited;
}

function fileFacts(
  state: PlannedState,
  file: FileRecord,
  edited: ReadonlySet<FileId>,
): FileFacts {
  return {
    id: file.id,
    owner: file.owner,
    kind: file.kind,
    capture: file.capture,
    version: file.version,
    contentHash: file.contentHash,
    verified: file.verified && !state.unreadable.has(file.id),
    removalPending: state.plannedRemovals.has(file.id) || edited.has(file.id),
    sizeBytes: totalBytes(file.objects),
    facts: file.facts,
    metadata: file.metadata,
    albums: [...file.entries.keys()].sort(compareText),
    path: state.libraryKind === "folder" ? smallestPath(file) : null,
  };
}

function smallestPath(file: FileRecord): string {
  let smallest: string | null = null;
  for (const [album, entryName] of file.entries) {
    const name = entryName ?? file.name;
    const path = pathOfEntry(album, name);
    if (smallest === null || compareText(path, smallest) < 0) smallest = path;
  }
  return smallest ?? file.name;
}

function albumFacts(state: PlannedState, id: AlbumId): AlbumFacts[] {
  const album = state.albums.get(id);
  if (album === undefined) return [];
  const { kind, owner, visibleToOthers, mayAdd } = album;
  return [{ id, kind, owner, visibleToOthers, mayAdd }];
}
