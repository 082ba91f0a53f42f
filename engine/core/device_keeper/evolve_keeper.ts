import type { AssetId } from "../library/ids.ts";
import type { LocalAsset } from "../messages/keeper_messages.ts";
import { askKey } from "./ask_key.ts";
import { requeue } from "./asset_needs.ts";
import { evolveBackup } from "./evolve_backup.ts";
import { evolveDownload } from "./evolve_download.ts";
import { evolveFreeUp } from "./evolve_free_up.ts";
import type { AskPurpose, KeeperEvent, SentRequest } from "./keeper_events.ts";
import { REQUESTS_REMEMBERED_MAX } from "./keeper_limits.ts";
import { endAsk, recordOf, setRecord } from "./keeper_records.ts";
import type { KeeperState } from "./keeper_state.ts";

/** Folds one event into the state. Replaces records, so that it works on a draft too. */
export function evolveKeeper(state: KeeperState, event: KeeperEvent): void {
  switch (event.kind) {
    case "keeperStarted":
      state.device = event.device;
      return;
    case "albumsChosen":
      return chooseAlbums(state, event.targets);
    case "assetSeen":
      return seeAsset(state, event.asset);
    case "assetLeft":
      return leaveAsset(state, event.asset);
    case "asked":
      return noteRequest(state, event.purpose, event.request);
    case "askEnded":
      return endAsk(state, event.purpose);
    case "registrationSettled":
      state.isRegistered = event.isKnown;
      return;
    case "hashBegun":
    case "partHashed":
    case "hashDropped":
    case "assetHashed":
    case "assetUnreadable":
    case "assetHeld":
    case "holdTimerSet":
    case "heldReleased":
    case "uploadBegun":
    case "uploadOpened":
    case "objectWritten":
    case "uploadDropped":
    case "assetBackedUp":
    case "assetLeftOut":
    case "backupDoubted":
      return evolveBackup(state, event);
    case "downloadAsked":
    case "downloadBegun":
    case "downloadWritten":
    case "downloadChecked":
    case "assetReturned":
    case "downloadFailed":
      return evolveDownload(state, event);
    default:
      return evolveFreeUp(state, event);
  }
}

function noteRequest(state: KeeperState, purpose: AskPurpose, request: SentRequest): void {
  const key = askKey(purpose);
  const known = state.asks.get(key);
  const requests = [...known?.requests ?? [], request];
  while (requests.length > REQUESTS_REMEMBERED_MAX) {
    const forgotten = requests.shift();
    if (forgotten !== undefined) state.requests.delete(forgotten.id);
  }
  state.asks.set(key, { purpose, requests, attempts: (known?.attempts ?? 0) + 1 });
  state.requests.set(request.id, key);
  if (purpose.kind !== "find") return;
  const download = state.downloads.get(purpose.asset);
  if (download !== undefined) state.downloads.set(purpose.asset, { ...download, stage: "asking" });
}

function chooseAlbums(
  state: KeeperState,
  targets: (KeeperEvent & { kind: "albumsChosen" })["targets"],
): void {
  state.targets.clear();
  for (const { deviceAlbum, target } of targets) state.targets.set(deviceAlbum, target.album);
  state.isRegistered = false;
  endAsk(state, { kind: "register" });
  for (const [id, record] of state.assets) {
    // An album that did not take the item may be another one now.
    const leftOut = record.leftOut.filter((entry) => entry.album === null);
    if (leftOut.length !== record.leftOut.length) setRecord(state, id, { ...record, leftOut });
    requeue(state, id);
  }
}

function seeAsset(state: KeeperState, asset: LocalAsset): void {
  const known = state.assets.get(asset.asset);
  state.held.delete(asset.asset);
  if (known === undefined) {
    setRecord(state, asset.asset, {
      asset,
      presence: "here",
      hashed: null,
      unreadable: null,
      backup: null,
      leftOut: [],
      uploads: 0,
      failures: 0,
      returns: 0,
    });
  } else {
    const isNew = asset.revision !== known.asset.revision;
    const wasAway = known.presence !== "here";
    const { backup } = known;
    setRecord(state, asset.asset, {
      ...known,
      asset,
      presence: "here",
      unreadable: null,
      leftOut: isNew ? [] : known.leftOut,
      failures: 0,
      backup: isNew && wasAway && backup !== null ? { ...backup, isSameItem: false } : backup,
    });
  }
  requeue(state, asset.asset);
}

function leaveAsset(state: KeeperState, id: AssetId): void {
  setRecord(state, id, { ...recordOf(state, id), presence: "gone" });
  state.held.delete(id);
  requeue(state, id);
}
