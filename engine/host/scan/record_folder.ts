import {
  compareText,
  type ContentDigests,
  type ContentHash,
  type FileRecord,
  GROUPING,
  type LibraryState,
  type LookedPair,
  type PictureLosses,
  totalBytes,
} from "@scenekeep/engine/core";
import type { EmbeddingCompute } from "../embedding/embedding_compute.ts";
import { SCENES_MS_MAX } from "./library_client.ts";
import { type ReadLibrary, readLibrary, type ReadOptions } from "./read_library.ts";

/** A file of a recorded folder. No pixels. */
export interface RecordedEntry {
  /** Below the folder, with `/` between names. */
  readonly path: string;
  readonly kind: FileRecord["kind"];
  readonly contentHash: ContentHash;
  readonly sizeBytes: number;
  /**
   * Directories that have a name of the file; `.` is the folder itself. The first has the bytes.
   */
  readonly albums: readonly string[];
  /** Names the shot that the file is part of, or null. */
  readonly capture: string | null;
  readonly raw: boolean;
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly sharpness: number | null;
  readonly takenAtMs: number | null;
  /** What the picture shows to have been lost; absent where it was not looked at. */
  readonly losses?: PictureLosses;
  /** Whether the picture has a vector; false for all that is no picture. */
  readonly isEmbedded: boolean;
}

/** A folder as data: enough to run the engine on a library like it. */
export interface RecordedFolder {
  readonly albums: readonly { readonly path: string; readonly hidden: boolean }[];
  /** In order of path. Files whose bytes could not be read are left out. */
  readonly files: readonly RecordedEntry[];
  /** How many files were left out. */
  readonly leftOut: number;
  readonly bytes: number;
  readonly model: {
    readonly dimensions: number;
    /** Largest squared integer distance of each tier. */
    readonly close: number;
    readonly similar: number;
    readonly related: number;
  };
  /** Pairs of pictures that were compared, in order. */
  readonly looked: readonly LookedPair[];
  /** Contents that hold the picture of another one, in order. */
  readonly digests: readonly ContentDigests[];
  /** The quantised vector of a content, or null where there is none. */
  readonly vectorOf: (contentHash: ContentHash) => Int16Array | null;
}

/** What comparing pictures has found. */
type Looked = EmbeddingCompute["looked"];

/**
 * Reads a folder and hands it to `use` as data. The vectors are read one by one from where they are
 * remembered, so `use` should ask for them as it writes.
 *
 * @throws {ScanError} With a code that says why the folder cannot be read.
 */
export async function recordFolder<Result>(
  options: Omit<ReadOptions, "embeds" | "tier">,
  use: (recorded: RecordedFolder) => Promise<Result>,
): Promise<Result> {
  return await readLibrary({ ...options, embeds: true }, async (read) => {
    const looked = await lookAtAll(read);
    const state = await read.library.end();
    return await use(recordedFolder(read, { state, looked }));
  });
}

/** What is found where pictures are compared to group the folder. */
async function lookAtAll({ compute, library }: ReadLibrary): Promise<Looked> {
  const review = "record";
  const opened = { kind: "openReview", review, tier: "similar", limit: 1 } as const;
  await library.client.ask(GROUPING, opened, ["reviewPage"], SCENES_MS_MAX);
  await library.client.ask(GROUPING, { kind: "closeReview", review }, ["reviewClosed"]);
  return compute?.looked ?? { pairs: [], digests: [] };
}

function recordedFolder(
  read: ReadLibrary,
  { looked, state }: { readonly looked: Looked; readonly state: LibraryState },
): RecordedFolder {
  const { folder, model, compute } = read;
  if (model === null || compute === null) throw new TypeError("Recording needs a model");
  const { dimensions, thresholds } = model.prepared.description;
  const files = [...state.files.values()]
    .sort((left, right) => compareText(left.id, right.id))
    .flatMap((file) => recordedEntry(state, file) ?? []);
  return {
    albums: folder.library.albums.map(({ album, hidden }) => ({ path: album, hidden })),
    files,
    leftOut: state.files.size - files.length,
    bytes: state.usage.liveBytes,
    model: {
      dimensions,
      close: thresholds.close.distance,
      similar: thresholds.similar.distance,
      related: thresholds.related.distance,
    },
    looked: looked.pairs,
    digests: looked.digests,
    vectorOf: (contentHash) => {
      const known = model.cache.find(contentHash);
      return known?.kind === "embedded" ? known.vector : null;
    },
  };
}

function recordedEntry(state: LibraryState, file: FileRecord): RecordedEntry | null {
  const { contentHash, facts } = file;
  if (contentHash === null || !file.verified) return null;
  return {
    path: file.id,
    kind: file.kind,
    contentHash,
    sizeBytes: totalBytes(file.objects),
    albums: [...file.entries.keys()],
    capture: file.capture,
    raw: facts.raw,
    widthPixels: facts.widthPixels,
    heightPixels: facts.heightPixels,
    sharpness: facts.sharpness,
    takenAtMs: facts.takenAtMs,
    ...(facts.losses === undefined ? {} : { losses: facts.losses }),
    isEmbedded: file.kind === "photo" && state.embedded.get(contentHash) === "embedded",
  };
}
