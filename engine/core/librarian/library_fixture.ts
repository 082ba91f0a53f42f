import { identifier, type ObjectName } from "../protocol/ids.ts";
import { NO_METADATA, type PhotoFacts } from "../library/file.ts";
import type { AlbumId, ContentHash, FileId } from "../library/ids.ts";
import type { AlbumKind } from "../library/album.ts";
import type { RecordedFile } from "../messages/librarian_messages.ts";
import type { LibrarianReply } from "../messages/librarian_replies.ts";
import { LibrarianDriver } from "./librarian_driver.ts";

/** The owner's favorites album in fixtures. */
export const FAVORITES: AlbumId = identifier("favorites");
/** The owner's uncategorized album in fixtures. */
export const UNCATEGORIZED: AlbumId = identifier("uncategorized");

/** What is known of a photo of which nothing is said. */
export const PLAIN_FACTS: PhotoFacts = {
  widthPixels: 1,
  heightPixels: 1,
  sharpness: null,
  takenAtMs: null,
  raw: false,
  reencoded: false,
};

/** A photo as a scan records it, of which nothing is known but what is given. */
export function recordedPhoto(
  photo: Pick<RecordedFile, "entries" | "file" | "name" | "objects"> & Partial<RecordedFile>,
): RecordedFile {
  return {
    owner: null,
    fileKind: "photo",
    capture: null,
    contentHash: null,
    facts: PLAIN_FACTS,
    metadata: NO_METADATA,
    ...photo,
  };
}

/** A driver with a library of the given kind and limit. */
export function makeLibrary(
  options: { kind?: "stored" | "folder" | "catalog"; limitBytes?: number } = {},
): LibrarianDriver {
  const driver = new LibrarianDriver();
  driver.command({
    kind: "makeLibrary",
    library: identifier("library"),
    libraryKind: options.kind ?? "stored",
    owner: identifier("me"),
    limitBytes: options.limitBytes ?? 1_000_000_000,
    favorites: FAVORITES,
    uncategorized: UNCATEGORIZED,
  });
  return driver;
}

/** Makes an album of the owner. */
export function makeAlbum(
  driver: LibrarianDriver,
  album: string,
  options: { kind?: AlbumKind; visibleToOthers?: boolean } = {},
): AlbumId {
  const kind = options.kind ?? "regular";
  driver.command({
    kind: "makeAlbum",
    album: identifier(album),
    albumKind: kind === "hidden" ? "hidden" : "regular",
    owner: null,
    name: album,
    visibleToOthers: options.visibleToOthers ?? false,
    mayAdd: true,
  });
  return identifier(album);
}

/** Uploads one photo into an album: offer, store, commit. Returns the last reply. */
export function upload(
  driver: LibrarianDriver,
  photo: {
    file: string;
    hash: string;
    album: string;
    sizeBytes?: number;
    intent?: "automatic" | "explicit";
    replaces?: string;
  },
): LibrarianReply {
  const reservation = `upload-${photo.file}-${photo.hash}`;
  const object = identifier<ObjectName>(`library/${reservation}/original`);
  const objects = [{ role: "original" as const, name: object, sizeBytes: photo.sizeBytes ?? 1000 }];
  const contentHash = identifier<ContentHash>(photo.hash);
  const target = { album: identifier<AlbumId>(photo.album) };
  const offered = driver.command({
    kind: "offerUpload",
    reservation: identifier(reservation),
    contentHash,
    objects,
    target,
    intent: photo.intent ?? "automatic",
    replaces: photo.replaces === undefined ? null : identifier(photo.replaces),
  });
  if (offered.kind !== "uploadGranted") return offered;
  driver.objects.set(object, photo.hash);
  const committed = driver.command({
    kind: "commitUpload",
    reservation: identifier(reservation),
    file: identifier<FileId>(photo.file),
    fileKind: "photo",
    name: `${photo.file}.jpg`,
    capture: null,
    contentHash,
    objects,
    facts: {
      widthPixels: 4000,
      heightPixels: 3000,
      sharpness: null,
      takenAtMs: null,
      raw: false,
      reencoded: false,
    },
    metadata: NO_METADATA,
    target,
  });
  driver.verifyHashes();
  return committed;
}

/** The files of an album, in order of id. */
export function entriesOf(driver: LibrarianDriver, album: string): string[] {
  return [...driver.state.albums.get(identifier<AlbumId>(album))?.entries ?? []].sort();
}
