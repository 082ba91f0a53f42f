import type { FileRecord } from "../library/file.ts";
import type { AlbumId } from "../library/ids.ts";
import { mergeMetadata } from "../library/metadata_merge.ts";
import type { ItemChanges, Plan, PlanItem } from "../library/plan.ts";
import { isSeenByOthers } from "../library/visibility.ts";
import type { TurnDraft } from "./turn_draft.ts";

/**
 * Merges a removed copy's metadata into its keeper as both are now (R6); the plan only said whether
 * words may move, and an album that was shared since may say no. Returns what changed, for undo;
 * null when nothing did.
 *
 * Linear in the keeper's entries and, where words would move, in the items of its scene.
 */
export function mergeInto(draft: TurnDraft, merge: Merge): ItemChanges["merged"] {
  const { file, item, keeper } = merge;
  const before = draft.metadataOf(keeper);
  const full = mergeMetadata(before, file.metadata, { text: "merge" }).after;
  const bare = mergeMetadata(before, file.metadata, { text: "withhold" }).after;
  const isWithheld = item.merge?.textWithheld === true ||
    (JSON.stringify(full) !== JSON.stringify(bare) && isExposed(draft, merge));
  const after = isWithheld ? bare : full;
  if (JSON.stringify(before) === JSON.stringify(after)) return null;
  draft.changeMetadata(keeper, after);
  return { file: keeper.id, before, after };
}

/** An item that is being applied, with its files as they are. */
interface Merge {
  readonly plan: Plan;
  readonly item: PlanItem;
  readonly keeper: FileRecord;
  readonly file: FileRecord;
}

/**
 * True when others see the keeper in an album for which the user has not consented: one that it is
 * in, that this turn adds it to, or that any item of the plan wants it in. The album may have been
 * shared after the plan was made.
 */
function isExposed(draft: TurnDraft, { file, item, keeper, plan }: Merge): boolean {
  const { owner, albums } = draft.state;
  const isSeen = (id: AlbumId): boolean => {
    const album = albums.get(id);
    return album !== undefined && owner !== null && !plan.consentAlbums.includes(id) &&
      isSeenByOthers(album, owner);
  };
  for (const id of keeper.entries.keys()) if (isSeen(id)) return true;
  for (const id of file.entries.keys()) {
    const album = albums.get(id);
    if (album !== undefined && draft.hasEntry(album, keeper.id) && isSeen(id)) return true;
  }
  return itemsOfScene(plan, item).some((other) =>
    other.albums.some(({ album, representative }) => representative === keeper.id && isSeen(album))
  );
}

/** A plan's items are in the order of their scenes: those of one scene stand together. */
function itemsOfScene(plan: Plan, { index, scene }: PlanItem): readonly PlanItem[] {
  let [first, end] = [index, index];
  while (plan.items[first - 1]?.scene === scene) first -= 1;
  while (plan.items[end]?.scene === scene) end += 1;
  return plan.items.slice(first, end);
}
