import type { Metadata } from "./file.ts";

/** What a merge leaves in the keeper, and what of the removed copy did not fit. */
export interface MergedMetadata {
  /** The keeper's own object when nothing changes. */
  readonly after: Metadata;
  /** One line for each value that stays only in the trash record, in a fixed order. */
  readonly conflicts: readonly string[];
}

/**
 * Merges what the user said about a removed copy, of equal bytes or the same picture, into its
 * keeper (R6): highest rating, union of tags, united caption lines, edited values where the keeper
 * has none, archived only if both are. On a conflict the keeper's value wins. The keeper's hidden
 * flag stays.
 *
 * Merging several copies one after the other gives the same rating, tags, caption lines and archive
 * mark in any order, so it is computed on the files as they are when an item is applied.
 *
 * `text: "withhold"` leaves out caption, tags, name and place, which other people would see; each
 * value that is held back is named in `conflicts`.
 *
 * Linear in lines and tags.
 *
 * @example
 * ```ts
 * import { mergeMetadata, NO_METADATA } from "@scenekeep/engine/core";
 * const keeper = { ...NO_METADATA, caption: "Beach" };
 * const removed = { ...NO_METADATA, caption: "Beach\nLast day", rating: 4 };
 * const { after } = mergeMetadata(keeper, removed, { text: "merge" });
 * if (after.caption !== "Beach\nLast day" || after.rating !== 4) throw new Error("Not merged");
 * ```
 */
export function mergeMetadata(
  keeper: Metadata,
  removed: Metadata,
  options: { readonly text: "merge" | "withhold" },
): MergedMetadata {
  const conflicts: string[] = [];
  const fits = <Value>(field: string, own: Value | null, other: Value | null): Value | null => {
    if (own === null) return other;
    if (other !== null && other !== own) conflicts.push(`${field}: ${other}`);
    return own;
  };
  const editedDateMs = fits("date", keeper.editedDateMs, removed.editedDateMs);
  const editedOrientation = fits(
    "orientation",
    keeper.editedOrientation,
    removed.editedOrientation,
  );
  const shared: Metadata = {
    ...keeper,
    rating: Math.max(keeper.rating, removed.rating),
    archived: keeper.archived && removed.archived,
    editedDateMs,
    editedOrientation,
  };
  if (options.text === "withhold") {
    const held = textOnlyIn(removed, keeper);
    return { after: sameOr(keeper, shared), conflicts: [...conflicts, ...held] };
  }
  const after: Metadata = {
    ...shared,
    caption: uniteLines(keeper.caption, removed.caption),
    tags: unite(keeper.tags, removed.tags),
    editedName: fits("name", keeper.editedName, removed.editedName),
    editedLocation: fits("place", keeper.editedLocation, removed.editedLocation),
  };
  return { after: sameOr(keeper, after), conflicts };
}

/** The keeper's object itself where no field has changed. Lists are the keeper's own until then. */
function sameOr(keeper: Metadata, after: Metadata): Metadata {
  const fields = Object.keys(after) as (keyof Metadata)[];
  return fields.every((field) => after[field] === keeper[field]) ? keeper : after;
}

function textOnlyIn(removed: Metadata, keeper: Metadata): string[] {
  const held: string[] = [];
  const lines = uniteLines(keeper.caption, removed.caption);
  if (lines !== keeper.caption) held.push(`caption: ${removed.caption}`);
  const tags = removed.tags.filter((tag) => !keeper.tags.includes(tag));
  if (tags.length > 0) held.push(`tags: ${tags.join(", ")}`);
  const { editedName, editedLocation } = removed;
  if (editedName !== null && editedName !== keeper.editedName) held.push(`name: ${editedName}`);
  if (editedLocation !== null && editedLocation !== keeper.editedLocation) {
    held.push(`place: ${editedLocation}`);
  }
  return held;
}

function uniteLines(own: string, other: string): string {
  if (other === "") return own;
  if (own === "") return other;
  const lines = own.split("\n");
  const united = unite(lines, other.split("\n").filter((line) => line !== ""));
  return united.length === lines.length ? own : united.join("\n");
}

function unite(own: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(own);
  const added: string[] = [];
  for (const other of others) {
    if (known.has(other)) continue;
    known.add(other);
    added.push(other);
  }
  return added.length === 0 ? own : [...own, ...added];
}
