import { kindOfName, splitEnding } from "../folder/file_kinds.ts";
import { comparePaths } from "../folder/folder_entry.ts";
import {
  byFolder,
  type ExportedItem,
  type ExportListing,
  type ReadExport,
  splitPath,
} from "./exported_item.ts";
import { albumTitle, sidecarMetadata } from "./sidecar_metadata.ts";

/** Folders beside the pictures with their descriptions: of the desktop, of the command line. */
const METADATA_FOLDERS: readonly string[] = ["metadata", ".meta"];

/** Files of the exporting program itself. */
const OWN_FILES: ReadonlySet<string> = new Set(["export_status.json", "album_meta.json"]);

/** Where the desktop puts what was removed since the last export. */
const TRASH_FOLDER = "Trash";

/**
 * Reads an export of Ente: each folder an album, the description of `IMG.jpg` in
 * `metadata/IMG.jpg.json` or `.meta/IMG.jpg.json`, live photos as two files of one name. O(n log n)
 * in the names.
 */
export function readEnteExport(listing: ExportListing): ReadExport {
  const folders = byFolder(listing.paths);
  const items: ExportedItem[] = [];
  const leftOver: { path: string; reason: string }[] = [];
  const described = new Set<string>();
  const known = new Set(listing.paths);
  for (const [folder, paths] of folders) {
    if (isMetadataFolder(folder)) continue;
    const pictures = paths.filter((path) => {
      const { name } = splitPath(path);
      const { kind } = kindOfName(name);
      if (kind === "photo" || kind === "video") return true;
      if (!OWN_FILES.has(name)) leftOver.push({ path, reason: "neither picture nor video" });
      return false;
    });
    const sidecarOf = (path: string): string | null => {
      const { name } = splitPath(path);
      const sidecars = METADATA_FOLDERS.map((below) => join(folder, `${below}/${name}.json`));
      return sidecars.find((sidecar) => known.has(sidecar)) ?? null;
    };
    items.push(
      ...itemsOf(pictures, {
        folder,
        album: albumOf(folder, listing),
        listing,
        sidecarOf,
        described,
      }),
    );
  }
  for (const path of listing.paths) {
    const { folder, name } = splitPath(path);
    if (!isMetadataFolder(folder) || described.has(path) || OWN_FILES.has(name)) continue;
    leftOver.push({ path, reason: "describes a picture that is not there" });
  }
  leftOver.sort((left, right) => comparePaths(left.path, right.path));
  return { kind: "ente", items, leftOver };
}

function itemsOf(
  pictures: readonly string[],
  context: {
    readonly folder: string;
    readonly album: string | null;
    readonly listing: ExportListing;
    readonly sidecarOf: (path: string) => string | null;
    readonly described: Set<string>;
  },
): ExportedItem[] {
  const { folder, album, listing, sidecarOf, described } = context;
  const videoByStem = new Map(
    pictures.filter((path) => kindOfName(path).kind === "video" && sidecarOf(path) === null)
      .map((path) => [splitEnding(path).stem, path]),
  );
  const inside = new Set<string>();
  const videoOf = new Map<string, string>();
  for (const path of pictures) {
    const video = videoByStem.get(splitEnding(path).stem);
    if (kindOfName(path).kind !== "photo" || video === undefined || inside.has(video)) continue;
    inside.add(video);
    videoOf.set(path, video);
  }
  const isTrash = folder.split("/").includes(TRASH_FOLDER);
  return pictures.filter((path) => !inside.has(path)).map((path) => {
    const sidecar = sidecarOf(path);
    if (sidecar !== null) described.add(sidecar);
    const text = sidecar === null ? null : listing.textOf(sidecar);
    const metadata = text === null ? null : sidecarMetadata(text);
    return {
      path,
      video: videoOf.get(path) ?? null,
      album,
      editOf: null,
      metadata: metadata === null || !isTrash ? metadata : { ...metadata, trashed: true },
    };
  });
}

function albumOf(folder: string, listing: ExportListing): string | null {
  if (folder === "." || folder.split("/").includes(TRASH_FOLDER)) return null;
  const text = listing.textOf(join(folder, ".meta/album_meta.json"));
  return (text === null ? null : albumTitle(text)) ?? splitPath(folder).name;
}

function isMetadataFolder(folder: string): boolean {
  return METADATA_FOLDERS.includes(splitPath(folder).name);
}

function join(folder: string, name: string): string {
  return folder === "." ? name : `${folder}/${name}`;
}
