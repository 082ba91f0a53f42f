import type { AlbumId, AssetId } from "../library/ids.ts";
import type { KeptReason, LocalAsset } from "../messages/keeper_messages.ts";
import type { AssetRecord, HashedRevision, KeeperState } from "./keeper_state.ts";

/**
 * Library albums in which the user wants the item, each once, in the order of its device albums.
 */
export function wantedAlbums(state: KeeperState, asset: LocalAsset): AlbumId[] {
  const albums: AlbumId[] = [];
  for (const deviceAlbum of asset.deviceAlbums) {
    const album = state.targets.get(deviceAlbum);
    if (album !== undefined && !albums.includes(album)) albums.push(album);
  }
  return albums;
}

/** True when the item is in a device album that was chosen for backup. */
export function isInScope(state: KeeperState, asset: LocalAsset): boolean {
  return asset.deviceAlbums.some((deviceAlbum) => state.targets.has(deviceAlbum));
}

/** The wanted albums that take the current revision. */
export function openAlbums(state: KeeperState, record: AssetRecord): AlbumId[] {
  const { revision } = record.asset;
  return wantedAlbums(state, record.asset).filter((album) =>
    !record.leftOut.some((entry) =>
      entry.revision === revision && (entry.album === null || entry.album === album)
    )
  );
}

/** The hash of the current revision, or null when it has not been read. */
export function currentHash(record: AssetRecord): HashedRevision | null {
  return record.hashed?.revision === record.asset.revision ? record.hashed : null;
}

/** The first album in which the current bytes are not known to be, or null. */
export function missingAlbum(state: KeeperState, record: AssetRecord): AlbumId | null {
  const hashed = currentHash(record);
  const { backup } = record;
  const isStored = backup !== null && backup.contentHash === hashed?.contentHash;
  for (const album of openAlbums(state, record)) {
    if (!isStored || !backup.homes.some((home) => home.album === album)) return album;
  }
  return null;
}

/** What is to be done next for an item that nothing is being done for; null for nothing. */
export function needOf(state: KeeperState, record: AssetRecord): "hash" | "offer" | null {
  const { asset } = record.asset;
  if (record.presence !== "here" || !isInScope(state, record.asset)) return null;
  if (state.hashing.has(asset) || state.uploads.has(asset) || state.held.has(asset)) return null;
  // Whether new bytes are an edit, or another item, is known once the removal has ended.
  if ((state.removals.get(asset)?.receipt ?? null) !== null) return null;
  if (record.unreadable?.revision === record.asset.revision) return null;
  if (openAlbums(state, record).length === 0) return null;
  if (currentHash(record) === null) return "hash";
  return missingAlbum(state, record) === null ? null : "offer";
}

/** Puts an item where its need says. Called after everything that may change the need. */
export function requeue(state: KeeperState, id: AssetId): void {
  const record = state.assets.get(id);
  const need = record === undefined ? null : needOf(state, record);
  const revision = record?.asset.revision ?? 0;
  if (need !== "hash") state.toHash.delete(id);
  else if (!state.toHash.has(id)) state.toHash.set(id, revision);
  if (need !== "offer") state.toOffer.delete(id);
  else if (!state.toOffer.has(id)) state.toOffer.set(id, revision);
}

/** Why the item must stay on the device; null when it may be offered for removal. */
export function freeUpProblem(
  state: KeeperState,
  record: AssetRecord | undefined,
): KeptReason | null {
  if (record === undefined) return "unknown";
  if (record.presence !== "here") return "notHere";
  if (!isInScope(state, record.asset)) return "outOfScope";
  if (record.unreadable?.revision === record.asset.revision) return "unreadable";
  const hashed = currentHash(record);
  const isStored = hashed !== null && record.backup?.contentHash === hashed.contentHash;
  if (!isStored || missingAlbum(state, record) !== null) return "notBackedUp";
  const isBusy = state.uploads.has(record.asset.asset) || state.hashing.has(record.asset.asset);
  return isBusy ? "notBackedUp" : null;
}
