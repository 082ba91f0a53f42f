import type { FileRecord } from "../library/file.ts";
import { mergeMetadata } from "../library/metadata_merge.ts";
import type { ItemChanges, MetadataMerge } from "../library/plan.ts";
import type { TurnDraft } from "./turn_draft.ts";

/**
 * Merges a removed copy's metadata into its keeper as both are now (R6); the plan only said whether
 * words may move. Returns what changed, for undo; null when nothing did.
 */
export function mergeInto(
  draft: TurnDraft,
  merge: { planned: MetadataMerge; keeper: FileRecord; file: FileRecord },
): ItemChanges["merged"] {
  const before = draft.metadataOf(merge.keeper);
  const { after } = mergeMetadata(before, merge.file.metadata, {
    text: merge.planned.textWithheld ? "withhold" : "merge",
  });
  if (JSON.stringify(before) === JSON.stringify(after)) return null;
  draft.changeMetadata(merge.keeper, after);
  return { file: merge.keeper.id, before, after };
}
