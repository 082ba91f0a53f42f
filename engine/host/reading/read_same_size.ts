import {
  type FileAccess,
  FileAccessError,
  type FileIdentity,
  isSameIdentity,
  type OpenedFile,
  type ReadFailure,
} from "./file_access.ts";

/** A file to be told from others of its size. */
export interface SizedFile {
  readonly path: string;
  /** What the walk saw; a file that is not like that any more is answered with `changed`. */
  readonly identity: FileIdentity;
  /** Its content hash, or a sign that it bears, where that is known. */
  readonly knownHash: string | null;
  /** True for a file that needs a content hash whether or not it has a copy. */
  readonly needsHash: boolean;
}

/** What was found of one file. */
export interface ReadOutcome {
  /**
   * Null where it failed, or where no other file has these bytes and no hash was asked for. Without
   * hashing it may be a sign.
   */
  readonly contentHash: string | null;
  readonly failure: ReadFailure | null;
  /** A number made of its first and last bytes; null where they were not read. */
  readonly edges: number | null;
}

/**
 * How far files are read: their edges alone; all bytes of those that may be equal, which get a sign
 * that they share where that says enough; or the same with a hash.
 */
export type ReadingDepth = "edges" | "signs" | "hashes";

/** Signs start with this, which no hash does. */
const SIGN = "=";

/**
 * A new sign. Files that bear one sign were compared with each other, byte by byte, and were equal.
 * Two signs say nothing.
 */
function newSign(): string {
  return `${SIGN}${crypto.randomUUID()}`;
}

/** True for a sign, false for a hash. */
export function isSign(contentHash: string): boolean {
  return contentHash.startsWith(SIGN);
}

/** Bytes read first, from the start and from the end: a page. */
export const EDGE_BYTES = 4096;

/** Files of at least so many bytes are told apart by their end too, before all is read. */
const TAIL_FROM_BYTES = 1024 * 1024;

/** Bytes compared and hashed at a time: both buffers stay in the processor's cache. */
const CHUNK_BYTES = 128 * 1024;

/** Files compared side by side: far below the descriptors that a process may have. */
export const SIDE_BY_SIDE_MAX = 48;

/** A digest in the making: what `createHash` of Node gives. */
export interface Digest {
  update(bytes: Uint8Array): unknown;
  digest(encoding: "base64"): string;
}

/** Begins a BLAKE2b-512 digest. */
export type DigestMaker = () => Digest;

interface Reader {
  readonly file: SizedFile;
  readonly place: number;
  readonly open: OpenedFile;
}

/**
 * Finds which of some files of one size are equal, byte by byte, reading no more than that takes:
 * first the edges; then, of those with equal edges, everything, side by side. Only one of equal
 * files is hashed: the others have been seen to have the same bytes. A file that differs from all
 * others is left as soon as that is known. Without hashing equal files get a sign
 * that they share.
 *
 * Of more files with equal edges than can be open at once each is hashed; equal hashes are equal
 * files (BLAKE2b-512). Linear in the bytes read. One object serves one thread.
 */
export class SameSizeReader {
  readonly #access: FileAccess;
  readonly #newDigest: DigestMaker;
  readonly #leader = new Uint8Array(CHUNK_BYTES);
  readonly #other = new Uint8Array(CHUNK_BYTES);
  #hashes = true;
  /** Classes of equal files that have no name yet. */
  readonly #nameless: (readonly Reader[])[] = [];
  readonly #outcomes: { -readonly [Field in keyof ReadOutcome]: ReadOutcome[Field] }[] = [];

  constructor(access: FileAccess, newDigest: DigestMaker) {
    this.#access = access;
    this.#newDigest = newDigest;
  }

  /** The outcome of each file, in the same order. Never throws. */
  read(files: readonly SizedFile[], depth: ReadingDepth): ReadOutcome[] {
    this.#hashes = depth === "hashes";
    this.#outcomes.length = 0;
    for (const { knownHash } of files) {
      this.#outcomes.push({ contentHash: knownHash, failure: null, edges: null });
    }
    const places = files.map((_, place) => place);
    if (depth === "edges") this.#placesByEdges(files, places);
    else if (files.length <= SIDE_BY_SIDE_MAX) this.#readFew(files, places);
    else this.#readMany(files, places);
    return [...this.#outcomes];
  }

  #readMany(files: readonly SizedFile[], places: readonly number[]): void {
    for (const equal of this.#placesByEdges(files, places).values()) {
      if (equal.length <= SIDE_BY_SIDE_MAX) this.#readFew(files, equal);
      else for (const place of equal) this.#readAlone(files, place);
    }
  }

