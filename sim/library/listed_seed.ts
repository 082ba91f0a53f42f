import {
  type AlbumId,
  type CaptureId,
  type ContentHash,
  type FileId,
  identifier,
  type ObjectName,
  type OwnerId,
  type StoredObject,
} from "@scenekeep/engine/core";
import type { ListedFile, ListedWorld, Scenario } from "../scenario/scenario.ts";
import type { Contents } from "./contents.ts";
import { FAVORITES, OWNER, startObject } from "./library_names.ts";
import {
  fileId,
  type LibrarySeed,
  newSeed,
  objectsOf,
  seedAlbum,
  seedFile,
  seedFolderFile,
} from "./library_seed.ts";

/** Makes the library that a scenario lists, and tells `contents` what its pictures look like. */
export function listedSeed(
  scenario: Scenario,
  world: ListedWorld,
  contents: Contents,
): LibrarySeed {
  const { kind, limitBytes } = scenario.library;
  const seed = newSeed({ kind, limitBytes });
  for (const album of world.albums) {
    seedAlbum(seed, {
      id: identifier(album.id),
      kind: album.kind ?? "regular",
      owner: album.owner === undefined ? OWNER : identifier(album.owner),
      name: album.name ?? album.id,
      visibleToOthers: album.visibleToOthers ?? false,
      mayAdd: album.mayAdd ?? true,
    });
  }
  for (const file of world.files) {
    listContent(contents, file);
    const described = describe(file, (role) => startObject(fileId(file.id), role));
    if (kind === "folder") seedFolderFile(seed, described);
    else seedFile(seed, described);
  }
  for (const album of world.albums) {
    if (album.cover === undefined && album.order === undefined) continue;
    seed.events.push({
      kind: "albumArranged",
      album: identifier(album.id),
      cover: album.cover === undefined ? null : identifier(album.cover),
      order: album.order === undefined ? null : album.order.map((file) => identifier<FileId>(file)),
    });
  }
  return seed;
}

/** Says what a listed picture looks like. */
export function listContent(
  contents: Contents,
  file: Pick<ListedFile, "contentHash" | "vector" | "look" | "embeddable" | "sharpness">,
): void {
  const isSaid = file.vector !== undefined || file.look !== undefined ||
    file.embeddable !== undefined || file.sharpness !== undefined;
  const [imageHash] = file.contentHash.split(":");
  if (!isSaid || imageHash === undefined) return;
  contents.list(imageHash, {
    vector: file.vector === undefined ? null : Int16Array.from(file.vector),
    look: file.look ?? null,
    isEmbeddable: file.embeddable ?? true,
    sharpness: file.sharpness ?? null,
  });
}

function describe(
  file: ListedFile,
  nameOf: (role: StoredObject["role"]) => ObjectName,
): Parameters<typeof seedFile>[1] {
  const albums = file.albums.map((album) => identifier<AlbumId>(album));
  if (file.favorite === true && !albums.includes(FAVORITES)) albums.push(FAVORITES);
  const owner: OwnerId = file.owner === undefined ? OWNER : identifier(file.owner);
  return {
    event: {
      file: identifier(file.id),
      owner,
      fileKind: file.kind ?? "photo",
      name: file.name ?? `${file.id}.jpg`,
      capture: file.capture === undefined ? null : identifier<CaptureId>(file.capture),
      contentHash: identifier<ContentHash>(file.contentHash),
      objects: objectsOf(nameOf, { original: file.sizeBytes, video: file.videoBytes ?? null }),
      facts: {
        widthPixels: file.widthPixels ?? 4000,
        heightPixels: file.heightPixels ?? 3000,
        sharpness: file.sharpness ?? null,
        takenAtMs: file.takenAtMs ?? null,
        raw: file.raw ?? false,
        reencoded: false,
        ...(file.losses === undefined ? {} : { losses: file.losses }),
      },
    },
    metadata: {
      hidden: file.hidden ?? false,
      archived: file.archived ?? false,
      caption: file.caption ?? "",
      rating: file.rating ?? 0,
      tags: file.tags ?? [],
    },
    albums,
    hashes: file.contentHash.split(":"),
  };
}
