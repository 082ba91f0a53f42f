import type { HashCache, Learned, RememberedFile } from "../cache/hash_cache.ts";
import type { FolderEntry } from "../folder/folder_entry.ts";
import { inodeOrder } from "../folder/inode_order.ts";
import type { ReadFailure } from "./file_access.ts";
import { isSign, type ReadOutcome, type SizedFile } from "./read_same_size.ts";
import type { ReadingPool } from "./reading_pool.ts";

/**
 * [Note: Staged reading]
 *
 * Whether a file has an exact copy is found with as little reading as that takes: a size that no
 * other file has cannot be that of a copy; then the edges, a page from each end; then all bytes,
 * compared side by side. Only one of equal files is hashed. A file without a copy ends without a
 * content hash: it is unknown, and an unknown hash equals nothing, so whoever plans with it plans
 * nothing for it. Files that need a hash for another reason, such as pictures that are embedded,
 * get one. The files of one size are read in order of inode, which on a disk is about their order.
 */

/** A file of the library and where its bytes are. */
export interface StagedFile<Id> {
  readonly id: Id;
  readonly entry: FolderEntry;
  /** True for a file that needs a content hash whether or not it has a copy. */
  readonly needsHash: boolean;
}

/** What was found of a file: its content hash, or why it could not be read. */
export interface StagedResult<Id> {
  readonly id: Id;
  readonly contentHash: string | null;
  readonly failure: ReadFailure | null;
}

/** What staged reading works with. */
export interface StagedReadingOptions<Id> {
  /** The folder, absolute. */
  readonly root: string;
  readonly files: readonly StagedFile<Id>[];
  /** Hashes of before; null to remember nothing. */
  readonly cache: HashCache | null;
  /** True to compare all bytes again, whatever is remembered. */
  readonly verifies: boolean;
  /**
   * False to find out which files are equal and no more: equal files may have a sign in place of
   * their hash, see `SameSizeReader`. Hashing takes longer than comparing does.
   * @default true
   */
  readonly hashes?: boolean;
  /** Asked for only when there is something to read. */
  readonly pool: () => ReadingPool;
  /** Wall clock in milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Asked before each request; true ends the reading. What was read so far is remembered. */
  readonly isStopped?: () => boolean;
  /** Told of what was found, some files at a time. */
  readonly onResults: (results: readonly StagedResult<Id>[]) => void;
}

/** Files and bytes of one request to a worker, about: some ten milliseconds of work. */
const FILES_PER_REQUEST = 256;
const BYTES_PER_REQUEST = 16 * 1024 * 1024;

/** Requests that are made ready before their turn. */
const REQUESTS_AHEAD = 8;

/** Files that are remembered in one transaction: some tenths of a second of reading. */
const REMEMBERED_AT_ONCE = 8192;

/** Files of one size, with what is remembered of them. */
interface SizeGroup<Id> {
  readonly files: readonly StagedFile<Id>[];
  readonly remembered: readonly (RememberedFile | null)[];
}

/** Reads the files of a folder, see [Note: Staged reading]. One object is one reading. */
export class StagedReading<Id> {
  readonly #options: StagedReadingOptions<Id>;
  /** Files that have yet to be read. */
  #left = 0;
  /** What is to be remembered; written many at a time. */
  #learned: Learned[] = [];

  constructor(options: StagedReadingOptions<Id>) {
    this.#options = options;
  }

  /** How many files have yet to be read. */
  get left(): number {
    return this.#left;
  }

  /**
   * Reads what has to be read. Fulfilled when all results have been told; files that have no copy
   * and need no hash are told only if they could not be read.
   */
  async run(): Promise<void> {
    const { groups: read, told } = this.#groups();
    for (const { files } of read) this.#left += files.length;
    this.#options.onResults(told);
    const requests = this.#requests(read);
    const lanes = Array.from({ length: REQUESTS_AHEAD }, () => this.#lane(requests));
    try {
      await Promise.all(lanes);
    } finally {
      this.#remember();
    }
  }

  async #lane(requests: SizeGroup<Id>[][]): Promise<void> {
    for (let next = requests.shift(); next !== undefined; next = requests.shift()) {
      if (this.#options.isStopped?.() === true) return;
      // deno-lint-ignore no-await-in-loop -- a lane carries one request after the other
      await this.#read(next);
    }
  }

  async #read(groups: readonly SizeGroup<Id>[]): Promise<void> {
    const { pool, nowMs, onResults } = this.#options;
    const lookedAtMs = nowMs();
    const outcomes = await pool().read(
      groups.map((group) => this.#sized(group)),
      this.#options.hashes ?? true,
    );
    const results: StagedResult<Id>[] = [];
    for (const [place, { files, remembered }] of groups.entries()) {
      for (const [index, file] of files.entries()) {
        const outcome = outcomes[place]?.[index];
        if (outcome === undefined) continue;
        const { contentHash, failure } = outcome;
        if (contentHash !== null || failure !== null) {
          results.push({ id: file.id, contentHash, failure });
        }
        const found = learnedFrom(outcome, remembered[index] ?? null);
        if (found !== null) this.#learned.push({ entry: file.entry, found, lookedAtMs });
      }
      this.#left -= files.length;
    }
    if (this.#learned.length >= REMEMBERED_AT_ONCE) this.#remember();
    onResults(results);
  }

  #remember(): void {
    const learned = this.#learned;
    this.#learned = [];
    this.#options.cache?.putAll(learned);
  }

  #sized({ files, remembered }: SizeGroup<Id>): SizedFile[] {
    const { root, verifies, hashes = true } = this.#options;
    return files.map(({ entry, needsHash }, index) => ({
      path: `${root}/${entry.path}`,
      identity: entry,
      knownHash: verifies ? null : nameOf(remembered[index], hashes),
      needsHash,
    }));
  }

