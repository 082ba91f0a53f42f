import { invariant } from "../protocol/invariant.ts";
import type { AssetId } from "../library/ids.ts";
import { askKey } from "./ask_key.ts";
import type { AskPurpose } from "./keeper_events.ts";
import type { AssetRecord, KeeperState } from "./keeper_state.ts";

/** The record of an item that an event names. Every such event comes after its `assetSeen`. */
export function recordOf(state: KeeperState, id: AssetId): AssetRecord {
  const record = state.assets.get(id);
  invariant(record !== undefined, "KEEPER_ASSET", `${id} was never seen`);
  return record;
}

/** Forgets what is open for a purpose, and the requests that were made for it. */
export function endAsk(state: KeeperState, purpose: AskPurpose): void {
  const key = askKey(purpose);
  for (const { id } of state.asks.get(key)?.requests ?? []) state.requests.delete(id);
  state.asks.delete(key);
}

/** Replaces an item's record, and counts which items rely on which file. */
export function setRecord(state: KeeperState, id: AssetId, record: AssetRecord): void {
  const before = state.assets.get(id)?.backup?.file ?? null;
  const after = record.backup?.file ?? null;
  state.assets.set(id, record);
  if (before === after) return;
  if (before !== null) {
    const left = (state.sharers.get(before) ?? 1) - 1;
    if (left > 0) state.sharers.set(before, left);
    else state.sharers.delete(before);
  }
  if (after !== null) state.sharers.set(after, (state.sharers.get(after) ?? 0) + 1);
}
