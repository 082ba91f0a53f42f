import { type Branded, identifier, type ObjectName } from "../protocol/ids.ts";
import type { AlbumKind } from "../library/album.ts";
import type { LibraryKind } from "../library/events.ts";
import {
  type FileKind,
  type FileRecord,
  type Metadata,
  NO_METADATA,
  type PhotoFacts,
  type StoredObject,
  totalBytes,
} from "../library/file.ts";
import type { AlbumId, CaptureId, FileId, OwnerId } from "../library/ids.ts";
import type {
  KeepRule,
  PlanRequest,
  ReviewedScene,
  SceneDecision,
  SceneTier,
} from "../library/plan.ts";
import { emptyLibrary, type LibraryState } from "../library/state.ts";
import { indexContent } from "../librarian/indexes.ts";

/** The owner of every library made here. */
export const ME: OwnerId = identifier("me");
/** The owner's favorites album. */
export const FAVORITES: AlbumId = identifier("favorites");
/** The owner's uncategorized album. */
export const UNCATEGORIZED: AlbumId = identifier("uncategorized");

/** One album, in short. Left out: regular, own, seen by nobody else, writable. */
export interface AlbumSpec {
  readonly id: string;
  readonly kind?: AlbumKind;
  readonly owner?: string;
  readonly visibleToOthers?: boolean;
  readonly mayAdd?: boolean;
}

/**
 * One file, in short. Left out: an own, verified photo of 4000x3000 and 1000 bytes, in no capture.
 */
export interface FileSpec {
  readonly id: string;
  /** Null for unknown content. Left out: content of its own. */
  readonly hash?: string | null;
  readonly albums: readonly string[];
  readonly kind?: FileKind;
  readonly owner?: string;
  readonly capture?: string | null;
  readonly verified?: boolean;
  readonly version?: number;
  readonly sizeBytes?: number;
  readonly thumbnailBytes?: number;
  readonly metadata?: Partial<Metadata>;
  readonly facts?: Partial<PhotoFacts>;
}

/** One library, in short. Favorites and uncategorized are always there. */
export interface LibrarySpec {
  readonly kind?: LibraryKind;
  readonly albums?: readonly AlbumSpec[];
  readonly files: readonly FileSpec[];
}

const PLAIN_FACTS: PhotoFacts = {
  widthPixels: 4000,
  heightPixels: 3000,
  sharpness: null,
  takenAtMs: null,
  raw: false,
  reencoded: false,
};

/** Makes the state of a library, as if its files had been uploaded and verified. */
export function libraryOf(spec: LibrarySpec): LibraryState {
  const state = emptyLibrary();
  state.library = id("library");
  state.libraryKind = spec.kind ?? "stored";
  state.owner = ME;
  addAlbum(state, { id: FAVORITES, kind: "favorites" });
  addAlbum(state, { id: UNCATEGORIZED, kind: "uncategorized" });
  for (const album of spec.albums ?? []) addAlbum(state, album);
  for (const file of spec.files) addFile(state, file);
  state.favorites.set(ME, FAVORITES);
  state.uncategorized.set(ME, UNCATEGORIZED);
  return state;
}

function id<Id extends Branded<string>>(text: string): Id {
  return identifier<Id>(text);
}

function addAlbum(state: LibraryState, spec: AlbumSpec): void {
  state.albums.set(id(spec.id), {
    id: id(spec.id),
    kind: spec.kind ?? "regular",
    owner: id(spec.owner ?? ME),
    name: spec.id,
    visibleToOthers: spec.visibleToOthers ?? false,
    mayAdd: spec.mayAdd ?? true,
    cover: null,
    order: null,
    entries: new Set(),
  });
}

