import type {
  AlbumId,
  ContentHash,
  FileId,
  LibraryEvent,
  LibraryKind,
  OwnerId,
  PlanId,
  ReceiptId,
  ReservationId,
} from "@scenekeep/engine/core";
import { ObjectLedger } from "./object_ledger.ts";
import type {
  ShadowAlbum,
  ShadowFile,
  ShadowPlan,
  ShadowReservation,
  ShadowTrash,
  Side,
} from "./shadow_records.ts";
import { foldAlbumEvent } from "./fold_album_event.ts";
import { foldFileEvent } from "./fold_file_event.ts";
import { foldPlanEvent } from "./fold_plan_event.ts";
import { foldTrashEvent } from "./fold_trash_event.ts";
import { TurnDelta } from "./turn_delta.ts";

/**
 * The library as the events alone tell it: the checkers' own model, sharing no code with the
 * librarian. Folding an event costs what the event changes.
 */
export class ShadowLibrary {
  libraryKind: LibraryKind = "stored";
  owner: OwnerId | null = null;
  limitBytes = 0;
  /** Bytes purged since the library was made. */
  purgedBytes = 0;
  /** Bytes that all open reservations may settle for. */
  reservedBytes = 0;
  /** How many events were folded. */
  eventsFolded = 0;
  readonly files: Map<FileId, ShadowFile> = new Map();
  readonly albums: Map<AlbumId, ShadowAlbum> = new Map();
  /** Live files by content; one list per content. */
  readonly filesByHash: Map<ContentHash, FileId[]> = new Map();
  /** Live photos by the hash of their picture alone. */
  readonly liveByStill: Map<ContentHash, FileId[]> = new Map();
  readonly trash: Map<number, ShadowTrash> = new Map();
  /** How many trash records hold a content. */
  readonly trashByHash: Map<ContentHash, number> = new Map();
  /** The trash record of a trashed file. */
  readonly trashedFiles: Map<FileId, number> = new Map();
  readonly purgesHeld: Map<number, string> = new Map();
  readonly reservations: Map<ReservationId, ShadowReservation> = new Map();
  readonly objects: ObjectLedger = new ObjectLedger();
  readonly openReceipts: Set<ReceiptId> = new Set();
  readonly plans: Map<PlanId, ShadowPlan> = new Map();
  readonly embedded: Map<ContentHash, "embedded" | "notEmbeddable"> = new Map();
  readonly notDuplicates: Map<ContentHash, Set<ContentHash>> = new Map();
  /** What the turn being folded changed. */
  readonly delta: TurnDelta = new TurnDelta();
  /** True virtual time of the turn being folded. */
  nowMs = 0;

  /** Folds one committed turn; `delta` then says what it changed, until the next turn. */
  foldTurn(events: readonly LibraryEvent[], nowMs: number): void {
    this.delta.clear();
    this.nowMs = nowMs;
    for (const event of events) {
      this.eventsFolded += 1;
      this.#fold(event);
    }
  }

  /** On which side of the barrier a live file is. */
  sideOf(file: ShadowFile | undefined): Side {
    if (file === undefined) return "visible";
    if (file.metadata.hidden) return "hidden";
    let hidden = 0;
    for (const id of file.albums) if (this.albums.get(id)?.kind === "hidden") hidden += 1;
    if (hidden === 0) return "visible";
    return hidden === file.albums.length ? "hidden" : "mixed";
  }

  /** Keeps what a file was before its first change in this turn. */
  touchFile(id: FileId): ShadowFile | undefined {
    const file = this.files.get(id);
    if (!this.delta.files.has(id)) this.delta.keepFile(id, file, this.sideOf(file));
    return file;
  }

  /** Keeps what an album was before its first change in this turn. */
  touchAlbum(id: AlbumId): ShadowAlbum | undefined {
    const album = this.albums.get(id);
    this.delta.keepAlbum(id, album);
    return album;
  }

  /**
   * True when a live file that shows this content has an entry in the album: one with these bytes,
   * or for a picture a live photo that begins with it.
   */
  albumShows(album: ShadowAlbum, contentHash: ContentHash): boolean {
    return this.showing(contentHash).some((id) => album.files.has(id));
  }

  /** Live files that show this content. */
  showing(contentHash: ContentHash): readonly FileId[] {
    const same = this.filesByHash.get(contentHash) ?? [];
    const moving = this.liveByStill.get(contentHash);
    return moving === undefined ? same : [...same, ...moving];
  }

  /** Adds a live file to the index by content. */
  indexContent(file: ShadowFile): void {
    if (file.contentHash === null) return;
    addTo(this.filesByHash, file.contentHash, file.id);
    const still = stillOf(file.contentHash);
    if (still !== null) addTo(this.liveByStill, still, file.id);
  }

  /** Takes a file out of the index by content. */
  unindexContent(file: ShadowFile): void {
    if (file.contentHash === null) return;
    takeFrom(this.filesByHash, file.contentHash, file.id);
    const still = stillOf(file.contentHash);
    if (still !== null) takeFrom(this.liveByStill, still, file.id);
  }

  #fold(event: LibraryEvent): void {
    switch (event.kind) {
      case "libraryMade":
        this.libraryKind = event.libraryKind;
        this.owner = event.owner;
        this.limitBytes = event.limitBytes;
        return;
      case "limitSet":
        this.limitBytes = event.limitBytes;
        return;
      case "clockWitnessed":
        return;
      case "albumMade":
      case "albumRenamed":
      case "albumShared":
      case "albumArranged":
      case "albumDeleted":
      case "entryAdded":
      case "entryRemoved":
        return foldAlbumEvent(this, event);
      case "fileAdded":
      case "fileVanished":
      case "fileMoved":
      case "fileEdited":
      case "hashVerified":
      case "hashFailed":
      case "contentEmbedded":
      case "embeddingLost":
      case "factsMeasured":
      case "tracesFound":
      case "metadataChanged":
      case "notDuplicatesMarked":
      case "uploadReserved":
      case "uploadSettled":
      case "uploadAbandoned":
      case "objectRemoved":
        return foldFileEvent(this, event);
      case "fileTrashed":
      case "versionTrashed":
      case "fileRestored":
      case "purged":
      case "purgeHeld":
        return foldTrashEvent(this, event);
      // On their way: what becomes of the files is told by events of its own.
      case "namesMoving":
      case "namesMoved":
        return;
      default:
        return foldPlanEvent(this, event);
    }
  }
}

/** The picture of a live photo's content; null for all other content. */
export function stillOf(contentHash: ContentHash): ContentHash | null {
  const colon = contentHash.indexOf(":");
  return colon < 0 ? null : contentHash.slice(0, colon) as ContentHash;
}

function addTo(index: Map<ContentHash, FileId[]>, key: ContentHash, file: FileId): void {
  const list = index.get(key);
  if (list === undefined) index.set(key, [file]);
  else list.push(file);
}

function takeFrom(index: Map<ContentHash, FileId[]>, key: ContentHash, file: FileId): void {
  const list = index.get(key);
  if (list === undefined) return;
  const place = list.indexOf(file);
  if (place >= 0) list.splice(place, 1);
  if (list.length === 0) index.delete(key);
}
