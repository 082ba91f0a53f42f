import { assert } from "@std/assert";
import type {
  GroupingCommand,
  GroupingReply,
  OfferedScene,
} from "../messages/grouping_messages.ts";
import {
  type GroupingWorld,
  lookedPairs,
  MODEL,
  type ModelLibrary,
  OWNER,
} from "./grouping_actor_world.ts";
import {
  addFile,
  addModel,
  createGrouping,
  markNotDuplicates,
  setEvidence,
  setVector,
} from "./grouping_state.ts";
import { exactGroups, filesOf, regroup, scenes } from "./grouping_view.ts";
import type { ReviewTier } from "../library/plan.ts";
import { type SimilarTier, tierOfDiameter } from "./scene.ts";

type PageReply = GroupingReply & { kind: "reviewPage" };

/** The scenes of a library by a fresh run: kind, diameter and files, in the order of a review. */
export function expectedScenes(
  library: ModelLibrary,
  tier: SimilarTier,
  { looksAgain = false }: { readonly looksAgain?: boolean } = {},
): string[] {
  const grouping = createGrouping();
  addModel(grouping, MODEL);
  for (const [file, { contentHash, owner, side }] of library.files) {
    addFile(grouping, { owner, side, hash: contentHash }, file);
  }
  for (const [first, second] of library.pairs) {
    if (first !== second) markNotDuplicates(grouping, { owner: OWNER, first, second });
  }
  for (const contentHash of library.embedded) {
    const vector = library.vectors.get(contentHash);
    if (vector === undefined) continue;
    setVector(grouping, { owner: OWNER, hash: contentHash, model: MODEL.id, vector });
  }
  if (looksAgain) {
    const pairs = lookedPairs([[...library.embedded].sort()]);
    setEvidence(grouping, {
      model: MODEL.id,
      pairs: pairs.map(({ distance, first, second }) => [first, second, distance] as const),
    });
  }
  regroup(grouping);
  return (["visible", "hidden"] as const).flatMap((side) => {
    const found = scenes(grouping).filter((scene) =>
      scene.tier === tier && scene.partition.side === side
    );
    const covered = new Set(found.flatMap((scene) => scene.members));
    const alone = exactGroups(grouping).filter((group) =>
      group.side === side && !covered.has(group.hash)
    );
    return [
      ...found.map(({ diameter, members }) => {
        const files = members.flatMap((hash) => filesOf(grouping, { owner: OWNER, side, hash }));
        const narrowest = tierOfDiameter(MODEL.thresholds, diameter);
        return `${narrowest} ${diameter} ${files.join()}`;
      }),
      ...alone.map(({ files }) => `exact 0 ${files.join()}`),
    ];
  });
}

/** Offered scenes in the same words. */
export function asText(offered: readonly OfferedScene[]): string[] {
  return offered.map(({ diameter, members, tier }) => `${tier} ${diameter} ${members.join()}`);
}

/** What a command is answered, once all that it needs has happened. */
export function answerTo(world: GroupingWorld, command: GroupingCommand): GroupingReply {
  const replies = world.ask(command);
  world.settle();
  const [reply] = replies;
  assert(reply !== undefined, `no answer to ${command.kind}`);
  return reply;
}

/** The review of a tier, opened with all its scenes. */
export function opened(
  world: GroupingWorld,
  tier: ReviewTier = "similar",
  review = "r",
): PageReply {
  const reply = answerTo(world, { kind: "openReview", review, tier, limit: 1000 });
  assert(reply.kind === "reviewPage", JSON.stringify(reply));
  return reply;
}
