import type { FileId } from "../library/ids.ts";
import type { KeepRule, SceneDecision } from "../library/plan.ts";
import type { LibraryState } from "../library/state.ts";
import { isPictureOf, type PlannedFile, planWorldOf } from "./plan_world.ts";
import { factsAbout } from "./plan_facts.ts";

/**
 * What a review of a scene starts from: the best member by keeper order stays with its whole shot,
 * and so does every favourite and all that takes no part in clean-ups; the rest is marked for
 * deletion. A capture is never marked in favour of its own picture. The order of `members` is kept.
 *
 * O(n log n) in the members and their entries.
 */
export function proposeDecisions(
  state: LibraryState,
  scene: { readonly members: readonly FileId[]; readonly keepRules: readonly KeepRule[] },
): SceneDecision[] {
  const facts = factsAbout(state, { files: scene.members, albums: [] });
  const world = planWorldOf(facts, scene.keepRules);
  const best = scene.members
    .flatMap((id) => world.files.get(id) ?? [])
    .filter((file) => file.obstacle === null)
    .reduce<PlannedFile | null>(
      (first, file) =>
        first === null || world.order.compare(file.candidate, first.candidate) < 0 ? file : first,
      null,
    );
  const goes = (id: FileId): boolean => {
    const file = world.files.get(id);
    if (file === undefined || best === null || file.shot === best.shot) return false;
    if (file.shot.parts.some((part) => part.favorite || part.obstacle !== null)) return false;
    return file.side === best.side && !isPictureOf(best, file);
  };
  return scene.members.map((id) => {
    const contentHash = world.files.get(id)?.facts.contentHash ?? null;
    return {
      file: id,
      choice: goes(id) ? "delete" : "keep",
      ...(contentHash === null ? {} : { contentHash }),
    };
  });
}
