import {
  type EngineMessage,
  GROUPING,
  type KeepRule,
  LIBRARIAN,
  type OfferedScene,
  type ReviewedScene,
  type SceneGrounds,
  type SceneId,
} from "@scenekeep/engine/core";
import type { Tier } from "@scenekeep/models";
import { chooseBySelection, type SelectedFiles } from "./choose_by_selection.ts";
import { type LibraryClient, SCENES_MS_MAX } from "./library_client.ts";
import { ScanError } from "./scan_error.ts";

/** The review of a scan: there is one. */
const REVIEW = "scan";

/** Scenes of one page, and so of one proposal. */
const SCENES_PER_PAGE = 100;

/** Which scenes, and what makes a member of one the one that is proposed to stay. */
export interface SceneWishes {
  readonly tier: Tier;
  readonly keepRules: readonly KeepRule[];
}

/** Scenes with decisions, and what speaks for each besides vectors. */
export interface ReadScenes {
  readonly scenes: readonly ReviewedScene[];
  readonly grounds: ReadonlyMap<SceneId, SceneGrounds>;
}

/**
 * Reads all scenes of a tier from grouping, each with the decisions that the librarian proposes:
 * the best member stays, unless the
 * selection says otherwise. Scenes of exact copies alone are left out.
 */
export async function readScenes(
  client: LibraryClient,
  wanted: SceneWishes & { readonly selected: SelectedFiles },
): Promise<ReadScenes> {
  const { selected } = wanted;
  const { grounds, scenes: proposed } = await openScenes(client, wanted);
  const chosen = chooseBySelection(proposed, selected);
  // Other choices need the distances of other pairs.
  const scenes = chosen === proposed ? proposed : await decideAgain(client, chosen);
  await closeScenes(client);
  return { grounds, scenes };
}

/** The same, and grouping goes on to know the scenes, so that they can be decided once more. */
export async function openScenes(
  client: LibraryClient,
  { keepRules, tier }: SceneWishes,
): Promise<ReadScenes> {
  const grounds = new Map<SceneId, SceneGrounds>();
  const scenes: ReviewedScene[] = [];
  const opened = { kind: "openReview", review: REVIEW, tier, limit: SCENES_PER_PAGE } as const;
  let page = await client.ask(GROUPING, opened, ["reviewPage"], SCENES_MS_MAX);
  for (;;) {
    // deno-lint-ignore no-await-in-loop -- one page at a time bounds what is in memory
    scenes.push(...await decide(client, page.scenes, keepRules));
    for (const scene of page.scenes) {
      if (scene.grounds !== undefined) grounds.set(scene.id, scene.grounds);
    }
    if (page.next === null) break;
    const next = { kind: "readReview", review: REVIEW, after: page.next, limit: SCENES_PER_PAGE };
    // deno-lint-ignore no-await-in-loop -- as above
    page = await client.ask(GROUPING, { ...next, kind: "readReview" }, ["reviewPage"]);
  }
  return { scenes, grounds };
}

/** Decides open scenes anew, with the distances that these choices need. */
export async function decideAgain(
  client: LibraryClient,
  scenes: readonly ReviewedScene[],
): Promise<readonly ReviewedScene[]> {
  const decided: ReviewedScene[] = [];
  for (let start = 0; start < scenes.length; start += SCENES_PER_PAGE) {
    const page = scenes.slice(start, start + SCENES_PER_PAGE);
    const asked = page.map(({ id, members }) => ({ id, decisions: members }));
    // deno-lint-ignore no-await-in-loop -- one page at a time bounds what is in memory
    decided.push(...await askDistances(client, asked));
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
  keepRules: readonly KeepRule[],
): Promise<readonly ReviewedScene[]> {
  const proposed = await client.ask(LIBRARIAN, {
    kind: "proposeDecisions",
    scenes: offered.map(({ members }) => members),
    keepRules,
  }, ["decisions"]);
  const scenes = offered.flatMap(({ id }, index) => {
    const decisions = proposed.scenes[index] ?? [];
    const contents = new Set(decisions.map(({ contentHash }) => contentHash));
    return contents.size < 2 ? [] : [{ id, decisions }];
  });
  return await askDistances(client, scenes);
}

type Decided = (EngineMessage & { readonly kind: "decideScenes" })["scenes"];

/** Asks for scenes in halves where they have more pairs than fit one answer. */
async function askDistances(
  client: LibraryClient,
  scenes: Decided,
): Promise<readonly ReviewedScene[]> {
  if (scenes.length === 0) return [];
  const command = { kind: "decideScenes", review: REVIEW, scenes } as const;
  const answer = await client.ask(GROUPING, command, ["scenesDecided", "reviewRefused"]);
  if (answer.kind === "scenesDecided") return answer.scenes;
  if (answer.code !== "TOO_MANY_PAIRS" || scenes.length === 1) {
    throw new ScanError("ENGINE", `Cannot decide scenes: ${answer.code}: ${answer.detail}`);
  }
  const middle = scenes.length >> 1;
  const first = await askDistances(client, scenes.slice(0, middle));
  return [...first, ...await askDistances(client, scenes.slice(middle))];
}
