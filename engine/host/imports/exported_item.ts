/** What an export says of a picture. Unknown is null. */
export interface ExportedMetadata {
  /** The name that it had where it was exported: not cut off, as names on the disk may be. */
  readonly title: string | null;
  /** Milliseconds since 1970. */
  readonly takenAtMs: number | null;
  readonly description: string;
  readonly location: { readonly latitude: number; readonly longitude: number } | null;
  readonly favorite: boolean;
  readonly archived: boolean;
  /** True for what was in the trash when it was exported. */
  readonly trashed: boolean;
  readonly people: readonly string[];
}

/** A picture, video or live photo of an export, once for each folder that has it. */
export interface ExportedItem {
  /** Below the source, with `/` between names. */
  readonly path: string;
  /** The video of a live photo, beside it; else null. */
  readonly video: string | null;
  /** The album; null for folders that only say when, such as `Photos from 2019`. */
  readonly album: string | null;
  /** The original that this is an edit of, where that is in the same folder; else null. */
  readonly editOf: string | null;
  readonly metadata: ExportedMetadata | null;
}

/** An export as it was understood. */
export interface ReadExport {
  readonly kind: "takeout" | "ente";
  /** In order of path. */
  readonly items: readonly ExportedItem[];
  /** Names that could not be put anywhere, and why. None is lost silently. */
  readonly leftOver: readonly { readonly path: string; readonly reason: string }[];
}

/** The files of an export: names, and the text of those that describe others. */
export interface ExportListing {
  /** Below the source, with `/` between names. */
  readonly paths: readonly string[];
  /** The text of a JSON file; null when it cannot be read. */
  readonly textOf: (path: string) => string | null;
}

/** The folder of a path, `.` for the source itself, and the name in it. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const slash = path.lastIndexOf("/");
  if (slash < 0) return { folder: ".", name: path };
  return { folder: path.slice(0, slash), name: path.slice(slash + 1) };
}

/** Paths by folder, in order. */
export function byFolder(paths: readonly string[]): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const path of [...paths].sort()) {
    const { folder } = splitPath(path);
    const known = folders.get(folder);
    if (known === undefined) folders.set(folder, [path]);
    else known.push(path);
  }
  return folders;
}
