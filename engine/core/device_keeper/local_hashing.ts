import type { Outcome, PortError } from "../protocol/incoming.ts";
import type { AssetId } from "../library/ids.ts";
import { contentObjects, joinContentHash } from "../hashing/content_objects.ts";
import { isTransientFailure } from "../pulled_work/pulled_work_turn.ts";
import { LOCAL_HASH_WINDOW_SIZE } from "./keeper_limits.ts";
import { type KeeperTurn, portKey, type PortPurpose } from "./keeper_turn.ts";

/** Reads local items as far as the window allows. */
export function startHashing(turn: KeeperTurn): void {
  const { state } = turn;
  for (const asset of state.toHash.keys()) {
    if (state.hashing.size >= LOCAL_HASH_WINDOW_SIZE) return;
    hashAsset(turn, asset);
  }
}

function hashAsset(turn: KeeperTurn, asset: AssetId): void {
  const item = turn.state.assets.get(asset)?.asset;
  if (item === undefined) return;
  const objects = contentObjects(item.objects);
  if (objects.length === 0) {
    const { revision } = item;
    return turn.apply({ kind: "assetUnreadable", asset, revision, reason: "noOriginal" });
  }
  const serial = turn.nextSerial();
  turn.apply({ kind: "hashBegun", asset, serial });
  for (const [index, { name }] of objects.entries()) {
    const key = portKey({ action: "hash", serial, index, asset });
    turn.request({ kind: "readObject", key, object: name, read: "hash" });
  }
}

/** Takes the hash of one local object. */
export function takeLocalHash(
  turn: KeeperTurn,
  purpose: PortPurpose,
  outcome: Outcome<unknown>,
): void {
  const asset = purpose.asset as AssetId;
  const hashing = turn.state.hashing.get(asset);
  const record = turn.state.assets.get(asset);
  if (hashing?.serial !== purpose.serial || record === undefined) return;
  if (hashing.revision !== record.asset.revision || record.presence !== "here") {
    return turn.apply({ kind: "hashDropped", asset });
  }
  const contentHash = hashIn(outcome);
  if (contentHash === null) return failHash(turn, asset, errorIn(outcome));
  const parts = hashing.parts.map((part, at) => at === purpose.index ? contentHash : part);
  const known = parts.filter((part) => part !== null);
  if (known.length < parts.length) {
    return turn.apply({ kind: "partHashed", asset, index: purpose.index, contentHash });
  }
  turn.apply({
    kind: "assetHashed",
    asset,
    revision: hashing.revision,
    contentHash: joinContentHash(known),
    parts: known,
  });
}

function failHash(turn: KeeperTurn, asset: AssetId, error: PortError): void {
  if (isTransientFailure(error)) {
    return turn.apply({ kind: "assetHeld", asset, cause: "failure", rehash: true });
  }
  const revision = turn.state.hashing.get(asset)?.revision ?? 0;
  turn.apply({ kind: "assetUnreadable", asset, revision, reason: error });
}

/** The hash that a port read, or null when it failed or answered something else. */
export function hashIn(outcome: Outcome<unknown>): string | null {
  if (outcome.kind === "failed") return null;
  const result = outcome.result as { readonly kind?: unknown; readonly contentHash?: unknown };
  if (result.kind !== "objectFacts" || typeof result.contentHash !== "string") return null;
  return result.contentHash;
}

/** Why a port failed; an answer that makes no sense counts as a failure of its own. */
export function errorIn(outcome: Outcome<unknown>): PortError {
  return outcome.kind === "failed" ? outcome.error : "failed";
}
