/**
 * How well a scan finds pictures of one thing, on labelled real photos: `deno task bench-similar
 * [--photos DIR] [--cache DIR] [--write]`.
 *
 * Scans the folder with the settings that a user gets, and scores the groups. Then chooses the
 * rules anew for each source of photos, on all the others, and scores them on that source: what the
 * rules are worth on photos that they were not chosen on. `--write` puts the result in
 * `bench/RESULTS.md`. `DIR` has `images/`, `labels.json` and `manifest.json`, with `score.mjs`
 * beside it.
 *
 * @module
 */

import {
  addFile,
  addModel,
  type ContentHash,
  createGrouping,
  exactGroups,
  filesOf,
  identifier,
  type ModelId,
  type OwnerId,
  regroup,
  scenesOfTier,
  setEvidence,
  setVector,
} from "@scenekeep/engine/core";
import {
  recordFolder,
  scanFolder,
  type ScanReport,
  ScanWorkers,
  type TierDistances,
} from "@scenekeep/engine/host";
import { integerDistance } from "@scenekeep/models";
import { photosDev } from "@scenekeep/tools/permitted";
import { join, resolve } from "@std/path";
import { parseArgs } from "node:util";
import {
  countPairs,
  groupedPairs,
  type LabelledPair,
  type LabelledPhotos,
  type PairCounts,
  ratesOf,
  readLabelledPhotos,
} from "./labelled_photos.ts";
import { writeSection } from "./write_section.ts";

const COMMAND = "deno task bench-similar --write";

/** Rules that are tried: those of the default first, which wins a tie. */
const SPOTS_TRIED = [8, 6, 10, 12, 16] as const;
const TRUSTED_TRIED = [0.05, 0.02, 0.08] as const;
const REACH_TRIED = [0.25, 0.2, 0.3] as const;
const SIMILAR = 0.15;

/** What decides which pictures are similar. */
interface Rules {
  readonly spotsMin: number;
  readonly trusted: number;
  readonly reach: number;
}

interface Tried {
  readonly rules: Rules;
  readonly isGrouped: (pair: LabelledPair) => boolean;
}

/** A folder whose contents are known by path. */
interface Contents {
  readonly hashOf: ReadonlyMap<string, ContentHash>;
  readonly vectorOf: (hash: ContentHash) => Int16Array | null;
  readonly dimensions: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      photos: { type: "string" },
      cache: { type: "string" },
      write: { type: "boolean", default: false },
    },
  });
  const folder = values.photos ?? photosDev();
  if (folder === null) {
    say("Skipped: there are no labelled photos; name a folder of them with --photos");
    return;
  }
  const photos = await readLabelledPhotos(resolve(folder));
  const temporary = values.cache === undefined ? await Deno.makeTempDir() : null;
  const cache = temporary ?? values.cache!;
  try {
    const { report } = await scanFolder({ root: photos.images, cache, onNote: say });
    const { hashOf } = await contentsOf(photos.images, cache);
    const tried = await tryRules(photos, cache);
    const text = [
      ...fittedLines(photos, report),
      ...keeperLines(photos, report),
      ...validatedLines(photos, tried),
    ].join("\n");
    say(text);
    if (values.write) {
      await writeSection(TITLE, `${head(hashOf.size)}\n\n${text}`);
    }
  } finally {
    if (temporary !== null) await Deno.remove(temporary, { recursive: true });
  }
}

const TITLE = "## Similar pictures";

function head(count: number): string {
  return `${count} labelled real photos, by \`${COMMAND}\`. A pair of photos is right when both
are in one group and show the same thing by the labels.`;
}

function groupsOf(report: ScanReport): string[][] {
  return [...report.similar, ...report.exact].map(({ files }) => [...files]);
}

function fittedLines({ pairs }: LabelledPhotos, report: ScanReport): string[] {
  const isGrouped = groupedPairs(groupsOf(report));
  const rows = (name: string, groups: Map<string, LabelledPair[]>): string[] =>
    [...groups].sort(([left], [right]) => left < right ? -1 : 1).map(([key, some]) => {
      const { right } = countPairs(some, isGrouped);
      return `| ${name}${key} | ${right} of ${some.length} | ${percent(right / some.length)} |`;
    });
  const same = pairs.filter(({ isSame }) => isSame);
  return [
    "### Default setting",
    "",
    ...ratesTable([
      ["all pairs", countPairs(pairs, isGrouped)],
      ["without exact copies", countPairs(pairs.filter(isNotExact), isGrouped)],
    ]),
    "",
    "| pairs to find | found | recall |",
    "| --- | --- | --- |",
    ...rows("", Map.groupBy(same, ({ kind }) => kind)),
    ...rows("edit: ", Map.groupBy(same.filter(({ edit }) => edit !== null), ({ edit }) => edit!)),
    "",
  ];
}

function isNotExact({ isSame, kind }: LabelledPair): boolean {
  return !isSame || kind !== "exact";
}

function keeperLines({ keepers }: LabelledPhotos, report: ScanReport): string[] {
  let [best, named, wrong] = [0, 0, 0];
  for (const label of keepers) {
    const group = [...report.similar, ...report.exact].find(({ files }) =>
      files.filter((file) => label.files.includes(file)).length > 1
    );
    if (label.best.length > 0) named += 1;
    if (group === undefined) continue;
    if (label.best.includes(group.keeper)) best += 1;
    if (label.notBest.includes(group.keeper)) wrong += 1;
  }
  return [
    `Keeper: the best photo in ${best} of ${named} scenes that name one (${
      percent(best / named)
    }),`,
    `one that should not stay in ${wrong}.`,
    "",
  ];
}

