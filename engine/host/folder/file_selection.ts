import type { FolderEntry, UnreadableEntry } from "./folder_entry.ts";
import type { FolderListing } from "./folder_survey.ts";
import { PathPattern } from "./path_pattern.ts";
import { pathOfLink } from "./path_of_link.ts";

/** Which files of a folder take part in a clean-up, and which never go. All are `PathPattern`s. */
export interface SelectionPatterns {
  /** Only files that fit one take part; all where there is none. */
  readonly include: readonly string[];
  /** Files that fit one take no part. */
  readonly exclude: readonly string[];
  /** Files that fit one are never removed or replaced. */
  readonly protect: readonly string[];
  /** What is in a folder that fits one stays, and copies of it elsewhere go. */
  readonly reference: readonly string[];
}

/** Patterns, ready to be asked about paths below a folder. */
export class FileSelection {
  readonly patterns: SelectionPatterns;
  readonly #include: readonly PathPattern[];
  readonly #exclude: readonly PathPattern[];
  readonly #protect: readonly PathPattern[];
  readonly #reference: readonly PathPattern[];

  /** @throws {PatternError} When one of them can never fit. */
  constructor(patterns: Partial<SelectionPatterns>) {
    const { include = [], exclude = [], protect = [], reference = [] } = patterns;
    this.patterns = { include, exclude, protect, reference };
    const [includes, excludes, protects, references] = [include, exclude, protect, reference]
      .map((texts) => texts.map((text) => new PathPattern(text)));
    this.#include = includes ?? [];
    this.#exclude = excludes ?? [];
    this.#protect = protects ?? [];
    this.#reference = references ?? [];
  }

  /** True when every file takes part. */
  get isWhole(): boolean {
    return this.#include.length === 0 && this.#exclude.length === 0;
  }

  /** True when every file that takes part may go. */
  get isFree(): boolean {
    return this.#protect.length === 0 && this.#reference.length === 0;
  }

  /** True when the file takes part by its path. */
  takesPart(path: string): boolean {
    if (this.#exclude.some((pattern) => pattern.matches(path))) return false;
    return this.#include.length === 0 || this.#include.some((pattern) => pattern.matches(path));
  }

  /** True when the file must never be removed or replaced. */
  isProtected(path: string): boolean {
    return this.#protect.some((pattern) => pattern.matches(path)) || this.isReference(path);
  }

  /** True when the file is in a reference folder. */
  isReference(path: string): boolean {
    return this.#reference.some((pattern) => pattern.matchesFolderOf(path));
  }

  /** The listing without the files that take no part, see `choiceOf`. Linear. */
  of(listing: FolderListing): FolderListing {
    if (this.isWhole) return listing;
    return {
      ...listing,
      entries: listing.entries.filter(this.choiceOf(() => listing.entries)),
      unreadable: this.unreadableOf(listing.unreadable),
    };
  }

  /** The names that cannot be looked at and would take part. */
  unreadableOf(unreadable: readonly UnreadableEntry[]): readonly UnreadableEntry[] {
    return this.isWhole
      ? unreadable
      : unreadable.filter(({ path }) => path === "." || this.takesPart(path));
  }

  /**
   * Says of each of some names whether it takes part. A file does so by all of its names or not at
   * all, links to it included: to remove it changes every one of them. Linear.
   *
   * @param entries Gives all of them; asked twice.
   */
  choiceOf(entries: () => Iterable<FolderEntry>): (entry: FolderEntry) => boolean {
    const paths = new Set<string>();
    for (const { path, target } of entries()) {
      if (this.takesPart(path)) continue;
      paths.add(path);
      const meant = target === null ? null : pathOfLink(path, target);
      if (meant !== null) paths.add(meant);
    }
    const inodes = new Set<string>();
    for (const entry of entries()) if (paths.has(entry.path)) inodes.add(inodeOf(entry));
    return (entry) =>
      !paths.has(entry.path) && !inodes.has(inodeOf(entry)) &&
      !(entry.target !== null && leadsOut(entry.path, { target: entry.target, paths }));
  }
}

function leadsOut(path: string, link: { target: string; paths: ReadonlySet<string> }): boolean {
  const meant = pathOfLink(path, link.target);
  return meant !== null && link.paths.has(meant);
}

/** Every file, any of which may go. */
export const WHOLE_SELECTION: FileSelection = new FileSelection({});

function inodeOf({ device, inode, path, kind }: FolderEntry): string {
  return inode === 0 || kind === "link" ? path : `${device}:${inode}`;
}
