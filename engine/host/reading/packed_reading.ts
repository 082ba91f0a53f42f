import type { FileIdentity, ReadFailure } from "./file_access.ts";
import type { ReadingDepth, ReadOutcome, SizedFile } from "./read_same_size.ts";

/**
 * A request to a reading thread in as few values as possible: to hand over one object for each file
 * takes longer than to compare two files.
 */
export interface PackedRequest {
  /** Paths, each with a zero after it. */
  readonly paths: string;
  /** `IDENTITY_NUMBERS` for each file. */
  readonly identities: Float64Array<ArrayBuffer>;
  /** How many files each group has. */
  readonly groupSizes: readonly number[];
  /** What is known of each file; null where nothing is known of any. */
  readonly knownHashes: readonly (string | null)[] | null;
  /** Which files need a hash, as indexes. */
  readonly needHash: readonly number[];
  readonly depth: ReadingDepth;
}

/** The answer to such a request, in its order. */
export interface PackedAnswer {
  readonly contentHashes: readonly (string | null)[];
  /** Not a number where they were not read. */
  readonly edges: Float64Array<ArrayBuffer>;
  /** Null where nothing failed. */
  readonly failures: readonly (ReadFailure | null)[] | null;
}

/** Size, device, inode, and times of modification and change. */
const IDENTITY_NUMBERS = 5;

/** Packs a request. */
export function packRequest(
  groups: readonly (readonly SizedFile[])[],
  depth: ReadingDepth,
): PackedRequest {
  const files = groups.flat();
  const identities = new Float64Array(files.length * IDENTITY_NUMBERS);
  const needHash: number[] = [];
  let paths = "";
  let knows = false;
  let place = 0;
  for (const [index, { path, identity, knownHash, needsHash }] of files.entries()) {
    paths += `${path}\0`;
    identities[place++] = identity.sizeBytes;
    identities[place++] = identity.device;
    identities[place++] = identity.inode;
    identities[place++] = identity.modifiedMs;
    identities[place++] = identity.changedMs;
    if (needsHash) needHash.push(index);
    knows ||= knownHash !== null;
  }
  return {
    paths,
    identities,
    groupSizes: groups.map(({ length }) => length),
    knownHashes: knows ? files.map(({ knownHash }) => knownHash) : null,
    needHash,
    depth,
  };
}

/** The groups of a request. */
export function unpackRequest(request: PackedRequest): SizedFile[][] {
  const { paths, identities, groupSizes, knownHashes } = request;
  const names = paths.split("\0");
  const needHash = new Set(request.needHash);
  let index = 0;
  return groupSizes.map((size) =>
    Array.from({ length: size }, () => {
      const file: SizedFile = {
        path: names[index] ?? "",
        identity: identityAt(identities, index * IDENTITY_NUMBERS),
        knownHash: knownHashes?.[index] ?? null,
        needsHash: needHash.has(index),
      };
      index += 1;
      return file;
    })
  );
}

function identityAt(identities: Float64Array, place: number): FileIdentity {
  return {
    sizeBytes: identities[place] ?? 0,
    device: identities[place + 1] ?? 0,
    inode: identities[place + 2] ?? 0,
    modifiedMs: identities[place + 3] ?? 0,
    changedMs: identities[place + 4] ?? 0,
  };
}

/** Packs an answer: the outcomes of all files, group by group. */
export function packAnswer(outcomes: readonly ReadOutcome[]): PackedAnswer {
  const failed = outcomes.some(({ failure }) => failure !== null);
  return {
    contentHashes: outcomes.map(({ contentHash }) => contentHash),
    edges: Float64Array.from(outcomes, ({ edges }) => edges ?? Number.NaN),
    failures: failed ? outcomes.map(({ failure }) => failure) : null,
  };
}

/** The outcomes of an answer, in groups of these sizes. */
export function unpackAnswer(answer: PackedAnswer, groupSizes: readonly number[]): ReadOutcome[][] {
  const { contentHashes, edges, failures } = answer;
  let index = 0;
  return groupSizes.map((size) =>
    Array.from({ length: size }, () => {
      const number = edges[index] ?? Number.NaN;
      const outcome: ReadOutcome = {
        contentHash: contentHashes[index] ?? null,
        failure: failures?.[index] ?? null,
        edges: Number.isNaN(number) ? null : number,
      };
      index += 1;
      return outcome;
    })
  );
}

/** The answer where all files of a request failed. */
export function failedAnswer({ groupSizes }: PackedRequest): PackedAnswer {
  let count = 0;
  for (const size of groupSizes) count += size;
  return {
    contentHashes: new Array<null>(count).fill(null),
    edges: new Float64Array(count).fill(Number.NaN),
    failures: new Array<ReadFailure>(count).fill("ioError"),
  };
}
