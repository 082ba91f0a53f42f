import { kindOfName } from "../folder/file_kinds.ts";
import { comparePaths } from "../folder/folder_entry.ts";
import {
  byFolder,
  type ExportedItem,
  type ExportedMetadata,
  type ExportListing,
  type ReadExport,
  splitPath,
} from "./exported_item.ts";
import { albumTitle, sidecarMetadata } from "./sidecar_metadata.ts";
import {
  originalOfEdit,
  sidecarCores,
  type SidecarName,
  sidecarName,
  type TakeoutName,
  takeoutName,
} from "./takeout_names.ts";

/** What album descriptions are called, by language of the account. */
const ALBUM_FILES =
  /^(metadata|metadaten|métadonnées|metadatos|metadati|metadados|metadata\(\d+\))\.json$/i;

/** Folders of one year, which hold every picture whether or not it is in an album too. */
const YEAR_FOLDER =
  /^(Photos from|Fotos von|Photos de|Fotos de|Foto da|Foto del|Foto's uit|Foton från) \d{4}$/;

/** Folders that are no album of the user's. */
const STATE_FOLDERS: ReadonlyMap<string, Partial<ExportedMetadata>> = new Map([
  ["Archive", { archived: true }],
  ["Archiv", { archived: true }],
  ["Trash", { trashed: true }],
  ["Bin", { trashed: true }],
  ["Papierkorb", { trashed: true }],
]);

interface Sidecar {
  readonly path: string;
  readonly name: SidecarName;
  readonly metadata: ExportedMetadata | null;
  used: boolean;
}

/**
 * Reads an unpacked Takeout, see [Note: Names in a Takeout]. Albums are folders, by the title
 * in their description; year folders, the archive and the trash are none. Every file is an item, a
 * part of one, or left over with a reason. O(n log n) in the names.
 */
export function readTakeout(listing: ExportListing): ReadExport {
  const items: ExportedItem[] = [];
  const leftOver: { path: string; reason: string }[] = [];
  for (const [folder, paths] of byFolder(listing.paths)) {
    const read = readTakeoutFolder(folder, { paths, textOf: listing.textOf });
    items.push(...read.items);
    leftOver.push(...read.leftOver);
  }
  leftOver.sort((left, right) => comparePaths(left.path, right.path));
  return { kind: "takeout", items, leftOver };
}

function readTakeoutFolder(folder: string, listing: ExportListing): Omit<ReadExport, "kind"> {
  const { paths, textOf } = listing;
  const leftOver: { path: string; reason: string }[] = [];
  const sidecars: Sidecar[] = [];
  const pictures: string[] = [];
  let title: string | null = null;
  for (const path of paths) {
    const { name } = splitPath(path);
    const taken = sidecarName(name);
    const { kind } = kindOfName(name);
    if (taken === null) {
      if (kind === "photo" || kind === "video") pictures.push(path);
      else leftOver.push({ path, reason: "neither picture nor video" });
      continue;
    }
    const text = textOf(path) ?? "";
    if (ALBUM_FILES.test(name)) title ??= albumTitle(text);
    else sidecars.push({ path, name: taken, metadata: sidecarMetadata(text), used: false });
  }
  const items = pairUp(pictures, { sidecars, album: albumOfFolder(folder, title) });
  const state = STATE_FOLDERS.get(splitPath(folder).name) ?? {};
  for (const { path, metadata, used } of sidecars) {
    if (metadata === null) leftOver.push({ path, reason: "no JSON that describes a picture" });
    else if (!used) leftOver.push({ path, reason: "describes a picture that is not there" });
  }
  return {
    items: items.map((item) => ({
      ...item,
      metadata: item.metadata === null ? null : { ...item.metadata, ...state },
    })),
    leftOver,
  };
}

function albumOfFolder(folder: string, title: string | null): string | null {
  const { name } = splitPath(folder);
  if (YEAR_FOLDER.test(name) || STATE_FOLDERS.has(name) || folder === ".") return null;
  if (name === "Takeout" || name === "Google Photos" || name === "Google Fotos") return null;
  return title ?? name;
}

function pairUp(
  pictures: readonly string[],
  context: { readonly sidecars: readonly Sidecar[]; readonly album: string | null },
): ExportedItem[] {
  const { sidecars, album } = context;
  const byCore = new Map<string, Sidecar>();
  for (const sidecar of sidecars) {
    const { core, number } = sidecar.name;
    if (sidecar.metadata !== null) byCore.set(`${core}(${number})`, sidecar);
  }
  const describes = (name: TakeoutName): Sidecar | null => {
    for (const core of sidecarCores(name)) {
      const sidecar = byCore.get(`${core}(${name.number})`);
      if (sidecar !== undefined) return sidecar;
    }
    return null;
  };
  const byName = new Map(pictures.map((path) => [splitPath(path).name, path]));
  const videos = liveVideos(pictures, describes);
  const inside = new Set(videos.values());
  return pictures.filter((path) => !inside.has(path)).map((path) => {
    const name = takeoutName(splitPath(path).name);
    const own = describes(name);
    const original = own === null ? originalOfEdit(name) : null;
    const sidecar = own ?? (original === null ? null : describes(original));
    if (sidecar !== null) sidecar.used = true;
    const editOf = original === null ? null : pathOfOriginal(original, byName);
    const metadata = sidecar?.metadata ?? null;
    return { path, video: videos.get(path) ?? null, album, editOf, metadata };
  });
}

/** Videos that are half of a live photo: of a picture's name, without words of their own. */
function liveVideos(
  pictures: readonly string[],
  describes: (name: TakeoutName) => Sidecar | null,
): Map<string, string> {
  const stills = new Map<string, string>();
  for (const path of pictures) {
    const { stem, ending, number } = takeoutName(splitPath(path).name);
    if (kindOfName(`x${ending}`).kind === "photo") {
      stills.set(`${stem}(${number})`, path);
    }
  }
  const videos = new Map<string, string>();
  for (const path of pictures) {
    const name = takeoutName(splitPath(path).name);
    if (kindOfName(`x${name.ending}`).kind !== "video") continue;
    const still = stills.get(`${name.stem}(${name.number})`);
    if (still === undefined || videos.has(still)) continue;
    const own = describes(name);
    const shared = describes(takeoutName(splitPath(still).name));
    if (own === null || own === shared) videos.set(still, path);
  }
  return videos;
}

function pathOfOriginal(
  original: TakeoutName,
  byName: ReadonlyMap<string, string>,
): string | null {
  const number = original.number === null ? "" : `(${original.number})`;
  const exact = byName.get(`${original.stem}${number}${original.ending}`);
  if (exact !== undefined) return exact;
  // An edit of a HEIC is a JPEG.
  for (const [name, path] of byName) {
    const { stem, number: other, ending } = takeoutName(name);
    const isStill = kindOfName(`x${ending}`).kind === "photo";
    if (isStill && stem === original.stem && other === original.number) return path;
  }
  return null;
}
