import {
  type EngineMessage,
  type FileId,
  GROUPING,
  type KeepRule,
  LIBRARIAN,
  type OfferedScene,
  type ReviewedScene,
  type ReviewTier,
  type SceneGrounds,
  type SceneId,
} from "@scenekeep/engine/core";
import { chooseBySelection, type SelectedFiles } from "./choose_by_selection.ts";
import { type LibraryClient, SCENES_MS_MAX } from "./library_client.ts";
import { ScanError } from "./scan_error.ts";

/** The review of a scan: there is one. */
const REVIEW = "scan";

/** Scenes of one page, and so of one proposal. */
const SCENES_PER_PAGE = 100;

/** Which scenes, and what makes a member of one the one that is proposed to stay. */
export interface SceneWishes {
  readonly tier: ReviewTier;
  readonly keepRules: readonly KeepRule[];
  /** Which files: a scene is what is left of it without the others. */
  readonly holds: (file: FileId) => boolean;
}

/** Scenes with decisions, and what speaks for each besides vectors. */
export interface ReadScenes {
  readonly scenes: readonly ReviewedScene[];
  readonly grounds: ReadonlyMap<SceneId, SceneGrounds>;
  /** Members that nobody looks at, of scenes that have any. */
  readonly others: ReadonlyMap<SceneId, readonly FileId[]>;
}

/** What is read where no pictures are compared. */
export const NO_SCENES: ReadScenes = { scenes: [], grounds: new Map(), others: new Map() };

/**
 * Reads all scenes of a tier from grouping, each with the decisions that the librarian proposes:
 * the best member stays, unless the selection says otherwise. Scenes of exact copies alone are left
 * out.
 */
export async function readScenes(
  client: LibraryClient,
  wanted: SceneWishes & { readonly selected: SelectedFiles },
): Promise<ReadScenes> {
  const { selected } = wanted;
  const { grounds, others, scenes: proposed } = await openScenes(client, wanted);
  const chosen = chooseBySelection(proposed, selected);
  // Other choices need the distances of other pairs.
  const scenes = chosen === proposed ? proposed : await decideAgain(client, chosen, others);
  await closeScenes(client);
  return { grounds, others, scenes };
}

/** The same, and grouping goes on to know the scenes, so that they can be decided once more. */
export async function openScenes(
  client: LibraryClient,
  { holds, keepRules, tier }: SceneWishes,
): Promise<ReadScenes> {
  const grounds = new Map<SceneId, SceneGrounds>();
  const others = new Map<SceneId, readonly FileId[]>();
  const scenes: ReviewedScene[] = [];
  const opened = { kind: "openReview", review: REVIEW, tier, limit: SCENES_PER_PAGE } as const;
  let page = await client.ask(GROUPING, opened, ["reviewPage"], SCENES_MS_MAX);
  for (;;) {
    for (const { id, members } of page.scenes) {
      const unseen = members.filter((file) => !holds(file));
      if (unseen.length > 0) others.set(id, unseen);
    }
    // deno-lint-ignore no-await-in-loop -- one page at a time bounds what is in memory
    scenes.push(...await decide(client, page.scenes, { holds, keepRules, others }));
    for (const scene of page.scenes) {
      if (scene.grounds !== undefined) grounds.set(scene.id, scene.grounds);
    }
    if (page.next === null) break;
    const next = { kind: "readReview", review: REVIEW, after: page.next, limit: SCENES_PER_PAGE };
    // deno-lint-ignore no-await-in-loop -- as above
    page = await client.ask(GROUPING, { ...next, kind: "readReview" }, ["reviewPage"]);
  }
  return { scenes, grounds, others };
}

/** Decides open scenes anew, with the distances that these choices need. */
export async function decideAgain(
  client: LibraryClient,
  scenes: readonly ReviewedScene[],
  others: ReadScenes["others"],
): Promise<readonly ReviewedScene[]> {
  const decided: ReviewedScene[] = [];
  for (let start = 0; start < scenes.length; start += SCENES_PER_PAGE) {
    const page = scenes.slice(start, start + SCENES_PER_PAGE);
    const asked = page.map(({ id, members }) => ({ id, decisions: members }));
    // deno-lint-ignore no-await-in-loop -- one page at a time bounds what is in memory
    decided.push(...await askDistances(client, asked, others));
  }
  return decided;
}

/** Lets grouping forget the scenes. */
export async function closeScenes(client: LibraryClient): Promise<void> {
  await client.ask(GROUPING, { kind: "closeReview", review: REVIEW }, ["reviewClosed"]);
}

async function decide(
  client: LibraryClient,
  offered: readonly OfferedScene[],
  wanted: Pick<SceneWishes, "holds" | "keepRules"> & Pick<ReadScenes, "others">,
): Promise<readonly ReviewedScene[]> {
  const { holds, keepRules, others } = wanted;
  const proposed = await client.ask(LIBRARIAN, {
    kind: "proposeDecisions",
    scenes: offered.map(({ members }) => members.filter(holds)),
    keepRules,
  }, ["decisions"]);
  const scenes = offered.flatMap(({ id }, index) => {
    const decisions = proposed.scenes[index] ?? [];
    const contents = new Set(decisions.map(({ contentHash }) => contentHash));
    return contents.size < 2 ? [] : [{ id, decisions }];
  });
  return await askDistances(client, scenes, others);
}

/** What is left of a scene without members that nobody looks at. */
function sceneWithout(scene: ReviewedScene, others: readonly FileId[]): ReviewedScene {
  if (others.length === 0) return scene;
  const unseen = new Set(others);
  const members = scene.members.filter(({ file }) => !unseen.has(file));
  const place = new Map(members.map(({ file }, index) => [file, index]));
  const placeOf = (index: number): number | undefined => place.get(scene.members[index]!.file);
  const distances = scene.distances.flatMap(([one, other, distance]) => {
    const [left, right] = [placeOf(one), placeOf(other)];
    return left === undefined || right === undefined ? [] : [[left, right, distance] as const];
  });
  return { ...scene, members, distances };
}

type Decided = (EngineMessage & { readonly kind: "decideScenes" })["scenes"];

/**
 * Asks for scenes in halves where they have more pairs than fit one answer. Grouping wants to hear
 * of all members: those that nobody looks at stay.
 */
async function askDistances(
  client: LibraryClient,
  scenes: Decided,
  others: ReadScenes["others"],
): Promise<readonly ReviewedScene[]> {
  if (scenes.length === 0) return [];
  const othersOf = (id: SceneId): readonly FileId[] => others.get(id) ?? [];
  const whole = scenes.map(({ decisions, id }) => ({
    id,
    decisions: [
      ...decisions,
      ...othersOf(id).map((file) => ({ file, choice: "keep" as const })),
    ],
  }));
  const command = { kind: "decideScenes", review: REVIEW, scenes: whole } as const;
  const answer = await client.ask(GROUPING, command, ["scenesDecided", "reviewRefused"]);
  if (answer.kind === "scenesDecided") {
    return answer.scenes.map((scene) => sceneWithout(scene, othersOf(scene.id)));
  }
  if (answer.code !== "TOO_MANY_PAIRS" || scenes.length === 1) {
    throw new ScanError("ENGINE", `Cannot decide scenes: ${answer.code}: ${answer.detail}`);
  }
  const middle = scenes.length >> 1;
  const first = await askDistances(client, scenes.slice(0, middle), others);
  return [...first, ...await askDistances(client, scenes.slice(middle), others)];
}
