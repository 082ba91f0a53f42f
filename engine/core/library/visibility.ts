import type { AlbumKind, AlbumRecord } from "./album.ts";
import type { FileRecord } from "./file.ts";
import type { AlbumId, OwnerId } from "./ids.ts";

/** On which side of the barrier a file is; `mixed` files are part of no clean-up. */
export type Side = "visible" | "hidden" | "mixed";

/**
 * The side of a file: hidden when its own flag says so or all its entries are in hidden albums,
 * mixed when it has both hidden and visible entries and no flag. Linear in the file's entries.
 */
export function sideOf(
  file: {
    readonly metadata: Pick<FileRecord["metadata"], "hidden">;
    readonly entries: { keys(): Iterable<AlbumId> };
  },
  albums: ReadonlyMap<AlbumId, Pick<AlbumRecord, "kind">>,
): Side {
  if (file.metadata.hidden) return "hidden";
  let hidden = false;
  let visible = false;
  for (const id of file.entries.keys()) {
    if (albums.get(id)?.kind === "hidden") hidden = true;
    else visible = true;
  }
  if (hidden && visible) return "mixed";
  return hidden ? "hidden" : "visible";
}

/**
 * True when an entry of the file in an album of this kind leaves the file on its side. A file that
 * is hidden by its entries alone would come into the open in any album that is not hidden itself.
 */
export function mayEnter(
  file: { readonly side: Side; readonly flaggedHidden: boolean },
  kind: AlbumKind,
): boolean {
  switch (file.side) {
    case "visible":
      return kind !== "hidden";
    case "hidden":
      return file.flaggedHidden || kind === "hidden";
    case "mixed":
      return false;
  }
}

/** True when people other than the library's owner see what is in the album. */
export function isSeenByOthers(
  album: Pick<AlbumRecord, "visibleToOthers" | "owner">,
  owner: OwnerId,
): boolean {
  return album.visibleToOthers || album.owner !== owner;
}
