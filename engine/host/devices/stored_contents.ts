import { foldedName } from "@scenekeep/engine/core";
import { contentsOf } from "../reading/contents_of.ts";
import { albumOf } from "../folder/folder_library.ts";
import type { ReadFolder } from "../scan/read_folder.ts";
import type { ScanWorkers } from "../scan/scan_workers.ts";

/** Sizes and contents to look for. */
export interface ContentQuestion {
  readonly workers: ScanWorkers;
  /** Only files of these sizes can hold what is looked for. */
  readonly sizes: ReadonlySet<number>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a library holds, as far as it matters: contents by hash, which album has which, and which
 * names are taken. Kept up to date by whoever adds to the library.
 */
export class StoredContents {
  /** Where the bytes are that a path leads to, for those that were read; by path. */
  readonly contentAt: Map<string, string>;
  readonly sizes: Set<number>;
  /** Files that may hold what is looked for and cannot be read, one for each size. */
  readonly unreadable: Map<number, { readonly path: string; readonly reason: string }> = new Map();
  readonly #pathOf = new Map<string, string>();
  readonly #inAlbum = new Map<string, Set<string>>();
  readonly #names = new Map<string, Set<string>>();
  readonly #hidden: ReadonlySet<string>;

  private constructor(folder: ReadFolder, contentAt: Map<string, string>) {
    this.contentAt = contentAt;
    this.sizes = new Set();
    this.#hidden = new Set(
      folder.library.albums.filter(({ hidden }) => hidden).map(({ album }) => String(album)),
    );
    for (const { path, sizeBytes } of folder.listing.entries) {
      this.#take(path);
      this.sizes.add(sizeBytes);
    }
    for (const path of folder.listing.directories) if (path !== ".") this.#take(path);
    for (const file of folder.library.files) {
      const path = folder.library.entries.get(file.file)?.path;
      const content = path === undefined ? undefined : contentAt.get(path);
      if (path === undefined || content === undefined) continue;
      this.#know(content, path);
      for (const { album } of file.entries) this.#addTo(album, content);
    }
  }

  /** Reads the files of a library that may hold what is looked for. */
  static async read(folder: ReadFolder, asked: ContentQuestion): Promise<StoredContents> {
    const { signal, sizes, workers } = asked;
    const paths = new Set<string>();
    for (const { kind, path, sizeBytes } of folder.listing.entries) {
      if (kind === "file" && sizes.has(sizeBytes)) paths.add(path);
    }
    const unread = new Map<string, string>();
    const onUnreadable = (path: string, reason: string): void => void unread.set(path, reason);
    const contents = await contentsOf(folder, { workers, paths, signal, onUnreadable });
    const stored = new StoredContents(folder, new Map(contents));
    for (const [path, reason] of unread) {
      const sizeBytes = folder.byPath.get(path)?.sizeBytes;
      if (sizeBytes !== undefined) stored.unreadable.set(sizeBytes, { path, reason });
    }
    return stored;
  }

  /** Where a content is on the visible side, or null. */
  pathOf(content: string): string | null {
    return this.#pathOf.get(content) ?? null;
  }

  /** True when an album has a content, by a file or a link. */
  has(album: string, content: string): boolean {
    return this.#inAlbum.get(album)?.has(content) ?? false;
  }

  /** True when a name is taken, or one that other file systems may take for it. */
  isTaken(album: string, name: string): boolean {
    return this.#names.get(foldedName(album))?.has(foldedName(name)) ?? false;
  }

  /** Takes note of a new name; `isFile` when it has the bytes itself. */
  added(path: string, content: string, isFile: boolean): void {
    this.#take(path);
    this.#addTo(albumOf(path), content);
    if (!isFile) return;
    this.contentAt.set(path, content);
    this.#know(content, path);
  }

  #know(content: string, path: string): void {
    // Nothing hidden must become visible by a link to it.
    if (this.#hidden.has(albumOf(path)) || this.#pathOf.has(content)) return;
    this.#pathOf.set(content, path);
  }

  #addTo(album: string, content: string): void {
    const known = this.#inAlbum.get(album);
    if (known === undefined) this.#inAlbum.set(album, new Set([content]));
    else known.add(content);
  }

  #take(path: string): void {
    const album = foldedName(albumOf(path));
    const name = foldedName(path.slice(path.lastIndexOf("/") + 1));
    const known = this.#names.get(album);
    if (known === undefined) this.#names.set(album, new Set([name]));
    else known.add(name);
  }
}
