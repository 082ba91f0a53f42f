import { captureStem, captureUnits } from "../folder/capture_units.ts";
import { kindOfName, splitEnding } from "../folder/file_kinds.ts";
import { comparePaths, type FolderEntry, isHiddenPath } from "../folder/folder_entry.ts";
import { albumOf } from "../folder/folder_library.ts";
import type { FolderListing } from "../folder/folder_survey.ts";

/** What the program calls its own names on a device. */
export const ASIDE_PREFIX = ".scenekeep-";

/** One shot on a device: a picture or video alone, or the parts that belong together. */
export interface DeviceUnit {
  /** Its directory below the device, `.` for the device itself. */
  readonly album: string;
  /** What the names of all parts begin with. */
  readonly stem: string;
  /** In order of path. */
  readonly parts: readonly FolderEntry[];
  /** A live photo is a photo. */
  readonly kind: "photo" | "video";
}

/** Something that stays where it is, and why. */
export interface LeftOutItem {
  readonly file: string;
  readonly reason: string;
}

/** What a device holds. */
export interface DeviceListing {
  readonly units: readonly DeviceUnit[];
  /** Directories with pictures or videos in them, in order; hidden ones are none. */
  readonly albums: readonly string[];
  /** Names that could not be looked at or are no file. */
  readonly leftOut: readonly LeftOutItem[];
  /** Files that are neither pictures nor videos, nor describe one. */
  readonly otherFiles: number;
}

/**
 * Finds the shots of a device: pictures, videos, and what belongs to them. Hidden directories and
 * names are passed over, and links are not followed. Linear in the number of names.
 */
export function deviceUnits({ entries, unreadable }: FolderListing): DeviceListing {
  const leftOut: LeftOutItem[] = unreadable.filter(({ path }) => !isHiddenPath(path))
    .map(({ path, reason }) => ({ file: path, reason }));
  const files = new Map<string, FolderEntry>();
  let otherFiles = 0;
  for (const entry of entries) {
    if (isHiddenPath(entry.path)) continue;
    const { kind, sidecar } = kindOfName(entry.path);
    if (kind === "other" && !sidecar) otherFiles += 1;
    else if (entry.kind === "link") leftOut.push({ file: entry.path, reason: "it is a link" });
    else if (entry.sizeBytes === 0) leftOut.push({ file: entry.path, reason: "it is empty" });
    else files.set(entry.path, entry);
  }
  const captures = captureUnits([...files.keys()]);
  const units = new Map<string, FolderEntry[]>();
  for (const [path, entry] of files) {
    const capture = captures.get(path);
    // What only describes another file, which is not there, is nothing by itself.
    if (capture === undefined && kindOfName(path).sidecar) otherFiles += 1;
    else units.set(capture ?? path, [...units.get(capture ?? path) ?? [], entry]);
  }
  const shots = [...units.values()].map(unitOf);
  shots.sort((left, right) => comparePaths(left.parts[0]!.path, right.parts[0]!.path));
  leftOut.sort((left, right) => comparePaths(left.file, right.file));
  const albums = [...new Set(shots.map(({ album }) => album))].sort(comparePaths);
  return { units: shots, albums, leftOut, otherFiles };
}

function unitOf(parts: readonly FolderEntry[]): DeviceUnit {
  const [first] = parts;
  const path = first?.path ?? "";
  const isPhoto = parts.some((part) => kindOfName(part.path).kind === "photo");
  return {
    album: albumOf(path),
    stem: parts.length > 1 ? captureStem(path) : splitEnding(path).stem,
    parts: [...parts].sort((left, right) => comparePaths(left.path, right.path)),
    kind: isPhoto ? "photo" : "video",
  };
}
