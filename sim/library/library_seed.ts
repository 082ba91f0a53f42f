import {
  type AlbumId,
  type FileId,
  identifier,
  type LibraryEvent,
  type LibraryKind,
  type Metadata,
  NO_METADATA,
  type ObjectName,
  type OwnerId,
  type StoredObject,
} from "@scenekeep/engine/core";
import { LIBRARY_STORE } from "../checkers/stored_bytes.ts";
import type { Content } from "../world/object_holder.ts";
import { FAVORITES, LIBRARY, OWNER, UNCATEGORIZED } from "./library_names.ts";

/** A library as it is before the run: its journal, and the bytes in its store. */
export interface LibrarySeed {
  readonly kind: LibraryKind;
  readonly events: LibraryEvent[];
  readonly objects: { readonly name: ObjectName; readonly content: Content }[];
  /** Links of a folder library: path, and the path that it leads to. */
  readonly links: { readonly path: string; readonly target: string }[];
}

/** An album of the start. */
export interface SeedAlbum {
  readonly id: AlbumId;
  readonly kind: "regular" | "hidden";
  readonly owner: OwnerId;
  readonly name: string;
  readonly visibleToOthers: boolean;
  readonly mayAdd: boolean;
}

/** A file of the start. */
export interface SeedFile {
  readonly event: Omit<Extract<LibraryEvent, { kind: "fileAdded" }>, "kind" | "metadata">;
  readonly metadata?: Partial<Metadata>;
  readonly albums: readonly AlbumId[];
  /** Hash of each object's bytes, in the order of the objects. */
  readonly hashes: readonly string[];
}

/** An empty library of its kind. */
export function newSeed(options: { kind: LibraryKind; limitBytes: number }): LibrarySeed {
  const seed: LibrarySeed = { kind: options.kind, events: [], objects: [], links: [] };
  seed.events.push({
    kind: "libraryMade",
    library: LIBRARY,
    libraryKind: options.kind,
    owner: OWNER,
    limitBytes: options.limitBytes,
  });
  const common = { kind: "albumMade", owner: OWNER, visibleToOthers: false, mayAdd: true } as const;
  seed.events.push(
    { ...common, album: FAVORITES, albumKind: "favorites", name: "Favorites" },
    { ...common, album: UNCATEGORIZED, albumKind: "uncategorized", name: "Uncategorized" },
  );
  return seed;
}

/** Adds an album. */
export function seedAlbum(seed: LibrarySeed, album: SeedAlbum): void {
  const { id, kind, ...rest } = album;
  seed.events.push({ kind: "albumMade", album: id, albumKind: kind, ...rest });
}

/** Adds a file with its entries, and its bytes to the store. */
export function seedFile(seed: LibrarySeed, file: SeedFile): void {
  const { event, albums, hashes } = file;
  const metadata = file.metadata === undefined ? NO_METADATA : { ...NO_METADATA, ...file.metadata };
  seed.events.push({ kind: "fileAdded", ...event, metadata });
  for (const album of albums) {
    seed.events.push({ kind: "entryAdded", album, file: event.file, name: null });
  }
  // The bytes of other people's files are in their own libraries.
  if (event.owner !== OWNER) return;
  for (const [index, { name, sizeBytes }] of event.objects.entries()) {
    seed.objects.push({ name, content: { sizeBytes, contentHash: hashes[index] ?? "" } });
  }
}

/**
 * Adds a file of a folder library under its name: the first album is the folder that has the bytes,
 * each further one a link to them. Favorites is no folder.
 */
export function seedFolderFile(seed: LibrarySeed, file: SeedFile): void {
  const { event } = file;
  const [home, ...others] = file.albums.filter((album) => album !== FAVORITES);
  const path = pathOf(home, event.name);
  const objects = event.objects.map((object): StoredObject => {
    const suffix = object.role === "original" ? "" : `.${object.role}`;
    return { ...object, name: identifier(`${LIBRARY_STORE}/${path}${suffix}`) };
  });
  seedFile(seed, { ...file, event: { ...event, objects }, albums: [] });
  for (const album of file.albums) {
    const name = album === FAVORITES ? null : event.name;
    seed.events.push({ kind: "entryAdded", album, file: event.file, name });
  }
  for (const album of others) seed.links.push({ path: pathOf(album, event.name), target: path });
}

/** The folder at the root is the album ".". */
function pathOf(album: AlbumId | undefined, name: string): string {
  return album === undefined || album === "." ? name : `${album}/${name}`;
}

/** Makes the id of a file from its name. */
export function fileId(name: string): FileId {
  return identifier(name);
}

/** The objects of a file by their sizes. */
export function objectsOf(
  nameOf: (role: StoredObject["role"]) => ObjectName,
  sizes: { original: number; video: number | null },
): StoredObject[] {
  const original: StoredObject = {
    role: "original",
    name: nameOf("original"),
    sizeBytes: sizes.original,
  };
  if (sizes.video === null) return [original];
  return [original, { role: "video", name: nameOf("video"), sizeBytes: sizes.video }];
}
