import type { AlbumId, ContentHash, FileId } from "@scenekeep/engine/core";
import { type LibrarianTurn, PromiseChecker } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";
import type { ShadowAlbum, ShadowFile, Side } from "./shadow_records.ts";
import { type ShadowLibrary, stillOf } from "./shadow_library.ts";

/**
 * INV-ALBUM-2: removing exact copies leaves every album with the same set of contents.
 *
 * Looked at in every turn that applies an item of an exact clean-up: what an album lost must still
 * be shown there by another file, and what it gained must have been shown before. What only
 * uncategorized held must be shown by some album of the owner on the same side of the barrier.
 */
export class AlbumContentChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-ALBUM-2";

  override afterTurn(turn: LibrarianTurn): void {
    const { delta } = turn.shadow;
    if (delta.items.length === 0 || !appliesExactItem(turn.shadow)) return;
    const lost = new Map<AlbumId, Set<ContentHash>>();
    for (const { album, file } of delta.entriesRemoved) {
      const { contentHash: hash = null, side = "visible" } = delta.files.get(file) ?? {};
      if (hash === null) continue;
      const hashes = lost.get(album);
      if (hashes === undefined) lost.set(album, new Set([hash]));
      else hashes.add(hash);
      this.#checkLost(turn, { album, hash, side });
    }
    for (const { album, file } of delta.entriesAdded) {
      const record = turn.shadow.albums.get(album);
      const hash = turn.shadow.files.get(file)?.contentHash ?? null;
      if (record === undefined || record.kind === "uncategorized" || hash === null) continue;
      const shown = [hash, stillOf(hash) ?? hash];
      const before = shown.some((part) => lost.get(album)?.has(part)) ||
        shown.some((part) => shownByAnother(turn.shadow, { album: record, hash: part, file })) ||
        this.#followsItsShot(turn, { album: record.id, file });
      this.expect(
        before,
        album,
        () => `An exact clean-up added content ${hash} to album ${album}, which had none of it`,
      );
    }
  }

  /** A shot moves as a whole: its RAW comes with the picture that was there. */
  #followsItsShot(turn: LibrarianTurn, entry: { album: AlbumId; file: FileId }): boolean {
    const { shadow } = turn;
    const capture = shadow.files.get(entry.file)?.capture ?? null;
    if (capture === null) return false;
    return shadow.delta.entriesAdded.some((other) =>
      other.album === entry.album && other.file !== entry.file &&
      shadow.files.get(other.file)?.capture === capture
    );
  }

  #checkLost(
    turn: LibrarianTurn,
    lost: { album: AlbumId; hash: ContentHash; side: Side },
  ): void {
    const { shadow } = turn;
    const album = shadow.albums.get(lost.album);
    if (album === undefined) return;
    const isShown = shadow.albumShows(album, lost.hash) ||
      (album.kind === "uncategorized" && shownOnSide(shadow, album, lost));
    this.expect(
      isShown,
      lost.album,
      () => `An exact clean-up left album ${lost.album} without content ${lost.hash}`,
    );
  }
}

function appliesExactItem(shadow: ShadowLibrary): boolean {
  for (const event of shadow.delta.items) {
    if (event.kind === "itemApplied" && shadow.plans.get(event.plan)?.plan.cleanup === "exact") {
      return true;
    }
  }
  return false;
}

function shownByAnother(
  shadow: ShadowLibrary,
  entry: { album: ShadowAlbum; hash: ContentHash; file: ShadowFile["id"] },
): boolean {
  for (const id of shadow.showing(entry.hash)) {
    if (id !== entry.file && entry.album.files.has(id)) return true;
  }
  return false;
}

/** True when a file on the side of the lost one shows it. */
function shownOnSide(
  shadow: ShadowLibrary,
  lostBy: ShadowAlbum,
  lost: { hash: ContentHash; side: Side },
): boolean {
  for (const id of shadow.showing(lost.hash)) {
    const file = shadow.files.get(id);
    if (file === undefined || shadow.sideOf(file) !== lost.side) continue;
    if (file.albums.some((album) => shadow.albums.get(album)?.owner === lostBy.owner)) return true;
  }
  return false;
}