  /** Groups of files of one size of which something has to be read, and what is known of others. */
  #groups(): { readonly groups: SizeGroup<Id>[]; readonly told: StagedResult<Id>[] } {
    const { files, cache, verifies, hashes = true } = this.#options;
    const bySize = new Map<number, StagedFile<Id>[]>();
    // Groups, and the files of each, come in order of inode.
    for (const place of inodeOrder(files.length, (place) => files[place]?.entry)) {
      const file = files[place];
      if (file === undefined) continue;
      const known = bySize.get(file.entry.sizeBytes);
      if (known === undefined) bySize.set(file.entry.sizeBytes, [file]);
      else known.push(file);
    }
    const candidates = [...bySize.values()].filter((group) =>
      group.length > 1 || group[0]?.needsHash === true
    );
    const entries = candidates.flat().map(({ entry }) => entry);
    const remembered = cache?.findAll(entries) ?? entries.map(() => null);
    const told: StagedResult<Id>[] = [];
    const groups: SizeGroup<Id>[] = [];
    let start = 0;
    for (const group of candidates) {
      const known = remembered.slice(start, start + group.length);
      start += group.length;
      for (const part of partsToRead(group, known, { verifies, hashes })) {
        if (part.isKnown) {
          for (const [index, { id }] of part.files.entries()) {
            const contentHash = nameOf(part.remembered[index], hashes);
            if (contentHash !== null) told.push({ id, contentHash, failure: null });
          }
        } else groups.push(part);
      }
    }
    return { groups, told };
  }

  #requests(groups: readonly SizeGroup<Id>[]): SizeGroup<Id>[][] {
    const requests: SizeGroup<Id>[][] = [];
    let files = FILES_PER_REQUEST;
    let bytes = BYTES_PER_REQUEST;
    for (const group of groups) {
      if (files >= FILES_PER_REQUEST || bytes >= BYTES_PER_REQUEST) {
        requests.push([]);
        files = 0;
        bytes = 0;
      }
      requests.at(-1)?.push(group);
      files += group.files.length;
      bytes += group.files.length * (group.files[0]?.entry.sizeBytes ?? 0);
    }
    return requests;
  }
}

/** Some files of one size; known ones need no reading. */
interface Part<Id> extends SizeGroup<Id> {
  readonly isKnown: boolean;
}

/**
 * What of a group has to be read, by what is remembered: nothing where every file has a hash, or
 * where its edges are remembered and no other file has the same. Linear.
 */
function partsToRead<Id>(
  files: readonly StagedFile<Id>[],
  remembered: readonly (RememberedFile | null)[],
  how: { readonly verifies: boolean; readonly hashes: boolean },
): Part<Id>[] {
  const isWhole = remembered.every((known) => known !== null && known.edges !== null);
  if (!isWhole && files.length > 1) return [{ files, remembered, isKnown: false }];
  const byEdges = new Map<
    number | null,
    { files: StagedFile<Id>[]; remembered: (RememberedFile | null)[] }
  >();
  for (const [index, file] of files.entries()) {
    const known = remembered[index] ?? null;
    const edges = known?.edges ?? null;
    const part = byEdges.get(edges) ?? { files: [], remembered: [] };
    part.files.push(file);
    part.remembered.push(known);
    byEdges.set(edges, part);
  }
  return [...byEdges.values()].map((part) => {
    const needed = part.files.length > 1 || part.files[0]?.needsHash === true;
    const isRead = isTold(part.remembered, how.hashes) && !(how.verifies && part.files.length > 1);
    return { ...part, isKnown: !needed || isRead };
  });
}

/** True when it is remembered which of these files of equal edges are equal. */
function isTold(remembered: readonly (RememberedFile | null)[], hashes: boolean): boolean {
  if (remembered.every((known) => known !== null && known.contentHash !== null)) return true;
  const [first] = remembered;
  const sign = nameOf(first, hashes);
  // Two signs do not say that files differ.
  return !hashes && sign !== null &&
    remembered.every((known) => nameOf(known, hashes) === sign);
}

/** What is remembered of the content of a file. */
function nameOf(known: RememberedFile | null | undefined, hashes: boolean): string | null {
  return known?.contentHash ?? (hashes ? null : known?.sameAs ?? null);
}

/** What is worth remembering, or null where nothing is new. */
function learnedFrom(outcome: ReadOutcome, known: RememberedFile | null): RememberedFile | null {
  if (outcome.failure !== null) return null;
  const isHash = outcome.contentHash !== null && !isSign(outcome.contentHash);
  const contentHash = (isHash ? outcome.contentHash : null) ?? known?.contentHash ?? null;
  const sameAs = (isHash ? null : outcome.contentHash) ?? known?.sameAs ?? null;
  const edges = outcome.edges ?? known?.edges ?? null;
  if (contentHash === null && sameAs === null && edges === null) return null;
  const isNew = known === null || known.contentHash !== contentHash ||
    known.sameAs !== sameAs || known.edges !== edges;
  return isNew ? { contentHash, sameAs, edges } : null;
}
