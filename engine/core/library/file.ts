import type { ObjectName } from "../protocol/ids.ts";
import type { AlbumId, CaptureId, ContentHash, FileId, OwnerId } from "./ids.ts";

/** One stored object of a file. Every object counts against the limit. */
export interface StoredObject {
  /** `link`: a name of a trashed file of a folder library that was a link; it has no bytes. */
  readonly role: "original" | "thumbnail" | "video" | "link";
  readonly name: ObjectName;
  readonly sizeBytes: number;
}

/** What the pixels and the camera say. Integers only; unknown is null. */
export interface PhotoFacts {
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Quantised sharpness of the picture, larger is sharper; null before it is measured. */
  readonly sharpness: number | null;
  /** When the picture was taken, milliseconds since 1970; null when nothing says. */
  readonly takenAtMs: number | null;
  readonly raw: boolean;
  /** True when the bytes are known to be a reduced or re-encoded copy of another picture. */
  readonly reencoded: boolean;
  /** What the picture shows to have been lost; absent before it is looked at. */
  readonly losses?: PictureLosses;
}

/** What a picture has lost since it was taken, beside another one of the same thing. */
export interface PictureLosses {
  /** It does not say which camera took it, nor when. */
  readonly metadata: boolean;
  /** It is in shades of grey. */
  readonly colour: boolean;
  /** How much of it is blown out or black: a step is four times as much. */
  readonly clippedSteps: number;
  /** Its file holds not one word about it. Absent in what was recorded before this was told. */
  readonly words?: boolean;
  /** How much of it is an even border: the bars of a screen, a mount. Absent as `words`. */
  readonly borderTenths?: number;
  /**
   * Traces of lossy compression on its pixels: a step is twice as much. Absent where there are
   * none, or nobody has looked: only pictures that show the same as another are looked at.
   */
  readonly compressionSteps?: number;
}

/** What decoding a picture tells of it besides its vector. */
export interface MeasuredFacts {
  /** Of the upright picture. */
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Milliseconds since 1970, by the camera's clock; null when the picture does not say. */
  readonly takenAtMs: number | null;
  readonly losses?: PictureLosses;
}

/** What the user said about a file. */
export interface Metadata {
  readonly caption: string;
  /** 0 to 5. */
  readonly rating: number;
  readonly tags: readonly string[];
  readonly archived: boolean;
  readonly hidden: boolean;
  readonly editedName: string | null;
  readonly editedDateMs: number | null;
  readonly editedLocation: string | null;
  readonly editedOrientation: number | null;
}

/** A file on which the user has said nothing. */
export const NO_METADATA: Metadata = {
  caption: "",
  rating: 0,
  tags: [],
  archived: false,
  hidden: false,
  editedName: null,
  editedDateMs: null,
  editedLocation: null,
  editedOrientation: null,
};

/** What a file is made of. A live photo is one file with a picture and a video. */
export type FileKind = "photo" | "live" | "video" | "other";

/**
 * One live file of the library.
 *
 * `version` counts edits. `contentHash` null means unknown and equals nothing. `verified` says that
 * the engine itself has read the stored bytes of this version and found this hash.
 */
export interface FileRecord {
  readonly id: FileId;
  readonly owner: OwnerId;
  readonly kind: FileKind;
  readonly name: string;
  readonly capture: CaptureId | null;
  version: number;
  contentHash: ContentHash | null;
  verified: boolean;
  objects: readonly StoredObject[];
  facts: PhotoFacts;
  metadata: Metadata;
  /** Albums that hold the file, and the name that it has there (folder libraries; else null). */
  readonly entries: Map<AlbumId, string | null>;
}

/** The bytes of all objects of a file or version. */
export function totalBytes(objects: readonly StoredObject[]): number {
  let sum = 0;
  for (const object of objects) sum += object.sizeBytes;
  return sum;
}

/** Pixels of the picture; 0 when unknown. */
export function pixelsOf(facts: PhotoFacts): number {
  return facts.widthPixels * facts.heightPixels;
}