  /** Opens one file after the other. */
  #placesByEdges(
    files: readonly SizedFile[],
    places: readonly number[],
  ): Map<number, readonly number[]> {
    const byEdges = new Map<number, number[]>();
    for (const place of places) {
      const reader = this.#open(files, place);
      if (reader === null) continue;
      const edges = this.#guarded(reader, () => this.#edgesOf(reader));
      reader.open.close();
      if (edges === null) continue;
      const known = byEdges.get(edges);
      if (known === undefined) byEdges.set(edges, [place]);
      else known.push(place);
    }
    return byEdges;
  }

  #readAlone(files: readonly SizedFile[], place: number): void {
    const reader = this.#open(files, place);
    if (reader === null) return;
    this.#hashWhole(reader);
    this.#close(reader);
  }

  #readFew(files: readonly SizedFile[], places: readonly number[]): void {
    const readers: Reader[] = [];
    for (const place of places) {
      const reader = this.#open(files, place);
      if (reader !== null) readers.push(reader);
    }
    const compared = new Set<Reader>();
    for (const group of this.#byEdges(readers)) {
      this.#compare(group, 0);
      this.#nameClasses(group);
      for (const reader of group) compared.add(reader);
    }
    for (const reader of readers) {
      const outcome = this.#outcomes[reader.place];
      const isMissing = outcome?.contentHash === null && outcome.failure === null;
      // A twin, of equal edges and other bytes, is hashed too: then it is known the next time.
      const isNeeded = reader.file.needsHash || (this.#hashes && compared.has(reader));
      if (isMissing && isNeeded) this.#hashWhole(reader);
      this.#close(reader);
    }
  }

  #open(files: readonly SizedFile[], place: number): Reader | null {
    const file = files[place];
    if (file === undefined) return null;
    try {
      const open = this.#access.open(file.path);
      const reader = { file, place, open };
      if (this.#isAsSeen(reader)) return reader;
      open.close();
    } catch (error) {
      this.#fail(place, error);
    }
    return null;
  }

  /** Closes a file and forgets what was found if it changed meanwhile. */
  #close(reader: Reader): void {
    const outcome = this.#outcomes[reader.place];
    if (outcome?.failure === null && outcome.contentHash !== null) this.#isAsSeen(reader);
    reader.open.close();
  }

  #isAsSeen({ file, place, open }: Reader): boolean {
    try {
      if (isSameIdentity(open.identity(), file.identity)) return true;
      this.#fail(place, new FileAccessError("changed", file.path));
    } catch (error) {
      this.#fail(place, error);
    }
    return false;
  }

  #byEdges(readers: readonly Reader[]): Reader[][] {
    const [first] = readers;
    if (first === undefined) return [];
    if (readers.length === 1) return [];
    const byEdges = new Map<number, Reader[]>();
    for (const reader of readers) {
      const edges = this.#guarded(reader, () => this.#edgesOf(reader));
      if (edges === null) continue;
      const known = byEdges.get(edges);
      if (known === undefined) byEdges.set(edges, [reader]);
      else known.push(reader);
    }
    return [...byEdges.values()].filter((group) => group.length > 1);
  }

  #edgesOf(reader: Reader): number {
    const { file, open, place } = reader;
    const { sizeBytes } = file.identity;
    const head = this.#leader.subarray(0, Math.min(EDGE_BYTES, sizeBytes));
    let edges = mixed(fill(reader, head, 0), 0);
    if (sizeBytes >= TAIL_FROM_BYTES) {
      const tail = this.#leader.subarray(0, EDGE_BYTES);
      edges = mixed(fill({ file, open }, tail, sizeBytes - EDGE_BYTES), edges);
    }
    const outcome = this.#outcomes[place];
    if (outcome !== undefined) outcome.edges = edges;
    return edges;
  }

  /** Files that are equal up to `from`: reads on, and parts those that turn out to differ. */
  #compare(group: readonly Reader[], from: number): void {
    // One whose hash is known leads: then nothing has to be hashed.
    let equal = [...group].sort((left, right) => rank(left.file) - rank(right.file));
    const differing: { readonly at: number; readonly readers: Reader[] }[] = [];
    const sizeBytes = group[0]?.file.identity.sizeBytes ?? 0;
    const known = equal[0]?.file.knownHash ?? null;
    const isHashed = known === null && from === 0 && this.#hashes;
    const hash = isHashed ? this.#newDigest() : null;
    for (let offset = from; offset < sizeBytes && equal.length > 1; offset += CHUNK_BYTES) {
      const length = Math.min(CHUNK_BYTES, sizeBytes - offset);
      const parted = this.#compareChunk(equal, { offset, length, hash });
      equal = parted.equal;
      if (parted.differing.length > 0) {
        differing.push({ at: offset, readers: parted.differing });
      }
    }
    if (equal.length > 1) {
      if (this.#hashes) this.#sayEqual(equal, known ?? this.#finish(equal, hash));
      else this.#nameless.push(equal);
    }
    for (const { at, readers } of differing) if (readers.length > 1) this.#compare(readers, at);
  }

  /** Compares one piece of all with that of the first that can be read. */
  #compareChunk(
    readers: readonly Reader[],
    piece: { readonly offset: number; readonly length: number; readonly hash: Digest | null },
  ): { readonly equal: Reader[]; readonly differing: Reader[] } {
    const { offset, length, hash } = piece;
    const leaderBytes = this.#leader.subarray(0, length);
    const otherBytes = this.#other.subarray(0, length);
    const equal: Reader[] = [];
    const differing: Reader[] = [];
    for (const reader of readers) {
      const isLeader = equal.length === 0;
      // A leader that fails in the middle would leave a hash of two files: all start anew.
      if (isLeader && reader !== readers[0]) {
        return { equal: [], differing: readers.filter((other) => this.#isWell(other)) };
      }
      const bytes = this.#guarded(
        reader,
        () => fill(reader, isLeader ? leaderBytes : otherBytes, offset),
      );
      if (bytes === null) continue;
      if (isLeader) hash?.update(bytes);
      if (isLeader || this.#access.isEqual(leaderBytes, otherBytes)) equal.push(reader);
      else differing.push(reader);
    }
    return { equal, differing };
  }

  /** Without hashing: gives the classes of files of equal edges their names. */
  #nameClasses(group: readonly Reader[]): void {
    if (this.#hashes) return;
    const classes = this.#nameless.splice(0);
    const isOneClass = classes.length === 1 && classes[0]?.length === group.length;
    // What was equal once and is not now has no say.
    if (!isOneClass) { for (const reader of group) this.#forgetSign(reader); }
    for (const equal of classes) {
      const known = equal[0]?.file.knownHash ?? null;
      const isGood = known !== null && (isOneClass || !isSign(known));
      this.#sayEqual(equal, isGood ? known : newSign());
    }
  }

  #forgetSign({ place }: Reader): void {
    const outcome = this.#outcomes[place];
    if (outcome?.contentHash && isSign(outcome.contentHash)) outcome.contentHash = null;
  }

  #finish(equal: readonly Reader[], hash: Digest | null): string | null {
    if (hash !== null) return hash.digest("base64");
    for (const reader of equal) {
      const found = this.#hashWhole(reader);
      if (found !== null) return found;
    }
    return null;
  }

  #sayEqual(equal: readonly Reader[], contentHash: string | null): void {
    for (const { place } of equal) {
      const outcome = this.#outcomes[place];
      if (outcome !== undefined && outcome.failure === null) outcome.contentHash = contentHash;
    }
  }

  #hashWhole(reader: Reader): string | null {
    const { sizeBytes } = reader.file.identity;
    const hash = this.#newDigest();
    for (let offset = 0; offset < sizeBytes; offset += CHUNK_BYTES) {
      const target = this.#leader.subarray(0, Math.min(CHUNK_BYTES, sizeBytes - offset));
      const bytes = this.#guarded(reader, () => fill(reader, target, offset));
      if (bytes === null) return null;
      hash.update(bytes);
    }
    const contentHash = hash.digest("base64");
    this.#sayEqual([reader], contentHash);
    return contentHash;
  }

  #isWell({ place }: Reader): boolean {
    return this.#outcomes[place]?.failure === null;
  }

  #guarded<Result>(reader: Reader, read: () => Result): Result | null {
    try {
      return read();
    } catch (error) {
      this.#fail(reader.place, error);
      return null;
    }
  }

  #fail(place: number, error: unknown): void {
    const outcome = this.#outcomes[place];
    if (outcome === undefined) return;
    outcome.contentHash = null;
    outcome.failure = error instanceof FileAccessError ? error.failure : "ioError";
  }
}

