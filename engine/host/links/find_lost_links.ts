import type { LibraryState, LostName, TrashRecord } from "@scenekeep/engine/core";
import { comparePaths, isHiddenPath } from "../folder/folder_entry.ts";
import { folderPath } from "../folder/folder_path.ts";
import { pathOfLink } from "../folder/path_of_link.ts";
import type { ReadFolder } from "../scan/read_folder.ts";
import { leadsNowhere } from "./leads_nowhere.ts";
import { LinkContents } from "./link_contents.ts";
import type { LostLink, Mend } from "./lost_link.ts";

/** What the library of the folder knows. */
export type KnownLibrary = Pick<LibraryState, "files" | "lostNames" | "trash">;

/** What files of the folder hold. */
export type ContentsOf = (paths: ReadonlySet<string>) => Promise<ReadonlyMap<string, string>>;

/**
 * Finds the links of a folder that lead nowhere, and what would mend each. Changes nothing. Reads
 * the files of the folder that are as large as what was lost.
 *
 * @param library Null where nothing was ever cleaned up: then nobody knows what a link held.
 */
export async function findLostLinks(
  folder: ReadFolder,
  library: KnownLibrary | null,
  contentsOf: ContentsOf,
): Promise<LostLink[]> {
  const links = await linksToNothing(folder);
  if (links.size === 0) return [];
  const known = new Map<string, LostName>();
  const contents = library === null ? null : new LinkContents(library);
  for (const [path, target] of links) {
    const lost = contents?.of({ path, target }) ?? null;
    if (lost !== null) known.set(path, lost);
  }
  const copies = await copiesOf(folder, [...known.values()], contentsOf);
  const mends = new Mends({ folder, library, links, copies });
  return [...links].map(([file, target]) => ({
    file,
    target,
    mend: mends.of(file, { target, lost: known.get(file) ?? null }),
  }));
}

/** Links that are no entries and lead to nothing, in order of path, with what they say. */
async function linksToNothing(folder: ReadFolder): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  for (const { path, target } of [...folder.library.skipped].sort(byPath)) {
    // deno-lint-ignore no-await-in-loop -- there are few of them
    if (target !== undefined && await leadsNowhere(`${folder.root}/${path}`)) {
      links.set(path, target);
    }
  }
  return links;
}

/** Files of the folder by what they hold, so far as that was lost; in order of path. */
async function copiesOf(
  folder: ReadFolder,
  lost: readonly LostName[],
  contentsOf: ContentsOf,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const wanted = new Set<string>(lost.map(({ contentHash }) => contentHash));
  const sizes = new Set(lost.map(({ sizeBytes }) => sizeBytes));
  const paths = folder.listing.entries
    .filter(({ kind, sizeBytes }) => kind === "file" && sizes.has(sizeBytes))
    .map(({ path }) => path);
  const copies = new Map<string, string[]>();
  if (paths.length === 0) return copies;
  const contents = await contentsOf(new Set(paths));
  for (const path of paths) {
    const content = contents.get(path);
    if (content === undefined || !wanted.has(content)) continue;
    copies.set(content, [...copies.get(content) ?? [], path]);
  }
  return copies;
}

/** Says of each link what mends it. */
class Mends {
  readonly #folder: ReadFolder;
  readonly #links: ReadonlyMap<string, string>;
  readonly #copies: ReadonlyMap<string, readonly string[]>;
  readonly #library: KnownLibrary | null;
  readonly #trashed = new Map<string, TrashRecord[]>();
  /** The number in the trash of what was called so. */
  readonly #former = new Map<string, number>();

  constructor(parts: {
    readonly folder: ReadFolder;
    readonly library: KnownLibrary | null;
    readonly links: ReadonlyMap<string, string>;
    readonly copies: ReadonlyMap<string, readonly string[]>;
  }) {
    this.#folder = parts.folder;
    this.#links = parts.links;
    this.#copies = parts.copies;
    this.#library = parts.library;
    for (const record of parts.library?.trash.values() ?? []) {
      const home = homeOf(record);
      if (home === null) continue;
      this.#former.set(home, record.sequence);
      if (record.contentHash === null) continue;
      const known = this.#trashed.get(record.contentHash);
      if (known === undefined) this.#trashed.set(record.contentHash, [record]);
      else known.push(record);
    }
  }

  of(path: string, link: { readonly target: string; readonly lost: LostName | null }): Mend {
    const { lost, target } = link;
    const next = pathOfLink(path, target);
    if (next !== null && next !== path && this.#links.has(next)) {
      return { kind: "link", file: next };
    }
    if (lost === null) {
      const reason = this.#library === null
        ? "nothing was ever cleaned up here, so nobody knows what it held"
        : "the library does not know what it held";
      return { kind: "nothing", reason };
    }
    // Nothing hidden gets a visible name, and nothing visible comes to depend on what is hidden.
    const isOnThisSide = (file: string): boolean => isHiddenPath(file) === isHiddenPath(path);
    const copies = (this.#copies.get(lost.contentHash) ?? []).filter(isOnThisSide);
    const copy = copies.find((file) => nameOf(file) === nameOf(lost.target)) ?? copies[0];
    if (copy !== undefined) return { kind: "copy", file: copy };
    const homes = (this.#trashed.get(lost.contentHash) ?? []).flatMap((record) => {
      const file = homeOf(record);
      return file === null || !isOnThisSide(file) ? [] : [{ number: record.sequence, file }];
    }).sort((left, right) => comparePaths(left.file, right.file));
    const free = homes.filter(({ file }) => this.#isFree(file));
    const back = free.find(({ file }) => this.#links.has(file)) ?? free[0];
    if (back !== undefined) return { kind: "trash", ...back };
    return { kind: "nothing", reason: this.#whyNothing(path, homes[0]) };
  }

  /** Nothing stands there, or a link to nothing, or one that stands in for what was there. */
  #isFree(path: string): boolean {
    return this.#folder.byPath.get(path)?.kind !== "file";
  }

  #whyNothing(path: string, home: { number: number; file: string } | undefined): string {
    if (home !== undefined) {
      return `number ${home.number} in the trash holds it, and cannot come back: ` +
        `"${home.file}" is another file by now`;
    }
    const former = this.#former.get(path);
    const reason = "what it held is neither in the folder nor in its trash";
    return former === undefined
      ? reason
      : `${reason}; what was called so before is number ${former} in the trash`;
  }
}

/** Where a file in the trash was, and comes back to. */
function homeOf({ content, homeObjects }: TrashRecord): string | null {
  const home = content === "file" ? homeObjects?.[0] : undefined;
  return home === undefined ? null : folderPath(home.name);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function byPath(left: { readonly path: string }, right: { readonly path: string }): number {
  return comparePaths(left.path, right.path);
}
