import {
  checkCertificate,
  compareText,
  type ContentHash,
  identifier,
  type KeepRule,
  LIBRARIAN,
  type Plan,
  type PlanRequest,
  type ReviewedScene,
} from "@scenekeep/engine/core";
import { WHOLE_SELECTION } from "../folder/file_selection.ts";
import { scanScope } from "./album_scope.ts";
import { chooseBySelection, type SelectedFiles, selectedFiles } from "./choose_by_selection.ts";
import { draftPlans, planOf, scenesOutside } from "./draft_plans.ts";
import { markNotDuplicates } from "./not_duplicates_file.ts";
import { type ReadLibrary, readLibrary, type ReadOptions } from "./read_library.ts";
import { closeScenes, decideAgain, NO_SCENES, openScenes, type ReadScenes } from "./read_scenes.ts";
import { type FolderPlan, selectedPlan } from "./selected_plan.ts";
import { ScanError } from "./scan_error.ts";

/** A group as it is shown for a decision. */
export interface ReviewGroup {
  readonly tier: ReviewedScene["tier"];
  /** Largest distance of two members, an integer as in R9; 0 for exact copies. */
  readonly diameter: number;
  /** Those that are proposed to stay first, then in order of path. */
  readonly members: readonly {
    readonly file: string;
    readonly sizeBytes: number;
    /** What is proposed. */
    readonly choice: "keep" | "delete";
    /** False for a file that stays whatever is decided. */
    readonly mayGo: boolean;
  }[];
}

/** What the user decides about a group. */
export type ReviewAnswer =
  /** These stay, the others go. At least one must stay. */
  | { readonly kind: "keep"; readonly files: ReadonlySet<string> }
  /** Nothing of the group goes, and it is not shown again. Only for similar pictures. */
  | { readonly kind: "notDuplicates" }
  /** Not now: nothing of the group goes. */
  | { readonly kind: "skip" }
  /** This group and all after it are skipped. */
  | { readonly kind: "finish" };

/** What to review, and who decides. */
export interface ReviewFolderOptions extends Omit<ReadOptions, "embeds"> {
  /** True to look for exact copies alone. @default false */
  readonly exactOnly?: boolean;
  /** What makes a file the one that is proposed to stay, strongest first. @default none */
  readonly keepRules?: readonly KeepRule[];
  /** A directory that is reviewed alone, as `ScanOptions.album`. @default the whole folder */
  readonly album?: string;
  /** Asked for each group in turn. */
  readonly decide: (
    group: ReviewGroup,
    place: { readonly number: number; readonly total: number },
  ) => Promise<ReviewAnswer>;
}

/** What came of a review. */
export interface ReviewResult {
  /** Checked by the independent checker; null when nothing goes. */
  readonly plan: FolderPlan | null;
  readonly groups: number;
  readonly decided: number;
  readonly notDuplicates: number;
}

/**
 * Looks at a folder and asks about each group what stays. What is decided becomes a plan, which the
 * checker has verified; groups that were skipped are no part of it. Nothing in the folder changes
 * but for `.scenekeep/not_duplicates.json`, which remembers what was said to be no duplicate.
 *
 * @throws {ScanError} With a code that says why there is no result, or that it was stopped.
 */
export async function reviewFolder(options: ReviewFolderOptions): Promise<ReviewResult> {
  const embeds = !(options.exactOnly ?? false);
  return await readLibrary({ ...options, embeds }, (read) => review(read, options));
}

