import type {
  AlbumId,
  ContentHash,
  FileId,
  LibraryEvent,
  Metadata,
  ReservationRecord,
} from "@scenekeep/engine/core";
import type { PromiseId } from "./promise_id.ts";
import type { ShadowAlbum, ShadowFile, ShadowTrash, Side } from "./shadow_records.ts";

/** One entry that came or went. */
export interface EntryChange {
  readonly album: AlbumId;
  readonly file: FileId;
}

/** A file before its first change in a turn. */
export interface FileBefore {
  readonly live: boolean;
  readonly side: Side;
  readonly albums: readonly AlbumId[];
  readonly contentHash: ContentHash | null;
  readonly version: number;
  readonly metadata: Metadata | null;
}

/** An album before its first change in a turn. */
export interface AlbumBefore {
  readonly exists: boolean;
  readonly cover: FileId | null;
  readonly order: readonly FileId[] | null;
  readonly visibleToOthers: boolean;
}

/** The parts of a plan's life that a turn told of. */
export type ItemEvent = Extract<
  LibraryEvent,
  { kind: "itemApplied" | "itemRevoked" | "itemSkipped" | "itemUndone" }
>;

/** What one committed turn of the librarian changed, with what was there before. */
export class TurnDelta {
  readonly entriesAdded: EntryChange[] = [];
  readonly entriesRemoved: EntryChange[] = [];
  readonly files: Map<FileId, FileBefore> = new Map();
  readonly albums: Map<AlbumId, AlbumBefore> = new Map();
  readonly trashed: ShadowTrash[] = [];
  readonly restored: ShadowTrash[] = [];
  readonly purged: { readonly record: ShadowTrash; readonly cause: "age" | "user" }[] = [];
  readonly items: ItemEvent[] = [];
  /** Reservations that were settled: their objects belong to a file at the end of the turn. */
  readonly settled: ReservationRecord[] = [];
  /** Bytes of objects that became part of a file in this turn and were in none before. */
  uploadedBytes = 0;
  /** Files that somebody else took away, or changed: those come again in the same turn. */
  readonly vanished: Set<FileId> = new Set();
  /** Bytes of them that counted. */
  vanishedBytes = 0;
  /** What does not fit together in the events themselves, in words. */
  readonly contradictions: { readonly promise: PromiseId; readonly detail: string }[] = [];

  /** Forgets the turn. */
  clear(): void {
    this.entriesAdded.length = 0;
    this.entriesRemoved.length = 0;
    if (this.files.size > 0) this.files.clear();
    if (this.albums.size > 0) this.albums.clear();
    this.trashed.length = 0;
    this.restored.length = 0;
    this.purged.length = 0;
    this.items.length = 0;
    this.settled.length = 0;
    this.uploadedBytes = 0;
    this.vanishedBytes = 0;
    if (this.vanished.size > 0) this.vanished.clear();
    this.contradictions.length = 0;
  }

  /** Keeps what a file was, once per turn. */
  keepFile(id: FileId, file: ShadowFile | undefined, side: Side): void {
    if (this.files.has(id)) return;
    this.files.set(id, {
      live: file !== undefined,
      side,
      albums: file === undefined ? [] : file.albums.slice(),
      contentHash: file?.contentHash ?? null,
      version: file?.version ?? 0,
      metadata: file?.metadata ?? null,
    });
  }

  /** Keeps what an album was, once per turn. */
  keepAlbum(id: AlbumId, album: ShadowAlbum | undefined): void {
    if (this.albums.has(id)) return;
    this.albums.set(id, {
      exists: album !== undefined,
      cover: album?.cover ?? null,
      order: album?.order ?? null,
      visibleToOthers: album?.visibleToOthers ?? false,
    });
  }
}
