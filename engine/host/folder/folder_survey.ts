import type { DirectoryContents } from "./directory_contents.ts";
import { comparePaths, type FolderEntry, type UnreadableEntry } from "./folder_entry.ts";
import { FolderTable, type HeldNames, isBytes, type SurveyedDirectory } from "./folder_table.ts";

/** What a walk found. Entries are in order of path. */
export interface FolderListing {
  readonly entries: readonly FolderEntry[];
  /** Directories below the root, `.` included, in order of path. */
  readonly directories: readonly string[];
  readonly unreadable: readonly UnreadableEntry[];
}

/** Bytes digested at once: bounds the memory for them. */
const DIGESTED_BYTES = 1024 * 1024;

/** A folder as a walk saw it: enough to tell whether anything changed, and to list it if so. */
export class FolderSurvey {
  readonly #directories: SurveyedDirectory[] = [];
  readonly #unreadable: UnreadableEntry[] = [];

  /** Records a directory; `path` is below the root, `.` for the root itself. */
  addDirectory(path: string, contents: HeldNames): void {
    this.#directories.push({ path, contents });
  }

  /**
   * Shows some names as the links that they stand for, see [Note: Reflinks are stand-ins].
   *
   * @param targets What each would say as a link, by path.
   */
  showAsLinks(targets: ReadonlyMap<string, string>): void {
    const isIn = new Set<string>();
    for (const path of targets.keys()) {
      isIn.add(path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".");
    }
    for (const [index, directory] of this.#directories.entries()) {
      if (!isIn.has(directory.path)) continue;
      const contents = [...new FolderTable([directory]).entries()].map((entry): FolderEntry => {
        const target = targets.get(entry.path);
        return target === undefined ? entry : { ...entry, kind: "link", target };
      });
      this.#directories[index] = { path: directory.path, contents };
    }
  }

  /** Records a name that takes no part, and why. */
  addUnreadable(path: string, reason: string): void {
    this.#unreadable.push({ path, reason });
  }

  /** Why nothing of the folder could be read at all, or null. */
  get rootProblem(): string | null {
    const isEmpty = this.#directories.every(({ contents }) => !isBytes(contents) && !contents[0]);
    if (!isEmpty) return null;
    return this.#unreadable.find(({ path }) => path === ".")?.reason ?? null;
  }

  /** Every name, without an object for each. Linear. */
  table(): FolderTable {
    return new FolderTable(this.#directories);
  }

  /** Everything by name, in order. O(n log n). */
  listing(): FolderListing {
    return this.listingOf([...this.table().entries()]);
  }

  /** The listing with these entries, which it puts in order, in place of all. O(n log n). */
  listingOf(entries: FolderEntry[]): FolderListing {
    entries.sort((left, right) => comparePaths(left.path, right.path));
    return {
      entries,
      directories: this.#directories.map(({ path }) => path).sort(comparePaths),
      unreadable: [...this.#unreadable].sort((left, right) => comparePaths(left.path, right.path)),
    };
  }

  /**
   * A digest of all that the file system said: names, kinds, targets, and of each file device,
   * inode, size, links and times, in the order in which it was said, with `rules`, which stands for
   * whatever is made of it. A file system that lists the same names in another order gives another
   * digest. SHA-256 of pieces in a chain; linear.
   */
  async fingerprint(rules: string): Promise<string> {
    const chain = new DigestChain();
    await chain.say([rules, this.#directories.length, this.#unreadable.length]);
    for (const { path, contents } of this.#directories) {
      // deno-lint-ignore no-await-in-loop -- a chain has an order
      if (isBytes(contents)) await chain.sayContents(path, contents);
      // deno-lint-ignore no-await-in-loop -- as above
      else await chain.say([path, JSON.stringify(contents)]);
    }
    // deno-lint-ignore no-await-in-loop -- as above
    for (const { path, reason } of this.#unreadable) await chain.say([path, reason]);
    return await chain.end();
  }
}

/** Digests pieces of some size, each with the digest of those before it. */
class DigestChain {
  readonly #encoder = new TextEncoder();
  #digest = new Uint8Array(0);
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  async sayContents(path: string, contents: DirectoryContents): Promise<void> {
    const { names, facts, targets, directories } = contents;
    // A name has no zero in it.
    const words = [path, names.length, facts.length, targets.length, directories.length];
    await this.say([...words, ...targets]);
    await this.#add(names);
    await this.#add(new Uint8Array(facts.buffer, facts.byteOffset, facts.byteLength));
  }

  async say(words: readonly (string | number)[]): Promise<void> {
    await this.#add(this.#encoder.encode(`${words.join("\0")}\0\0`));
  }

  async end(): Promise<string> {
    await this.#close();
    return this.#digest.toBase64();
  }

  #add(bytes: Uint8Array): Promise<void> | void {
    this.#pieces.push(bytes);
    this.#bytes += bytes.length;
    return this.#bytes < DIGESTED_BYTES ? undefined : this.#close();
  }

  async #close(): Promise<void> {
    const whole = new Uint8Array(this.#digest.length + this.#bytes);
    whole.set(this.#digest);
    let at = this.#digest.length;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [];
    this.#bytes = 0;
    this.#digest = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
  }
}
