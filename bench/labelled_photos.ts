/**
 * Photos that people have sorted, and how well groups of them agree.
 *
 * @module
 */

import { join } from "@std/path";

/** What labels say of pairs, in the words of the folder's own scorer. */
interface Judge {
  readonly files: readonly string[];
  verdict(left: string, right: string): "same" | "other" | "free";
  kind(left: string, right: string): string;
  op(file: string): string | undefined;
  hard(left: string, right: string): string | undefined;
}

/** A pair that counts, and of which source its photos are. */
export interface LabelledPair {
  readonly left: string;
  readonly right: string;
  readonly isSame: boolean;
  readonly kind: string;
  /** The edit, where one of the two was made from the other by one. */
  readonly edit: string | null;
  readonly isLookAlike: boolean;
  readonly sources: ReadonlySet<string>;
}

/** A scene of which somebody said what should stay. */
export interface KeeperLabel {
  readonly files: readonly string[];
  readonly best: readonly string[];
  readonly notBest: readonly string[];
}

/** A labelled folder. */
export interface LabelledPhotos {
  /** Where the photos are. */
  readonly images: string;
  readonly pairs: readonly LabelledPair[];
  readonly keepers: readonly KeeperLabel[];
  readonly sources: readonly string[];
}

/** Right, wrong and missed pairs. */
export interface PairCounts {
  right: number;
  wrong: number;
  missed: number;
  lookAlikes: number;
}

interface Labels {
  readonly scenes: readonly {
    readonly files: readonly string[];
    readonly best?: string | readonly string[];
    readonly not_best?: readonly string[];
  }[];
}

interface ManifestEntry {
  readonly file: string;
  readonly repo: string;
}

/** Reads a folder with `images/`, `labels.json` and `manifest.json`, and `../score.mjs`. */
export async function readLabelledPhotos(folder: string): Promise<LabelledPhotos> {
  const { judge } = await import(join(folder, "../score.mjs")) as {
    judge(labels: unknown): Judge;
  };
  const labels = JSON.parse(await Deno.readTextFile(join(folder, "labels.json"))) as Labels;
  const written = JSON.parse(await Deno.readTextFile(join(folder, "manifest.json"))) as
    | readonly ManifestEntry[]
    | { readonly files: readonly ManifestEntry[] };
  const manifest = "files" in written ? written.files : written;
  const sourceOf = new Map(manifest.map(({ file, repo }) => [file, repo]));
  const judged = judge(labels);
  const pairs = judged.files.flatMap((left, place) =>
    judged.files.slice(place + 1).flatMap((right) => pairOf(judged, sourceOf, [left, right]))
  );
  const keepers = labels.scenes.flatMap(({ best, files, not_best: notBest = [] }) => {
    const named = best === undefined ? [] : typeof best === "string" ? [best] : [...best];
    return named.length + notBest.length === 0 ? [] : [{ files, best: named, notBest }];
  });
  const sources = [...new Set(sourceOf.values())].sort();
  return { images: join(folder, "images"), pairs, keepers, sources };
}

function pairOf(
  judged: Judge,
  sourceOf: ReadonlyMap<string, string>,
  [left, right]: readonly [string, string],
): LabelledPair[] {
  const verdict = judged.verdict(left, right);
  if (verdict === "free") return [];
  const edits = [judged.op(left), judged.op(right)].filter((edit) => edit !== undefined);
  return [{
    left,
    right,
    isSame: verdict === "same",
    kind: judged.kind(left, right),
    edit: edits.length === 1 ? edits[0]! : null,
    isLookAlike: judged.hard(left, right) !== undefined,
    sources: new Set([sourceOf.get(left) ?? "", sourceOf.get(right) ?? ""]),
  }];
}

/** Which pairs of files are in one of the groups. */
export function groupedPairs(groups: readonly (readonly string[])[]): (
  pair: Pick<LabelledPair, "left" | "right">,
) => boolean {
  const groupsOf = new Map<string, Set<number>>();
  for (const [number, files] of groups.entries()) {
    for (const file of files) {
      groupsOf.set(file, (groupsOf.get(file) ?? new Set()).add(number));
    }
  }
  return ({ left, right }) => {
    const others = groupsOf.get(right);
    return others !== undefined && [...groupsOf.get(left) ?? []].some((one) => others.has(one));
  };
}

/** Counts pairs. */
export function countPairs(
  pairs: readonly LabelledPair[],
  isGrouped: (pair: LabelledPair) => boolean,
): PairCounts {
  const counts = { right: 0, wrong: 0, missed: 0, lookAlikes: 0 };
  for (const pair of pairs) {
    const said = isGrouped(pair);
    if (pair.isSame) counts[said ? "right" : "missed"] += 1;
    else if (said) {
      counts.wrong += 1;
      if (pair.isLookAlike) counts.lookAlikes += 1;
    }
  }
  return counts;
}

/** Precision, recall and their harmonic mean, 0 to 1. */
export function ratesOf({ right, wrong, missed }: PairCounts): {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
} {
  const precision = right + wrong === 0 ? 1 : right / (right + wrong);
  const recall = right + missed === 0 ? 1 : right / (right + missed);
  return { precision, recall, f1: 2 * right / Math.max(1, 2 * right + wrong + missed) };
}
