import type { HashCache, Learned } from "../cache/hash_cache.ts";
import { type RememberedFile, RememberedFiles } from "../cache/remembered_files.ts";
import { inodeOrder } from "../folder/inode_order.ts";
import type { ReadFailure } from "./file_access.ts";
import { groupByValue } from "./group_by_value.ts";
import { isKnownPart, nameOf, partsToRead, type ReadingPlan } from "./parts_to_read.ts";
import { PlaceGroups } from "./place_groups.ts";
import {
  isSign,
  type ReadingDepth,
  type ReadOutcome,
  SIDE_BY_SIDE_MAX,
  type SizedFile,
} from "./read_same_size.ts";
import type { ReadingPool } from "./reading_pool.ts";
import type { StagedFiles } from "./staged_files.ts";

/**
 * [Note: Staged reading]
 *
 * Whether a file has an exact copy is found with as little reading as that takes: a size that no
 * other file has cannot be that of a copy; then the edges, a page from each end; then all bytes,
 * compared side by side. Only one of equal files is hashed. A file without a copy ends without a
 * content hash: it is unknown, and an unknown hash equals nothing, so whoever plans with it plans
 * nothing for it. Files that need a hash for another reason, such as pictures that are embedded,
 * get one. The files of one size are read in order of inode, which on a disk is about their order.
 *
 * There may be millions of files, and of one size alone. So they are places in lists of numbers
 * until their turn, some hundreds at a time; of more files of one size than that the edges are read
 * first, and then each class of equal edges is as a size of its own.
 */

/** What was found of a file: its content hash, or why it could not be read. */
export interface StagedResult {
  readonly place: number;
  readonly contentHash: string | null;
  readonly failure: ReadFailure | null;
}

/** What staged reading works with. */
export interface StagedReadingOptions {
  /** The folder, absolute. */
  readonly root: string;
  readonly files: StagedFiles;
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
  readonly pool: () => Pick<ReadingPool, "read">;
  /** Wall clock in milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Asked before each request; true ends the reading. What was read so far is remembered. */
  readonly isStopped?: () => boolean;
  /** Told of what was found, some files at a time. */
  readonly onResults: (results: readonly StagedResult[]) => void;
}

/** Files and bytes of one request to a worker, about: some ten milliseconds of work. */
const FILES_PER_REQUEST = 256;
const BYTES_PER_REQUEST = 16 * 1024 * 1024;

/** Requests that are made ready before their turn. */
const REQUESTS_AHEAD = 8;

/** Files that are remembered in one transaction: some tenths of a second of reading. */
const REMEMBERED_AT_ONCE = 8192;

/** A file of which the edges are not known yet, and one of which they cannot be. */
const NOT_READ = Number.NaN;
const UNREADABLE = Number.POSITIVE_INFINITY;

/** Groups of files of one size that are read together. */
interface Request {
  readonly groups: readonly Uint32Array[];
  readonly depth: ReadingDepth;
  /** True where each file is to be hashed, whatever sign it bears. */
  readonly hashesAll: boolean;
  /** How many of its looks each file is given, see `#looksLeft`. */
  readonly looks: number;
  /** Where the edges go that are found; null where nobody asks. */
  readonly edgesTo: Uint32Array | null;
}

/** Reads the files of a folder, see [Note: Staged reading]. One object is one reading. */
export class StagedReading {
  readonly #options: StagedReadingOptions;
  #remembered = new RememberedFiles(0);
  /** Groups that are compared in one piece. */
  readonly #small = new PlaceGroups();
  /** Groups of too many files for that, and the edges of all of these in their order. */
  readonly #large = new PlaceGroups();
  #edges = new Float64Array(0);
  /** Files of large groups that are compared after all, as others have their edges. */
  readonly #parted = new PlaceGroups();
  /** Those that are hashed each, as too many others have their edges. */
  readonly #alone = new PlaceGroups();
  /** Twice the files that have yet to be read: those of large groups are looked at twice. */
  #looksLeft = 0;
  /** What is to be remembered; written many at a time. */
  #learned: Learned[] = [];

  constructor(options: StagedReadingOptions) {
    this.#options = options;
  }

