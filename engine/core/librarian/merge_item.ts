import type { FileRecord } from "../library/file.ts";
import { mergeMetadata } from "../library/metadata_merge.ts";
import type { ItemChanges, MetadataMerge, Plan } from "../library/plan.ts";
import { isSeenByOthers } from "../library/visibility.ts";
import type { TurnDraft } from "./turn_draft.ts";

/**
 * Merges a removed copy's metadata into its keeper as both are now (R6); the plan only said whether
 * words may move, and an album that was shared since may say no. Returns what changed, for undo;
 * null when nothing did.
 */
export function mergeInto(
  draft: TurnDraft,
  merge: { plan: Plan; planned: MetadataMerge; keeper: FileRecord; file: FileRecord },
): ItemChanges["merged"] {
  const before = draft.metadataOf(merge.keeper);
  const { after } = mergeMetadata(before, merge.file.metadata, {
    text: merge.planned.textWithheld || isExposed(draft, merge) ? "withhold" : "merge",
  });
  if (JSON.stringify(before) === JSON.stringify(after)) return null;
  draft.changeMetadata(merge.keeper, after);
  return { file: merge.keeper.id, before, after };
}

/** True when others see the keeper in an album for which the user has not consented. */
function isExposed(draft: TurnDraft, merge: { plan: Plan; keeper: FileRecord }): boolean {
  const { owner, albums } = draft.state;
  for (const id of merge.keeper.entries.keys()) {
    const album = albums.get(id);
    if (album === undefined || owner === null || merge.plan.consentAlbums.includes(id)) continue;
    if (isSeenByOthers(album, owner)) return true;
  }
  return false;
}
