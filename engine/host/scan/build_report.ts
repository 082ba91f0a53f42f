import {
  compareText,
  type ContentHash,
  exactScenes,
  type FileId,
  type KeepRule,
  type LibraryState,
  type Plan,
  type PlanItem,
  type PlanScope,
  type ReviewedScene,
  samePairs,
  type SceneGrounds,
  type SceneId,
  totalBytes,
} from "@scenekeep/engine/core";
import { type Tier, TIERS } from "@scenekeep/models";
import type { EmbeddingProblem } from "../embedding/embedding_problem.ts";
import type { UnreadableEntry } from "../folder/folder_entry.ts";
import { reasonOf } from "./reason_of.ts";
import { chooseBySelection, type SelectedFiles } from "./choose_by_selection.ts";
import { type SceneSignals, whyGrouped } from "./why_grouped.ts";
import type { DraftedPlans } from "./draft_plans.ts";
import type { ExactGroup, ScanReport, SimilarGroup, UnreadableFile } from "./scan_report.ts";

/** Why nothing of a group goes. */
export const ALL_STAY = "all stay: each is part of another shot";

/** All that a report is made of. */
export interface ReportParts {
  readonly state: LibraryState;
  /** Scenes of pictures, with decisions. */
  readonly similar: readonly ReviewedScene[];
  /** What speaks for them besides vectors. */
  readonly grounds: ReadonlyMap<SceneId, SceneGrounds>;
  readonly plans: DraftedPlans;
  /** What may not go. */
  readonly selected: SelectedFiles;
  /** What makes a file the one that stays. */
  readonly keepRules: readonly KeepRule[];
  /** What was looked at. */
  readonly scope: PlanScope;
  /** Names of the folder that are no file of the library. */
  readonly unreadable: readonly UnreadableEntry[];
  /** Contents that are in no scene, and why. */
  readonly problems: ReadonlyMap<ContentHash, EmbeddingProblem>;
  /** The largest distance of each tier. */
  readonly thresholds: Readonly<Record<Tier, { readonly distance: number }>> | null;
}

/** Writes down what a scan found. O(n log n) in the files of groups. */
export function buildReport(parts: ReportParts): ScanReport {
  const { plans } = parts;
  return {
    exact: exactGroups(parts),
    similar: similarGroups(parts),
    unreadable: unreadableFiles(parts),
    lostLinks: [],
    plan: plans.whole,
  };
}

function exactGroups({ keepRules, plans, scope, selected, state }: ReportParts): ExactGroup[] {
  const plan = plans.exact;
  // The plan names every scene that it was made for; without one they are looked for again.
  const scenes = plan?.scenes ??
    chooseBySelection(exactScenes(state, { scope, keepRules }), selected);
  return groupsOf(state, scenes, plan);
}

/** Exact scenes as groups, in order of path. `plan` says why the keepers stay. */
export function groupsOf(
  state: LibraryState,
  scenes: readonly ReviewedScene[],
  plan: Pick<Plan, "items"> | null,
): ExactGroup[] {
  const items = firstItems(plan);
  return scenes.flatMap((scene) => {
    const [first] = scene.members;
    const file = first === undefined ? undefined : state.files.get(first.file);
    if (file === undefined || file.contentHash === null) return [];
    const { keeper, why } = keeperOf(scene, items.get(scene.id));
    return [{
      hash: file.contentHash,
      sizeBytes: totalBytes(file.objects),
      keeper,
      why,
      files: filesOf(scene),
    }];
  }).sort(byFirstFile);
}

function similarGroups(parts: ReportParts): SimilarGroup[] {
  const { grounds, similar, plans, thresholds } = parts;
  if (thresholds === null) return [];
  const items = firstItems(plans.whole);
  return similar.map((scene) => {
    const { diameter } = scene;
    const tier = scene.tier === "sameImage" || scene.tier === "samePixels"
      ? scene.tier
      : TIERS.find((name) => diameter <= thresholds[name].distance) ?? "related";
    const contents = new Set(scene.members.map(({ contentHash }) => contentHash));
    return {
      tier,
      diameter,
      grouped: whyGrouped(contents.size, signalsOf(scene, grounds.get(scene.id))),
      ...keeperOf(scene, items.get(scene.id)),
      files: filesOf(scene),
    };
  }).sort(byFirstFile);
}

/** What speaks for a scene: what was compared, and which of the members here are one picture. */
function signalsOf({ members }: ReviewedScene, grounds: SceneGrounds | undefined): SceneSignals {
  const digestsOf = new Map(members.map(({ contentHash, digests }) => [contentHash, digests]));
  const same = samePairs(
    [...digestsOf].flatMap(([contentHash, digests]) =>
      contentHash === undefined || digests === undefined ? [] : [{ contentHash, digests }]
    ),
  );
  return {
    ...(grounds === undefined ? {} : { grounds }),
    ...(same === null ? {} : { same }),
  };
}

/** The item of each scene that says why its keeper stays before the next best file. */
function firstItems(plan: Pick<Plan, "items"> | null): Map<SceneId, PlanItem> {
  const first = new Map<SceneId, PlanItem>();
  for (const item of plan?.items ?? []) if (!first.has(item.scene)) first.set(item.scene, item);
  return first;
}

function keeperOf(
  scene: ReviewedScene,
  item: PlanItem | undefined,
): { keeper: FileId; why: string } {
  if (item !== undefined) return { keeper: item.keeper, why: item.why };
  const kept = scene.members.filter(({ choice }) => choice === "keep").map(({ file }) => file);
  const [keeper] = kept.sort(compareText);
  return {
    keeper: keeper ?? scene.members[0]?.file ?? ("" as FileId),
    why: kept.length === scene.members.length ? ALL_STAY : "first in the order of keepers",
  };
}

function filesOf(scene: ReviewedScene): FileId[] {
  return scene.members.map(({ file }) => file).sort(compareText);
}

function byFirstFile(
  left: { readonly files: readonly string[] },
  right: { readonly files: readonly string[] },
): number {
  return compareText(left.files[0] ?? "", right.files[0] ?? "");
}

function unreadableFiles(parts: ReportParts): UnreadableFile[] {
  const { state, problems } = parts;
  const found: UnreadableFile[] = parts.unreadable.map(({ path, ...why }) => ({
    file: path,
    ...why,
  }));
  for (const [file, error] of state.unreadable) found.push({ file, reason: reasonOf(error) });
  for (const [contentHash, { code, reason }] of problems) {
    // Nothing is wrong with a blank picture: there is only nothing to compare.
    if (code === "BLANK") continue;
    for (const file of state.filesByHash.get(contentHash) ?? []) {
      if (state.files.get(file)?.kind === "photo") found.push({ file, reason });
    }
  }
  return found.sort((left, right) => compareText(left.file, right.file));
}
