/**
 * Labels of photos: which show the same thing, which do not, and where each comes from.
 *
 * @module
 */

import { z } from "zod";
import { documentProblems } from "./document_problems.ts";

const FILES = z.array(z.string()).min(1);

/** Loose, since labels may say more than what is used here. */
const LABELS = z.looseObject({
  scenes: z.array(z.looseObject({
    files: FILES,
    strength: z.enum(["near", "loose"]).default("near"),
  })),
  singles: z.array(z.string()).default([]),
  ignore_pairs: z.array(z.tuple([z.string(), z.string()])).default([]),
});

const MANIFEST_ENTRIES = z.array(z.looseObject({ file: z.string(), repo: z.string() }));
const MANIFEST = z.union([
  MANIFEST_ENTRIES,
  z.looseObject({ files: MANIFEST_ENTRIES }).transform(({ files }) => files),
]);

/** What labels say. */
export interface Labels {
  /** Every file that is named, in order. */
  readonly files: readonly string[];
  /** `same` must be found, `other` must not; `free` counts neither way. */
  readonly verdict: (left: string, right: string) => "same" | "other" | "free";
}

/** Reads labels from what a file holds; a text that says what is wrong where they are none. */
export function readLabels(written: unknown): Labels | string {
  const read = LABELS.safeParse(written);
  if (!read.success) return documentProblems(read.error);
  const { scenes, singles, ignore_pairs: ignored } = read.data;
  const sceneOf = joinedScenes(scenes.filter(({ strength }) => strength === "near"));
  const nameOf = (file: string): string => sceneOf.get(file) ?? file;
  const free = new Set<string>();
  const pairName = (left: string, right: string): string => JSON.stringify([left, right].sort());
  for (const { files, strength } of scenes) {
    if (strength === "near") continue;
    for (const left of files) {
      for (const right of files) free.add(pairName(nameOf(left), nameOf(right)));
    }
  }
  for (const [left, right] of ignored) free.add(pairName(nameOf(left), nameOf(right)));
  const files = new Set([...singles, ...scenes.flatMap((scene) => scene.files)]);
  return {
    files: [...files].sort(),
    verdict: (left, right) => {
      if (nameOf(left) === nameOf(right)) return "same";
      return free.has(pairName(nameOf(left), nameOf(right))) ? "free" : "other";
    },
  };
}

/** The name of the scene of each file: scenes that share a file are one. */
function joinedScenes(
  scenes: readonly { readonly files: readonly string[] }[],
): Map<string, string> {
  const membersOf = new Map<string, string[]>();
  for (const { files } of scenes) {
    const joined = new Set(files.flatMap((file) => membersOf.get(file) ?? [file]));
    const members = [...joined];
    for (const file of members) membersOf.set(file, members);
  }
  return new Map([...membersOf].map(([file, members]) => [file, members[0]!]));
}

/** The source of each file by a manifest; a text that says what is wrong where it is none. */
export function readSources(written: unknown): ReadonlyMap<string, string> | string {
  const read = MANIFEST.safeParse(written);
  if (!read.success) return documentProblems(read.error);
  return new Map(read.data.map(({ file, repo }) => [file, repo]));
}
