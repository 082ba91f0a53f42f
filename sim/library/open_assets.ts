import type { KeeperState } from "@scenekeep/engine/core";

/**
 * What a device keeper has accepted and not ended, in words; what waits for room in a full library
 * is not counted, as nothing but the user can end it.
 */
export function openAssets(device: string, state: KeeperState): string[] {
  const open: string[] = [];
  const name = (what: string, keys: Iterable<string>): void => {
    for (const key of keys) open.push(`${device}: ${what} ${key}`);
  };
  name("hash", state.toHash.keys());
  name("hashing", state.hashing.keys());
  name("upload", state.uploads.keys());
  name("removal", state.removals.keys());
  name("download", state.downloads.keys());
  name("free-up", state.freeUps.keys());
  name("report", state.unreported.keys());
  name("question", state.asks.keys());
  for (const [asset, cause] of state.held) {
    if (cause !== "room") open.push(`${device}: held ${asset}`);
  }
  return open;
}
