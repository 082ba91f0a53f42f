import { type LibraryState, type LostName, pathOf, pathOfEntry } from "@scenekeep/engine/core";
import type { FolderEntry } from "../folder/folder_entry.ts";
import { linkText } from "../folder/link_text.ts";
import { pathOfLink } from "../folder/path_of_link.ts";

/**
 * What links of a folder held, as its library knows it. Made in linear time.
 *
 * A link is known by its name and by where it leads. One that somebody moved is known by the last
 * part of its name and by what it says, where all that the library knows of that sort held the
 * same.
 */
export class LinkContents {
  readonly #byPath = new Map<string, LostName>();
  /** By what a link said and the last part of its name; null where two held different things. */
  readonly #byText = new Map<string, LostName | null>();

  constructor({ files, lostNames }: Pick<LibraryState, "files" | "lostNames">) {
    // `ALBUM/NAME`; the root's album is `.`.
    for (const [key, lost] of lostNames) this.#add(key.replace(/^\.\//, ""), lost);
    for (const file of files.values()) {
      const target = pathOf(file);
      const { contentHash, objects: [object] } = file;
      if (target === null || contentHash === null || object === undefined) continue;
      for (const [album, name] of file.entries) {
        const path: string = name === null ? target : pathOfEntry(album, name);
        const { sizeBytes } = object;
        if (path !== target) this.#add(path, { contentHash, sizeBytes, target });
      }
    }
  }

  /** What a link held; null when nobody knows. */
  of({ path, target }: Pick<FolderEntry, "path"> & { readonly target: string }): LostName | null {
    const known = this.#byPath.get(path);
    if (known !== undefined && known.target === pathOfLink(path, target)) return known;
    return this.#byText.get(textKey(target, path)) ?? null;
  }

  #add(path: string, lost: LostName): void {
    this.#byPath.set(path, lost);
    const key = textKey(linkText(path, lost.target), path);
    const other = this.#byText.get(key);
    const isSame = other === undefined || other?.contentHash === lost.contentHash;
    this.#byText.set(key, isSame ? lost : null);
  }
}

function textKey(text: string, path: string): string {
  return `${path.slice(path.lastIndexOf("/") + 1)}\0${text}`;
}
