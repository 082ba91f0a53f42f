import type { AlbumId, FileId } from "../library/ids.ts";
import type { Plan, PlanItem } from "../library/plan.ts";
import type { LibraryState } from "../library/state.ts";

/** Which album holds which live file, in short: all that the album promises speak of. */
export interface Membership {
  readonly live: Set<FileId>;
  readonly entries: Map<AlbumId, Set<FileId>>;
}

/** The membership of a library, as a copy. */
export function membershipOf(state: LibraryState): Membership {
  return {
    live: new Set(state.files.keys()),
    entries: new Map([...state.albums].map(([id, album]) => [id, new Set(album.entries)])),
  };
}

/**
 * Carries one item out as R18 says, knowing nothing of other items: representatives are added where
 * that is allowed, then the file or entry goes. Skips the item when a representative is missing or
 * anything it names is gone. Returns whether it was applied.
 */
export function executeItem(membership: Membership, item: PlanItem): boolean {
  const { live, entries } = membership;
  if (!live.has(item.file) || !live.has(item.keeper)) return false;
  for (const { album, representative, mayAdd } of item.albums) {
    const present = entries.get(album)?.has(representative) ?? false;
    if (!present && (!mayAdd || !live.has(representative))) return false;
  }
  for (const { album, representative } of item.albums) entries.get(album)?.add(representative);
  if (item.action === "removeEntry") {
    if (item.fromAlbum !== null) entries.get(item.fromAlbum)?.delete(item.file);
    return true;
  }
  for (const files of entries.values()) files.delete(item.file);
  live.delete(item.file);
  return true;
}

/** Carries out the items of these indexes, in this order. Returns the applied ones. */
export function executePlan(
  membership: Membership,
  plan: Plan,
  order: readonly number[],
): readonly PlanItem[] {
  const applied: PlanItem[] = [];
  for (const index of order) {
    const item = plan.items[index];
    if (item !== undefined && executeItem(membership, item)) applied.push(item);
  }
  return applied;
}