/** Those with a hash lead, then those with a sign. */
function rank({ knownHash }: SizedFile): number {
  if (knownHash === null) return 2;
  return isSign(knownHash) ? 1 : 0;
}

/** Reads exactly `target`; a file that has become shorter has changed. */
function fill(
  reader: Pick<Reader, "file" | "open">,
  target: Uint8Array,
  offset: number,
): Uint8Array {
  const read = reader.open.readAt(target, offset);
  if (read === target.length) return target;
  throw new FileAccessError("changed", reader.file.path);
}

/** A number of 53 bits made of some bytes and a number (two halves of FNV-1a over 32-bit words). */
function mixed(bytes: Uint8Array, start: number): number {
  let low = (start >>> 0) ^ 0x811c9dc5;
  let high = Math.floor(start / 2 ** 32) ^ 0x01000193;
  const words = bytes.length >>> 2;
  const view = new Int32Array(bytes.buffer, bytes.byteOffset, words);
  for (let index = 0; index < words; index += 1) {
    const word = view[index] ?? 0;
    low = Math.imul(low ^ word, 0x01000193);
    high = Math.imul(high ^ (word >>> 15) ^ low, 0x85ebca6b);
  }
  for (let index = words << 2; index < bytes.length; index += 1) {
    low = Math.imul(low ^ (bytes[index] ?? 0), 0x01000193);
    high = Math.imul(high ^ low, 0x85ebca6b);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
