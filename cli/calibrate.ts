/**
 * `deno task calibrate PHOTOS LABELS.json`: finds the distances of a model's tiers on labelled
 * photos.
 *
 * @module
 */

import { type ModelDescription, recordFolder } from "@scenekeep/engine/host";
import { squaredDistance, UNIT_LENGTH } from "@scenekeep/engine/core";
import { dirname, join } from "@std/path";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { type Labels, readLabels, readSources } from "./labels_file.ts";
import { DEFAULT_MODEL, readModel } from "./model_file.ts";
import { ProgressLine } from "./progress.ts";
import {
  readCommandLine,
  reportFailures,
  runCommand,
  type Terminal,
  writeOutput,
  wrongUsage,
} from "./terminal.ts";
import {
  type DistanceScore,
  FITTED_TIERS,
  type FittedPair,
  type FittedTiers,
  fitTiers,
  scoreDistances,
  scoreRates,
  validateTiers,
} from "./tier_fit.ts";
import { userPath } from "./user_path.ts";
import { count } from "./wording.ts";

const HELP = `deno task calibrate PHOTOS LABELS.json [options]

Says for each distance of a model's vectors how many pairs of the labelled photos in the
folder PHOTOS it gets right, and which distances fit best. LABELS.json:
{"scenes": [{"files": ["a.jpg", "b.jpg"]}], "singles": ["c.jpg"]}: photos of a scene belong
together; of a scene with "strength": "loose", and of "ignore_pairs", they need not.

  --model ID         the model, by its name or a file that describes it
  --manifest FILE    where photos come from: [{"file": "a.jpg", "repo": "one"}]; then each source
                     is tried with what fits all others. If it is absent: manifest.json beside
                     LABELS.json, if there is one
  --out FILE.json    write what fits, for deno task scan DIR --model FILE.json
  --cache DIR        remember vectors and the model there, not in the cache directory
  --help             say this

Exit code: 0 done · 1 a mistake of the program · 2 wrong usage · 3 the folder cannot be read ·
4 the cache or the model cannot be had · 5 the result cannot be written · 130 stopped
`;

const SHAPE = {
  flags: [],
  values: ["model", "manifest", "out", "cache"],
  positionals: ["PHOTOS", "LABELS.json"],
} as const;

/** What is fitted to. */
interface Given {
  readonly labels: Labels;
  /** Of each file, where that is known. */
  readonly sources: ReadonlyMap<string, string>;
  readonly model: ModelDescription;
}

/** Runs the command. */
export async function calibrateCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = readCommandLine(terminal, { words, shape: SHAPE, help: HELP });
  if (typeof given === "number") return given;
  const [folder = ".", labelsWord = ""] = given.positionals;
  const word = given.values.get("model") ?? DEFAULT_MODEL;
  const read = await readGiven(userPath(labelsWord), given.values.get("manifest"), word);
  if (typeof read === "string") return wrongUsage(terminal, read);
  const cache = given.values.get("cache");
  const progress = ProgressLine.on(terminal);
  return await reportFailures(terminal, async () => {
    try {
      const vectors = await vectorsOf({
        root: userPath(folder),
        description: read.model,
        ...(cache === undefined ? {} : { cache: userPath(cache) }),
        signal: terminal.signal,
        onProgress: (state) => progress.show(state),
        onNote: (line) => progress.note(line),
      });
      const pairs = labelledPairs(read, vectors);
      progress.clear();
      if (!pairs.some(({ isSame }) => isSame) || pairs.every(({ isSame }) => isSame)) {
        return wrongUsage(
          terminal,
          `Cannot fit to ${count(pairs.length, "pair")}: want some that belong together and some ` +
            `that do not among the photos that are in "${folder}" and in the labels`,
        );
      }
      const tiers = fitTiers(scoreDistances(pairs));
      terminal.out(reportText(pairs, tiers, vectors.size));
      const out = given.values.get("out");
      if (out !== undefined) await writeModel(userPath(out), { word, tiers, pairs });
      return EXIT.done;
    } finally {
      progress.clear();
    }
  });
}