function addFile(state: LibraryState, spec: FileSpec): void {
  const hash = spec.hash === undefined ? `content of ${spec.id}` : spec.hash;
  const capture = spec.capture === undefined || spec.capture === null
    ? null
    : id<CaptureId>(spec.capture);
  const file: FileRecord = {
    id: id(spec.id),
    owner: id(spec.owner ?? ME),
    kind: spec.kind ?? "photo",
    name: `${spec.id}.jpg`,
    capture,
    version: spec.version ?? 1,
    contentHash: hash === null ? null : id(hash),
    verified: hash !== null && (spec.verified ?? true),
    objects: objectsOf(spec),
    facts: { ...PLAIN_FACTS, ...spec.facts },
    metadata: { ...NO_METADATA, ...spec.metadata },
    entries: new Map(spec.albums.map((album) => [id<AlbumId>(album), null])),
  };
  state.files.set(file.id, file);
  for (const album of file.entries.keys()) {
    const record = state.albums.get(album);
    if (record === undefined) throw new RangeError(`File ${spec.id} is in unknown album ${album}`);
    record.entries.add(file.id);
  }
  if (file.contentHash !== null) indexContent(state, file.contentHash, file.id);
  if (capture !== null) index(state.filesByCapture, capture, file.id);
  if (file.owner === ME) state.usage.liveBytes += totalBytes(file.objects);
}

function index<Key>(map: Map<Key, Set<FileId>>, key: Key, file: FileId): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([file]));
  else known.add(file);
}

function objectsOf(spec: FileSpec): StoredObject[] {
  const object = (role: StoredObject["role"], sizeBytes: number): StoredObject => ({
    role,
    name: id<ObjectName>(`library/${spec.id}/${role}`),
    sizeBytes,
  });
  const objects = [object("original", spec.sizeBytes ?? 1000)];
  if (spec.thumbnailBytes !== undefined) objects.push(object("thumbnail", spec.thumbnailBytes));
  if (spec.kind === "live") objects.push(object("video", 500));
  return objects;
}

/** One reviewed scene, in short: members as `name` to keep and `-name` to delete. */
export interface SceneSpec {
  readonly id: string;
  readonly members: readonly string[];
  readonly tier?: SceneTier;
  /** Distance of two members by their names; left out for exact scenes. */
  readonly distance?: (left: string, right: string) => number;
}

/** One request, in short. Left out: the whole library, without consent or rules. */
export interface RequestSpec {
  readonly cleanup: "exact" | "similar";
  readonly scenes: readonly (SceneSpec | ReviewedScene)[];
  readonly album?: string;
  readonly consent?: readonly string[];
  readonly keepRules?: readonly KeepRule[];
}

/** Makes a request. */
export function requestOf(spec: RequestSpec): PlanRequest {
  return {
    plan: id("plan"),
    cleanup: spec.cleanup,
    scope: spec.album === undefined
      ? { kind: "library" }
      : { kind: "album", album: id(spec.album) },
    scenes: spec.scenes.map((scene) =>
      "diameter" in scene ? scene : reviewedScene(scene, spec.cleanup)
    ),
    consentAlbums: (spec.consent ?? []).map((album) => id<AlbumId>(album)),
    keepRules: spec.keepRules ?? [],
  };
}

function reviewedScene(spec: SceneSpec, cleanup: "exact" | "similar"): ReviewedScene {
  const tier = spec.tier ?? (cleanup === "exact" ? "exact" : "similar");
  const members = spec.members.map((text): SceneDecision =>
    text.startsWith("-")
      ? { file: id(text.slice(1)), choice: "delete" }
      : { file: id(text), choice: "keep" }
  );
  const distances: [number, number, number][] = [];
  let diameter = 0;
  for (let left = 0; tier !== "exact" && left < members.length; left += 1) {
    for (let right = left + 1; right < members.length; right += 1) {
      const names = [members[left]?.file ?? "", members[right]?.file ?? ""] as const;
      const distance = spec.distance?.(...names) ?? 1;
      diameter = Math.max(diameter, distance);
      distances.push([left, right, distance]);
    }
  }
  return { id: id(spec.id), tier, diameter, members, distances };
}