  /** How many files have yet to be read. */
  get left(): number {
    return Math.ceil(this.#looksLeft / 2);
  }

  /**
   * Reads what has to be read. Fulfilled when all results have been told; files that have no copy
   * and need no hash are told only if they could not be read.
   */
  async run(): Promise<void> {
    this.#sort();
    this.#looksLeft = 2 * (this.#small.placeCount + this.#large.placeCount);
    this.#options.onResults([]);
    try {
      await this.#readAll(this.#edgeRequests());
      if (this.#options.isStopped?.() === true) return;
      this.#sortLarge();
      await this.#readAll(this.#requests());
    } finally {
      this.#remember();
    }
  }

  get #plan(): ReadingPlan {
    const { files, verifies, hashes = true } = this.#options;
    return { files, remembered: this.#remembered, verifies, hashes };
  }

  /** Finds the groups of which something has to be read, and tells what is known of others. */
  #sort(): void {
    const { files, cache } = this.#options;
    const inOrder = placesInOrder(files);
    const sizes = new Float64Array(files.count);
    for (let at = 0; at < files.count; at += 1) sizes[at] = files.sizeAt(inOrder[at] ?? 0);
    const { order, starts } = groupByValue(sizes);
    // Marks, by their place in `inOrder`, the files whose size says too little.
    const marks = new Uint8Array(files.count);
    for (let group = 0; group + 1 < starts.length; group += 1) {
      const [from = 0, to = 0] = [starts[group], starts[group + 1]];
      const isAsked = to - from > 1 || files.needsHash(inOrder[order[from] ?? 0] ?? 0);
      if (isAsked) { for (let at = from; at < to; at += 1) marks[order[at] ?? 0] = 1; }
    }
    this.#remembered = cache?.findAll(marked(inOrder, marks), files) ?? this.#remembered;
    for (let group = 0; group + 1 < starts.length; group += 1) {
      const from = starts[group] ?? 0;
      if (marks[order[from] ?? 0] !== 1) continue;
      const members = order.subarray(from, starts[group + 1]).map((at) => inOrder[at] ?? 0);
      for (const { places, isKnown } of partsToRead(members, this.#plan)) {
        if (isKnown) this.#tellKnown(places);
        else if (places.length <= FILES_PER_REQUEST) this.#small.add(places);
        else this.#large.add(places);
      }
    }
  }

  #tellKnown(places: Uint32Array): void {
    const { onResults, hashes = true } = this.#options;
    let told: StagedResult[] = [];
    for (const place of places) {
      const contentHash = nameOf(this.#remembered.at(place), hashes);
      if (contentHash !== null) told.push({ place, contentHash, failure: null });
      if (told.length < FILES_PER_REQUEST) continue;
      onResults(told);
      told = [];
    }
    if (told.length > 0) onResults(told);
  }

  /** The files of large groups of which the edges are not remembered. */
  *#edgeRequests(): Generator<Request> {
    this.#edges = new Float64Array(this.#large.placeCount).fill(NOT_READ);
    for (let group = 0; group < this.#large.count; group += 1) {
      const places = this.#large.group(group);
      const start = this.#large.startOf(group);
      let unknown: number[] = [];
      for (const [index, place] of places.entries()) {
        const edges = this.#remembered.edgesAt(place);
        this.#edges[start + index] = edges;
        if (Number.isNaN(edges)) unknown.push(start + index);
        else this.#looksLeft -= 1;
        if (unknown.length === 0) continue;
        if (unknown.length < FILES_PER_REQUEST && index + 1 < places.length) continue;
        const edgesTo = Uint32Array.from(unknown);
        const groups = [edgesTo.map((at) => places[at - start] ?? 0)];
        yield { groups, depth: "edges", hashesAll: false, looks: 1, edgesTo };
        unknown = [];
      }
    }
  }

  /** Parts large groups by their edges. */
  #sortLarge(): void {
    for (let group = 0; group < this.#large.count; group += 1) {
      const places = this.#large.group(group);
      const start = this.#large.startOf(group);
      const edges = this.#edges.subarray(start, start + places.length);
      const { order, starts } = groupByValue(edges);
      for (let each = 0; each + 1 < starts.length; each += 1) {
        const equal = order.subarray(starts[each], starts[each + 1]);
        const [first = 0] = equal;
        this.#sortClass(equal.map((index) => places[index] ?? 0), edges[first] ?? UNREADABLE);
      }
    }
    this.#edges = new Float64Array(0);
  }

  /** What becomes of files of a large group that have equal edges. */
  #sortClass(places: Uint32Array, edges: number): void {
    if (edges !== UNREADABLE && !isKnownPart(places, this.#plan)) {
      if (places.length <= SIDE_BY_SIDE_MAX) this.#parted.add(places);
      else this.#alone.add(places);
      return;
    }
    this.#looksLeft -= places.length;
    if (edges !== UNREADABLE) this.#tellKnown(places);
  }

