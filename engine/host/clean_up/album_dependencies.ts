import {
  type AlbumId,
  type FileId,
  type LibraryState,
  pathOf,
  pathOfEntry,
  type Plan,
  type PlanRecord,
} from "@scenekeep/engine/core";
import { join } from "@std/path";
import { lstatSync } from "node:fs";
import { albumOf } from "../folder/folder_library.ts";

/** A directory whose links lead into another one: whoever deletes that one takes files of both. */
export interface AlbumDependency {
  /** The directory with the links, below the folder; `.` for the folder itself. */
  readonly album: string;
  /** The directory in which the files are to which they lead. */
  readonly on: string;
  /** How many such files there are. */
  readonly files: number;
}

/** Which directories would depend on which by a plan, in order of path. Linear in the plan. */
export function plannedDependencies({ items }: Pick<Plan, "items">): AlbumDependency[] {
  const links = items.flatMap(({ albums }) =>
    albums.map(({ album, representative }) => ({ album, file: representative as string }))
  );
  return dependenciesOf(links);
}

/**
 * Which directories depend on which by a plan: by the links that it added, and by those to bytes
 * that it has let another name have.
 */
export function appliedDependencies(
  { root, state }: { readonly root: string; readonly state: Pick<LibraryState, "files"> },
  record: Pick<PlanRecord, "items"> | undefined,
): AlbumDependency[] {
  const links = (record?.items ?? []).flatMap((item) => {
    if (item.kind !== "applied") return [];
    const moved = item.changes.removed.filter((entry) => entry.moved !== undefined);
    const albumsOf = (file: FileId): AlbumId[] => [...state.files.get(file)?.entries.keys() ?? []];
    return [
      ...item.changes.added,
      ...moved.flatMap(({ file }) => albumsOf(file).map((album) => ({ album, file }))),
    ];
  });
  return dependenciesOf(links.flatMap(({ album, file: id }) => {
    const file = state.files.get(id);
    // The library's own albums have no links.
    const name = file?.entries.get(album) ?? null;
    const path = file === undefined ? null : pathOf(file);
    if (name === null || path === null) return [];
    return isLink(join(root, pathOfEntry(album, name))) ? [{ album, file: path }] : [];
  }));
}

/** Hard links and reflinks depend on nothing. */
function isLink(full: string): boolean {
  try {
    return lstatSync(full).isSymbolicLink();
  } catch {
    // Somebody took it away.
    return false;
  }
}

function dependenciesOf(links: readonly { album: string; file: string }[]): AlbumDependency[] {
  const filesOf = new Map<string, { album: string; on: string; files: Set<string> }>();
  for (const { album, file } of links) {
    const on: string = albumOf(file);
    if (on === album) continue;
    const key = `${album}\0${on}`;
    const known = filesOf.get(key);
    if (known === undefined) filesOf.set(key, { album, on, files: new Set([file]) });
    else known.files.add(file);
  }
  return [...filesOf].sort(([left], [right]) => left < right ? -1 : 1)
    .map(([, { album, files, on }]) => ({ album, on, files: files.size }));
}
