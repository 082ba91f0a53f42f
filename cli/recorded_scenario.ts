import type { RecordedEntry, RecordedFolder } from "@scenekeep/engine/host";

/** How a folder becomes a scenario. */
export interface RecordedScenarioOptions {
  /** Name of the scenario: that of its file, without `.json`. */
  readonly id: string;
  /** True to keep the names of files and folders; else they get numbers. */
  readonly names: boolean;
}

/** Room to upload and edit, beyond what is there. */
const LIMIT_SPARE_BYTES = 1024 ** 3;

const HOUR_MS = 3_600_000;

/**
 * What happens to a recorded library: both clean-ups, both taken back, and both once more. The days
 * after that are enough for all of it to be purged from the trash.
 */
const CLEAN_UPS = [
  { id: "exact", atMs: HOUR_MS, kind: "cleanExact", plan: "exact-1" },
  { id: "similar", atMs: 24 * HOUR_MS, kind: "cleanSimilar", plan: "similar-1", tier: "similar" },
  { id: "similar-back", atMs: 48 * HOUR_MS, kind: "undoPlan", plan: "similar-1" },
  { id: "exact-back", atMs: 60 * HOUR_MS, kind: "undoPlan", plan: "exact-1" },
  { id: "exact-again", atMs: 72 * HOUR_MS, kind: "cleanExact", plan: "exact-2" },
  {
    id: "similar-again",
    atMs: 96 * HOUR_MS,
    kind: "cleanSimilar",
    plan: "similar-2",
    tier: "similar",
  },
] as const;

/** The 30 days of the trash, counted from the last clean-up, and some for downtimes. */
const VIRTUAL_DAYS = 40;

/**
 * Writes a recorded folder as a scenario document for `deno task sim`, piece by piece: a large
 * folder is never one text in memory. One file is one line.
 *
 * Ids are numbers in order of path, so that ties between files break as they do in the folder.
 * Content hashes stay as they are, since scenes break their ties by them. Each vector is written
 * once, with the first file that has its content; pairs of pictures that were compared come last.
 */
export function* recordedScenario(
  recorded: RecordedFolder,
  options: RecordedScenarioOptions,
): Generator<string> {
  const { albums, files, model } = recorded;
  const albumIds = new Map(albums.map(({ path }, index) => [path, numbered("album", index)]));
  const shotIds = new Map<string, string>();
  for (const { capture } of files) {
    if (capture !== null && !shotIds.has(capture)) {
      shotIds.set(capture, numbered("shot", shotIds.size));
    }
  }
  yield `{\n${headLines(recorded, options)},\n"world": {\n"kind": "listed",\n`;
  yield `"model": ${JSON.stringify(model)},\n"albums": [\n`;
  for (const [index, { path, hidden }] of albums.entries()) {
    const album = {
      id: albumIds.get(path),
      kind: hidden ? "hidden" : "regular",
      ...(options.names ? { name: path } : {}),
    };
    yield `${JSON.stringify(album)}${index + 1 < albums.length ? "," : ""}\n`;
  }
  yield '],\n"files": [\n';
  const described = new Set<string>();
  for (const [index, file] of files.entries()) {
    const entry = {
      ...listedFile(file, { albumIds, shotIds }),
      id: numbered("file", index),
      ...(options.names ? { name: file.path.slice(file.path.lastIndexOf("/") + 1) } : {}),
      ...(described.has(file.contentHash) ? {} : look(recorded, file)),
    };
    described.add(file.contentHash);
    yield `${JSON.stringify(entry)}${index + 1 < files.length ? "," : ""}\n`;
  }
  yield '],\n"looked": [\n';
  for (const [index, { distance, first, second, spots }] of recorded.looked.entries()) {
    const pair = JSON.stringify([first, second, distance, spots]);
    yield `${pair}${index + 1 < recorded.looked.length ? "," : ""}\n`;
  }
  yield '],\n"digests": [\n';
  for (const [index, { contentHash, digests }] of recorded.digests.entries()) {
    const row = JSON.stringify([contentHash, digests.imageData, digests.pixels]);
    yield `${row}${index + 1 < recorded.digests.length ? "," : ""}\n`;
  }
  yield "]\n}\n}\n";
}

/** A name of a scenario made of a file's name: `My Photos.json` is `my-photos`. */
export function scenarioIdOf(fileName: string): string {
  const words = fileName.replace(/\.json$/i, "").toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join("-").slice(0, 80).replace(/-$/, "") || "recorded";
}

function headLines(recorded: RecordedFolder, options: RecordedScenarioOptions): string {
  const head = {
    format: "scenario/1",
    id: options.id,
    exercises: exercised(recorded),
    why: "A real folder, recorded: its clean-ups are tried out here before anything touches it",
    seed: 1,
    library: { kind: "folder", limitBytes: recorded.bytes * 2 + LIMIT_SPARE_BYTES },
    virtualDays: VIRTUAL_DAYS,
    operations: CLEAN_UPS,
    faults: { profile: "default" },
    // A small folder may not live long enough for every fault to find something to strike.
    expect: { eachFaultMin: 0 },
  };
  return Object.entries(head)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(",\n");
}

/** The promises that the run puts to the test: some need copies to be about anything. */
function exercised({ files }: RecordedFolder): string[] {
  const contents = new Set(files.map(({ contentHash }) => contentHash));
  const always = ["INV-ALBUM-3", "INV-QUOTA-1", "INV-LOSS-1"];
  return contents.size === files.length ? always : [...always, "INV-ALBUM-2", "INV-UNDO-1"];
}

function listedFile(
  file: RecordedEntry,
  ids: { albumIds: ReadonlyMap<string, string>; shotIds: ReadonlyMap<string, string> },
): Record<string, unknown> {
  const { capture, losses, sharpness, takenAtMs } = file;
  return {
    id: "",
    kind: file.kind,
    contentHash: file.contentHash,
    sizeBytes: file.sizeBytes,
    albums: file.albums.map((path) => ids.albumIds.get(path)),
    widthPixels: file.widthPixels,
    heightPixels: file.heightPixels,
    ...(sharpness === null ? {} : { sharpness }),
    ...(takenAtMs === null ? {} : { takenAtMs }),
    ...(losses === undefined ? {} : { losses }),
    ...(capture === null ? {} : { capture: ids.shotIds.get(capture) }),
    ...(file.raw ? { raw: true } : {}),
  };
}

function look(recorded: RecordedFolder, file: RecordedEntry): Record<string, unknown> {
  const vector = file.isEmbedded ? recorded.vectorOf(file.contentHash) : null;
  if (vector === null) return file.kind === "photo" ? { embeddable: false } : {};
  return { vector: [...vector] };
}

function numbered(noun: string, index: number): string {
  return `${noun}${String(index + 1).padStart(7, "0")}`;
}
