import type {
  AlbumId,
  AlbumKind,
  CaptureId,
  ContentHash,
  FileId,
  FileKind,
  Metadata,
  ObjectName,
  OwnerId,
  PhotoFacts,
  Plan,
  PlanId,
  ReservationRecord,
  StoredObject,
  TrashCause,
  TrashedEntry,
} from "@scenekeep/engine/core";

/** A live file as the checkers know it. */
export interface ShadowFile {
  readonly id: FileId;
  readonly owner: OwnerId;
  readonly kind: FileKind;
  readonly name: string;
  readonly capture: CaptureId | null;
  version: number;
  contentHash: ContentHash | null;
  verified: boolean;
  objects: readonly StoredObject[];
  bytes: number;
  facts: PhotoFacts;
  metadata: Metadata;
  /** Albums that hold it; few, so an array is smaller and faster than a set. */
  albums: AlbumId[];
  /** Names in folder albums; null while every name is. */
  names: Map<AlbumId, string> | null;
}

/** An album as the checkers know it. */
export interface ShadowAlbum {
  readonly id: AlbumId;
  readonly kind: AlbumKind;
  readonly owner: OwnerId;
  readonly mayAdd: boolean;
  name: string;
  visibleToOthers: boolean;
  cover: FileId | null;
  order: readonly FileId[] | null;
  readonly files: Set<FileId>;
}

/** What is in the trash, as the checkers know it. */
export interface ShadowTrash {
  readonly sequence: number;
  readonly content: "file" | "version";
  readonly file: FileId;
  readonly version: number;
  readonly contentHash: ContentHash | null;
  readonly objects: readonly StoredObject[];
  readonly bytes: number;
  /** The file as it was; for a version, the part that a restore would need is in its event. */
  readonly record: ShadowFile;
  readonly entries: readonly TrashedEntry[];
  readonly cause: TrashCause;
  /** Witnessed time by the librarian's word. */
  readonly atMs: number;
  /** True virtual time. */
  readonly trueAtMs: number;
}

/** Who answers for the bytes of a stored object. */
export type ObjectDuty = "live" | "trash" | "staged" | "awaiting";

/** One object of the store as the journal knows it. */
export interface ShadowObject {
  readonly name: ObjectName;
  sizeBytes: number;
  duty: ObjectDuty;
  /** Why it awaits removal. */
  reason: "purged" | "abandoned" | null;
}

/** What became of one item, by events alone. */
export type ShadowItem = "waiting" | "applied" | "skipped" | "undone";

/** One plan as the checkers know it. */
export interface ShadowPlan {
  readonly id: PlanId;
  readonly plan: Plan;
  phase: "proposed" | "applying" | "finished" | "undoing" | "undone" | "discarded";
  readonly items: ShadowItem[];
}

/** A reservation as the checkers know it. */
export interface ShadowReservation {
  readonly record: ReservationRecord;
  readonly trueAtMs: number;
}

/** On which side of the barrier a file is. */
export type Side = "visible" | "hidden" | "mixed";