async function readGiven(
  labelsPath: string,
  manifest: string | undefined,
  word: string,
): Promise<Given | string> {
  const model = await readModel(word);
  if (typeof model === "string") return model;
  const written = await readJson(labelsPath);
  if (typeof written === "string") return written;
  const labels = readLabels(written.value);
  if (typeof labels === "string") return `Cannot use the labels in "${labelsPath}": ${labels}`;
  const path = manifest === undefined
    ? join(dirname(labelsPath), "manifest.json")
    : userPath(manifest);
  if (manifest === undefined && !(await isThere(path))) {
    return { labels, sources: new Map(), model };
  }
  const origin = await readJson(path);
  if (typeof origin === "string") return origin;
  const sources = readSources(origin.value);
  if (typeof sources === "string") return `Cannot use the manifest in "${path}": ${sources}`;
  return { labels, sources, model };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    // Whatever else is wrong with it is said when it is read.
    return !(error instanceof Deno.errors.NotFound);
  }
}

async function readJson(path: string): Promise<{ readonly value: unknown } | string> {
  try {
    return { value: JSON.parse(await Deno.readTextFile(path)) };
  } catch (error) {
    return `Cannot read "${path}": ${error instanceof Error ? error.message : String(error)}`;
  }
}

type VectorOfFile = ReadonlyMap<string, { readonly hash: string; readonly vector: Int16Array }>;

async function vectorsOf(options: Parameters<typeof recordFolder>[0]): Promise<VectorOfFile> {
  return await recordFolder(options, ({ files, vectorOf }) =>
    Promise.resolve(
      new Map(files.flatMap(({ contentHash, path }) => {
        const vector = vectorOf(contentHash);
        return vector === null ? [] : [[path, { hash: contentHash, vector }] as const];
      })),
    ));
}

/** Pairs that labels speak of; exact copies are near whatever the model. */
function labelledPairs({ labels, sources }: Given, vectors: VectorOfFile): FittedPair[] {
  const files = labels.files.filter((file) => vectors.has(file));
  return files.flatMap((left, at) =>
    files.slice(at + 1).flatMap((right) => {
      const verdict = labels.verdict(left, right);
      const [one, other] = [vectors.get(left)!, vectors.get(right)!];
      if (verdict === "free" || one.hash === other.hash) return [];
      const distance = squaredDistance(one.vector, other.vector);
      const cosine = distance / (2 * UNIT_LENGTH * UNIT_LENGTH);
      const from = [left, right].flatMap((file) => sources.get(file) ?? []);
      return [{ cosine, isSame: verdict === "same", sources: [...new Set(from)] }];
    })
  );
}

function ratesText(score: Omit<DistanceScore, "cosine">): string {
  const { f1, precision, recall } = scoreRates(score);
  return [precision, recall, f1].map((rate) => `${(100 * rate).toFixed(1)} %`.padStart(9)).join("");
}

function reportText(pairs: readonly FittedPair[], tiers: FittedTiers, photos: number): string {
  const scores = scoreDistances(pairs);
  const same = pairs.filter(({ isSame }) => isSame).length;
  const shown = scores.filter(({ cosine }) => cosine <= tiers.related + 0.1);
  const validated = validateTiers(pairs);
  return [
    `${count(photos, "photo")}, ${count(same, "pair")} that belong together, ${
      count(pairs.length - same, "pair")
    } that do not`,
    "",
    "distance  precision   recall       F1",
    ...shown.map((score) => {
      const tier = FITTED_TIERS.find((name) => tiers[name] === score.cosine);
      return `${score.cosine.toFixed(2).padEnd(8)}${ratesText(score)}${
        tier === undefined ? "" : `   ${tier}`
      }`;
    }),
    "",
    ...(validated === null
      ? ["Not tried on other sources: there is no manifest, or one source alone"]
      : [
        `Tried on each of ${count(validated.sources, "source")}, by distances that fit all others:`,
        ...FITTED_TIERS.map((tier) => `${tier.padEnd(8)}${ratesText(validated.tiers[tier])}`),
      ]),
    "",
  ].join("\n");
}

async function writeModel(
  path: string,
  { pairs, tiers, word }: {
    readonly word: string;
    readonly tiers: FittedTiers;
    readonly pairs: readonly FittedPair[];
  },
): Promise<void> {
  const same = pairs.filter(({ isSame }) => isSame).length;
  const file = {
    model: word.endsWith(".json") ? userPath(word) : word,
    thresholds: tiers,
    thresholdsFrom: `Fitted to ${same} pairs that belong together and ${
      pairs.length - same
    } that do not`,
  };
  await writeOutput(path, [`${JSON.stringify(file, null, 2)}\n`]);
}

if (import.meta.main) await runCommand(calibrateCommand);