async function review(read: ReadLibrary, options: ReviewFolderOptions): Promise<ReviewResult> {
  const { client } = read.library;
  const tier = options.tier ?? "similar";
  const { keepRules = [], selection = WHOLE_SELECTION } = options;
  const selected = selectedFiles(read.folder.library.files, selection);
  const { holds, scope } = scanScope(read.folder.library, options.album);
  const { others, scenes: found } = read.model === null
    ? NO_SCENES
    : await openScenes(client, { tier, keepRules, holds });
  const similar = chooseBySelection(found, selected);
  const { exact } = await draftPlans(client, { similar: [], selected, keepRules, scope });
  const groups = [...similar, ...scenesOutside(exact?.scenes ?? [], similar)];
  const sizes = new Map(
    [...read.folder.library.entries].map(([file, entry]) => [String(file), entry.sizeBytes]),
  );
  const chosen: ReviewedScene[] = [];
  const apart: (readonly [ContentHash, ContentHash])[] = [];
  let decided = 0;
  let notDuplicates = 0;
  for (const [index, scene] of groups.entries()) {
    if (options.signal?.aborted) throw new ScanError("STOPPED", "The review was stopped");
    const place = { number: index + 1, total: groups.length };
    // deno-lint-ignore no-await-in-loop -- one question after the other
    const answer = await options.decide(groupOf(scene, { sizes, selected }), place);
    if (answer.kind === "finish") break;
    if (answer.kind === "skip") continue;
    decided += 1;
    if (answer.kind === "keep") chosen.push(withChoices(scene, answer.files, selected));
    else {
      notDuplicates += 1;
      apart.push(...pairsOf(scene));
    }
  }
  await markNotDuplicates(options.root, apart);
  const plan = await planOfChoices(read, chosen, { keepRules, others, scope });
  const total = groups.length;
  return { plan: plan && selectedPlan(plan, selection), groups: total, decided, notDuplicates };
}

function groupOf(
  scene: ReviewedScene,
  known: { readonly sizes: ReadonlyMap<string, number>; readonly selected: SelectedFiles },
): ReviewGroup {
  const { sizes, selected } = known;
  const members = scene.members.map(({ file, choice }) => ({
    file: String(file),
    sizeBytes: sizes.get(file) ?? 0,
    choice,
    mayGo: !selected.protected.has(file),
  })).sort((left, right) =>
    Number(left.choice === "delete") - Number(right.choice === "delete") ||
    compareText(left.file, right.file)
  );
  return { tier: scene.tier, diameter: scene.diameter, members };
}

function withChoices(
  scene: ReviewedScene,
  keep: ReadonlySet<string>,
  selected: SelectedFiles,
): ReviewedScene {
  const members = scene.members.map((member) => ({
    ...member,
    choice: keep.has(member.file) || selected.protected.has(member.file)
      ? "keep" as const
      : "delete" as const,
  }));
  if (!members.some(({ choice }) => choice === "keep")) {
    throw new RangeError("Cannot decide a group as at least one of it must stay: got none");
  }
  return { ...scene, members };
}

/** All pairs of different contents of a scene. */
function pairsOf(scene: ReviewedScene): (readonly [ContentHash, ContentHash])[] {
  const contents = [...new Set(scene.members.flatMap(({ contentHash }) => contentHash ?? []))]
    .sort(compareText);
  return contents.flatMap((left, place) =>
    contents.slice(place + 1).map((right) => [left, right] as const)
  );
}

async function planOfChoices(
  read: ReadLibrary,
  chosen: readonly ReviewedScene[],
  asked: Pick<PlanRequest, "keepRules" | "scope"> & Pick<ReadScenes, "others">,
): Promise<Plan | null> {
  const { client } = read.library;
  const { keepRules, others, scope } = asked;
  const removing = chosen.filter(({ members }) =>
    members.some(({ choice }) => choice === "delete")
  );
  const exact = removing.filter(({ tier }) => tier === "exact");
  const similar = await decideAgain(
    client,
    removing.filter(({ tier }) => tier !== "exact"),
    others,
  );
  if (read.model !== null) await closeScenes(client);
  if (removing.length === 0) return null;
  const request: PlanRequest = {
    plan: identifier("review"),
    cleanup: similar.length === 0 ? "exact" : "similar",
    scope,
    scenes: [...similar, ...exact],
    consentAlbums: [],
    keepRules,
  };
  const answer = await client.ask(LIBRARIAN, { kind: "requestPlan", request }, [
    "planReady",
    "refused",
  ]);
  const plan = planOf(answer);
  const state = await read.library.end();
  const [problem] = plan === null ? [] : checkCertificate(state, plan, request);
  if (problem === undefined) return plan;
  const message = `Cannot show the plan: it breaks a promise: ${problem.code}: ${problem.detail}`;
  throw new ScanError("ENGINE", message);
}
