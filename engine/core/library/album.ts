import type { AlbumId, FileId, OwnerId } from "./ids.ts";

/** What an album is for. There is one `favorites` and one `uncategorized` per owner. */
export type AlbumKind = "regular" | "favorites" | "uncategorized" | "hidden";

/** One album and its entries. */
export interface AlbumRecord {
  readonly id: AlbumId;
  readonly kind: AlbumKind;
  readonly owner: OwnerId;
  name: string;
  /** True when other people see what is in it, by sharing or by a public link. */
  visibleToOthers: boolean;
  /** True when the library's owner may add entries; always so in an album of one's own. */
  readonly mayAdd: boolean;
  cover: FileId | null;
  /** Manual order of the entries, or null for order by date. */
  order: readonly FileId[] | null;
  readonly entries: Set<FileId>;
}

/** True for albums that can never be deleted. */
export function isPermanent(kind: AlbumKind): boolean {
  return kind === "favorites" || kind === "uncategorized";
}
