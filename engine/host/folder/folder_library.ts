import {
  type AlbumId,
  type CaptureId,
  type FileId,
  identifier,
  nameInAlbum,
  NO_METADATA,
  type ObjectName,
  type RecordedFile,
} from "@scenekeep/engine/core";
import { captureUnits } from "./capture_units.ts";
import { kindOfName } from "./file_kinds.ts";
import { type FolderEntry, inodeKey, isHiddenPath, type UnreadableEntry } from "./folder_entry.ts";
import { pathOfLink } from "./path_of_link.ts";
import type { FolderListing } from "./folder_survey.ts";

/** Object names of folder libraries start with this; the path follows. */
export const FOLDER_STORE = "folder/";

/** A folder as the engine records it: each directory an album, each inode a file. */
export interface FolderLibrary {
  readonly albums: readonly { readonly album: AlbumId; readonly hidden: boolean }[];
  readonly files: readonly RecordedFile[];
  /** Where each file's bytes are. */
  readonly entries: ReadonlyMap<FileId, FolderEntry>;
  /** Names that are no file of their own, and why. */
  readonly skipped: readonly UnreadableEntry[];
}

/** The album of a path: its directory, `.` for the root. */
export function albumOf(path: string): AlbumId {
  const slash = path.lastIndexOf("/");
  return identifier(slash < 0 ? "." : path.slice(0, slash));
}

/**
 * Reads a listing as a library (domain §6). Names of one inode are one file with several entries; a
 * symbolic link to a file of the folder is an entry of it. Directories whose name starts with a dot
 * are hidden albums. Linear in the number of names.
 */
export function folderLibrary(listing: FolderListing): FolderLibrary {
  const byInode = new Map<string, FolderEntry[]>();
  const links: FolderEntry[] = [];
  const skipped: UnreadableEntry[] = [];
  for (const entry of listing.entries) {
    if (entry.kind === "link") links.push(entry);
    else if (entry.sizeBytes === 0) skipped.push({ path: entry.path, reason: "empty file" });
    else {
      const key = inodeKey(entry);
      const known = byInode.get(key);
      if (known === undefined) byInode.set(key, [entry]);
      else known.push(entry);
    }
  }
  const paths = [...byInode.values()].flatMap((names) => names[0]?.path ?? []);
  const captures = captureUnits(paths);
  const drafts = new Map<string, Draft>();
  for (const names of byInode.values()) {
    const draft = draftFile(names, { captures, skipped });
    if (draft === null) continue;
    for (const name of names) drafts.set(name.path, draft);
  }
  for (const link of links) addLink(link, { drafts, skipped });
  const files = [...new Set(drafts.values())];
  return {
    albums: listing.directories.map((path) => ({
      album: identifier<AlbumId>(path),
      hidden: isHiddenPath(path),
    })),
    files: files.map(recordedFile),
    entries: new Map(files.map((draft) => [draft.file, draft.entry])),
    skipped,
  };
}

interface Draft {
  readonly file: FileId;
  readonly entry: FolderEntry;
  readonly capture: CaptureId | null;
  readonly names: Map<AlbumId, string>;
}

function draftFile(
  names: readonly FolderEntry[],
  context: { captures: ReadonlyMap<string, string>; skipped: UnreadableEntry[] },
): Draft | null {
  const [entry] = names;
  if (entry === undefined) return null;
  const capture = context.captures.get(entry.path);
  const draft: Draft = {
    file: identifier(entry.path),
    entry,
    capture: capture === undefined ? null : identifier(capture),
    names: new Map(),
  };
  for (const name of names) addName(draft, name, context.skipped);
  return draft;
}

function addName(draft: Draft, name: FolderEntry, skipped: UnreadableEntry[]): void {
  const album = albumOf(name.path);
  if (draft.names.has(album)) {
    skipped.push({ path: name.path, reason: `another name of "${draft.entry.path}"` });
    return;
  }
  draft.names.set(album, nameInAlbum(album, name.path));
}

function addLink(
  link: FolderEntry,
  context: { drafts: ReadonlyMap<string, Draft>; skipped: UnreadableEntry[] },
): void {
  const target = resolveLink(link);
  const draft = target === null ? undefined : context.drafts.get(target);
  if (draft === undefined) {
    const reason = `link to "${link.target}", not a file here`;
    context.skipped.push({ path: link.path, reason, target: link.target ?? "" });
  } else addName(draft, link, context.skipped);
}

/** The path below the root that a relative link names, or null when it leads elsewhere. */
export function resolveLink(link: FolderEntry): string | null {
  return link.target === null ? null : pathOfLink(link.path, link.target);
}

function recordedFile(draft: Draft): RecordedFile {
  const { entry } = draft;
  const named = kindOfName(entry.path);
  return {
    file: draft.file,
    owner: null,
    fileKind: named.kind,
    name: entry.path.slice(entry.path.lastIndexOf("/") + 1),
    capture: draft.capture,
    contentHash: null,
    objects: [{
      role: "original",
      name: identifier<ObjectName>(`${FOLDER_STORE}${entry.path}`),
      sizeBytes: entry.sizeBytes,
    }],
    facts: {
      widthPixels: 0,
      heightPixels: 0,
      sharpness: null,
      takenAtMs: null,
      raw: named.raw,
      reencoded: false,
    },
    metadata: NO_METADATA,
    entries: [...draft.names].map(([album, name]) => ({ album, name })),
  };
}