/** For each source: the rules that are best on the others, and what they do on it. */
function validatedLines({ pairs, sources }: LabelledPhotos, tried: readonly Tried[]): string[] {
  const sum = { right: 0, wrong: 0, missed: 0, lookAlikes: 0 };
  const rows = sources.map((source) => {
    const held = pairs.filter((pair) => pair.sources.has(source));
    const others = pairs.filter((pair) => !pair.sources.has(source));
    const scored = tried.map((one) => ({
      one,
      f1: ratesOf(countPairs(others, one.isGrouped)).f1,
    }));
    const { one } = scored.reduce((best, next) => next.f1 > best.f1 ? next : best);
    const counts = countPairs(held, one.isGrouped);
    for (const key of ["right", "wrong", "missed", "lookAlikes"] as const) sum[key] += counts[key];
    const { spotsMin, trusted, reach } = one.rules;
    const { precision, recall } = ratesOf(counts);
    const found = `${counts.right} of ${counts.right + counts.missed}`;
    return `| ${source} | ${spotsMin}, ${trusted}, ${reach} | ${found} | ${counts.wrong} | ` +
      `${percent(precision)} | ${percent(recall)} |`;
  });
  return [
    "### Cross-validated by source",
    "",
    `${tried.length} sets of rules: spots that must agree ${SPOTS_TRIED.join(", ")}; cosine ` +
    `distance that is trusted ${TRUSTED_TRIED.join(", ")}; distance up to which pictures are ` +
    `compared ${REACH_TRIED.join(", ")}. For each source the set with the best F1 on all others.`,
    "",
    ...ratesTable([["all sources, each by rules chosen without it", sum]]),
    "",
    "| source left out | rules chosen | found | wrong | precision | recall |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
  ];
}

function ratesTable(rows: readonly (readonly [string, PairCounts])[]): string[] {
  return [
    "| what | right | wrong | missed | look-alikes | precision | recall | F1 |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map(([name, counts]) => {
      const { right, wrong, missed, lookAlikes } = counts;
      const { precision, recall, f1 } = ratesOf(counts);
      const rates = [precision, recall, f1].map(percent).join(" | ");
      return `| ${name} | ${right} | ${wrong} | ${missed} | ${lookAlikes} | ${rates} |`;
    }),
  ];
}

async function contentsOf(root: string, cache: string): Promise<Contents> {
  return await recordFolder({ root, cache }, ({ files, model, vectorOf }) => {
    const hashOf = new Map(files.map(({ contentHash, path }) => [path, contentHash]));
    const vectors = new Map(
      files.filter(({ isEmbedded }) => isEmbedded).map(({ contentHash }) =>
        [contentHash, vectorOf(contentHash)] as const
      ),
    );
    const { dimensions } = model;
    return Promise.resolve({ hashOf, vectorOf: (hash) => vectors.get(hash) ?? null, dimensions });
  });
}

/** Groups the folder by every set of rules; the pictures are compared once. */
async function tryRules({ images }: LabelledPhotos, cache: string): Promise<Tried[]> {
  const contents = await contentsOf(images, cache);
  const pathOf = new Map([...contents.hashOf].map(([path, hash]) => [hash, join(images, path)]));
  await using workers = await ScanWorkers.open({ root: images, cache, embeds: true, onNote: say });
  const hashes = [...new Set(contents.hashOf.values())].filter((hash) =>
    contents.vectorOf(hash) !== null
  );
  const tried: Tried[] = [];
  for (const spotsMin of SPOTS_TRIED) {
    for (const trusted of TRUSTED_TRIED) {
      for (const reach of REACH_TRIED) {
        const rules = { spotsMin, trusted, reach };
        const distances = {
          close: integerDistance(trusted),
          similar: integerDistance(SIMILAR),
          related: integerDistance(reach),
        };
        const look = workers.secondLook({
          pathOf: (hash) => pathOf.get(hash) ?? null,
          distances,
          spotsMin,
        });
        // deno-lint-ignore no-await-in-loop -- each finds what the ones before have compared
        const { pairs } = await look.look(hashes);
        const groups = groupBy(
          contents,
          distances,
          pairs.map(({ distance, first, second }) => [first, second, distance] as const),
        );
        tried.push({ rules, isGrouped: groupedPairs(groups) });
      }
    }
  }
  return tried;
}

/** The groups of a scan by these distances. */
function groupBy(
  { dimensions, hashOf, vectorOf }: Contents,
  distances: TierDistances,
  pairs: readonly (readonly [ContentHash, ContentHash, number])[],
): string[][] {
  const grouping = createGrouping();
  const model = identifier<ModelId>("tried");
  const owner = identifier<OwnerId>("you");
  const { close, similar } = distances;
  const thresholds = { close: Math.min(close, similar), similar, related: similar };
  addModel(grouping, { id: model, dimensions, thresholds });
  setEvidence(grouping, { model, pairs });
  for (const [path, hash] of hashOf) {
    addFile(grouping, { owner, side: "visible", hash }, identifier(path));
    const vector = vectorOf(hash);
    if (vector !== null) setVector(grouping, { owner, hash, model, vector });
  }
  regroup(grouping);
  const similarGroups = scenesOfTier(grouping, "similar").map(({ members }) =>
    members.flatMap((hash) => filesOf(grouping, { owner, side: "visible", hash }))
  );
  return [...similarGroups, ...exactGroups(grouping).map(({ files }) => [...files])];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function say(line: string): void {
  // deno-lint-ignore no-console -- the program prints its result
  console.log(line);
}

if (import.meta.main) await main();