  *#requests(): Generator<Request> {
    yield* this.#requestsFor(this.#small, 2);
    yield* this.#requestsFor(this.#parted, 1);
    for (let index = 0; index < this.#alone.count; index += 1) {
      const places = this.#alone.group(index);
      for (let from = 0; from < places.length; from += SIDE_BY_SIDE_MAX) {
        const some = places.subarray(from, from + SIDE_BY_SIDE_MAX);
        const groups = Array.from(some, (_, at) => some.subarray(at, at + 1));
        yield { groups, depth: "hashes", hashesAll: true, looks: 1, edgesTo: null };
      }
    }
  }

  *#requestsFor(all: PlaceGroups, looks: number): Generator<Request> {
    const { files, hashes = true } = this.#options;
    const depth = hashes ? "hashes" : "signs";
    let groups: Uint32Array[] = [];
    let count = 0;
    let bytes = 0;
    for (let index = 0; index < all.count; index += 1) {
      const group = all.group(index);
      groups.push(group);
      count += group.length;
      bytes += group.length * files.sizeAt(group[0] ?? 0);
      const isFull = count >= FILES_PER_REQUEST || bytes >= BYTES_PER_REQUEST;
      if (!isFull && index + 1 < all.count) continue;
      yield { groups, depth, hashesAll: false, looks, edgesTo: null };
      groups = [];
      count = 0;
      bytes = 0;
    }
  }

  async #readAll(requests: Iterator<Request>): Promise<void> {
    await Promise.all(Array.from({ length: REQUESTS_AHEAD }, () => this.#lane(requests)));
  }

  async #lane(requests: Iterator<Request>): Promise<void> {
    for (let next = requests.next(); next.done !== true; next = requests.next()) {
      if (this.#options.isStopped?.() === true) return;
      // deno-lint-ignore no-await-in-loop -- a lane carries one request after the other
      await this.#read(next.value);
    }
  }

  async #read(request: Request): Promise<void> {
    const { nowMs, onResults, pool } = this.#options;
    const { depth, edgesTo, groups, looks } = request;
    const lookedAtMs = nowMs();
    const sized = groups.map((group) => this.#sized(group, request));
    const outcomes = await pool().read(sized, depth);
    const results: StagedResult[] = [];
    for (const [index, group] of groups.entries()) {
      for (const [at, place] of group.entries()) {
        const outcome = outcomes[index]?.[at];
        const entry = sized[index]?.[at]?.identity;
        if (outcome === undefined || entry === undefined) continue;
        const { contentHash, edges, failure } = outcome;
        if (edgesTo !== null) {
          this.#edges[edgesTo[at] ?? 0] = failure === null ? edges ?? UNREADABLE : UNREADABLE;
        }
        const isNews = edgesTo === null
          ? contentHash !== null || failure !== null
          : failure !== null;
        if (isNews) results.push({ place, contentHash, failure });
        const found = learnedFrom(outcome, this.#remembered.at(place));
        if (found === null) continue;
        this.#learned.push({ entry, found, lookedAtMs });
        // A second look at it must not forget the first.
        if (edgesTo !== null) this.#remembered.set(place, found);
      }
      this.#looksLeft -= looks * group.length;
    }
    if (this.#learned.length >= REMEMBERED_AT_ONCE) this.#remember();
    onResults(results);
  }

  #remember(): void {
    const learned = this.#learned;
    this.#learned = [];
    this.#options.cache?.putAll(learned);
  }

  #sized(places: Uint32Array, { hashesAll, edgesTo }: Request): SizedFile[] {
    const { files, root, verifies, hashes = true } = this.#options;
    return Array.from(places, (place) => {
      const identity = files.entryAt(place);
      const known = this.#remembered.at(place);
      return {
        path: `${root}/${identity.path}`,
        identity,
        knownHash: verifies || edgesTo !== null ? null : nameOf(known, hashes || hashesAll),
        needsHash: hashesAll || files.needsHash(place),
      };
    });
  }
}

/** Files in order of device and inode. */
function placesInOrder(files: StagedFiles): Uint32Array {
  const order = inodeOrder(files.count, (place) => ({
    device: files.deviceAt(place),
    inode: files.inodeAt(place),
  }));
  const places = new Uint32Array(files.count);
  let at = 0;
  for (const place of order) places[at++] = place;
  return places;
}

function marked(places: Uint32Array, marks: Uint8Array): Uint32Array {
  const chosen = new Uint32Array(places.length);
  let count = 0;
  for (let at = 0; at < places.length; at += 1) {
    if (marks[at] === 1) chosen[count++] = places[at] ?? 0;
  }
  return chosen.subarray(0, count);
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
