import { unreachable } from "../protocol/invariant.ts";
import type { AssetId } from "../library/ids.ts";
import { contentObjects } from "../hashing/content_objects.ts";
import { requeue } from "./asset_needs.ts";
import { endAsk, recordOf, setRecord } from "./keeper_records.ts";
import type { BackupEvent } from "./keeper_events.ts";
import type { AssetBackup, AssetRecord, AssetUpload, KeeperState } from "./keeper_state.ts";
import { replaceAt } from "./replace_at.ts";

/** Folds an event of a backup. */
export function evolveBackup(state: KeeperState, event: BackupEvent): void {
  switch (event.kind) {
    case "hashBegun":
    case "partHashed":
    case "hashDropped":
    case "assetHashed":
    case "assetUnreadable":
      return evolveHashing(state, event);
    case "assetHeld":
      return holdAsset(state, event);
    case "holdTimerSet":
      state.isHoldTimerSet = true;
      return;
    case "heldReleased":
      return releaseHeld(state);
    case "uploadBegun":
      return beginUpload(state, event);
    case "uploadOpened":
      return changeUpload(state, event.asset, (upload) => {
        endAsk(state, { kind: "offer", asset: event.asset });
        return { ...upload, stage: "writing" };
      });
    case "objectWritten":
      return changeUpload(state, event.asset, (upload) => {
        const written = replaceAt(upload.written, event.index, true);
        return { ...upload, written, stage: written.every(Boolean) ? "committing" : "writing" };
      });
    case "uploadDropped":
      return endUpload(state, event.asset, (record) => record);
    case "assetBackedUp":
      state.holdRounds = 0;
      state.roomRefusals = 0;
      return endUpload(state, event.asset, (record) => ({
        ...record,
        failures: 0,
        backup: backupAfter(record, event),
      }));
    case "assetLeftOut": {
      const { album, reason, revision } = event;
      return endUpload(state, event.asset, (record) => ({
        ...record,
        leftOut: [...record.leftOut, { album, reason, revision }],
      }));
    }
    case "backupDoubted":
      return endUpload(state, event.asset, (record) => ({ ...record, backup: null }));
    default:
      return unreachable(event);
  }
}

type HashingEvent = BackupEvent & {
  kind: "hashBegun" | "partHashed" | "hashDropped" | "assetHashed" | "assetUnreadable";
};

function evolveHashing(state: KeeperState, event: HashingEvent): void {
  const record = recordOf(state, event.asset);
  switch (event.kind) {
    case "hashBegun": {
      const objects = contentObjects(record.asset.objects);
      state.serial = event.serial;
      state.hashing.set(event.asset, {
        serial: event.serial,
        revision: record.asset.revision,
        objects,
        parts: objects.map(() => null),
      });
      break;
    }
    case "partHashed": {
      const hashing = state.hashing.get(event.asset);
      if (hashing === undefined) return;
      const parts = replaceAt(hashing.parts, event.index, event.contentHash);
      state.hashing.set(event.asset, { ...hashing, parts });
      return;
    }
    case "hashDropped":
      state.hashing.delete(event.asset);
      break;
    case "assetHashed": {
      const { contentHash, parts, revision } = event;
      state.hashing.delete(event.asset);
      setRecord(state, event.asset, { ...record, hashed: { contentHash, parts, revision } });
      break;
    }
    case "assetUnreadable": {
      const { reason, revision } = event;
      state.hashing.delete(event.asset);
      setRecord(state, event.asset, { ...record, unreadable: { reason, revision } });
      break;
    }
    default:
      unreachable(event);
  }
  requeue(state, event.asset);
}

function holdAsset(state: KeeperState, event: BackupEvent & { kind: "assetHeld" }): void {
  state.hashing.delete(event.asset);
  state.held.set(event.asset, event.cause);
  if (event.cause === "room") state.roomRefusals += 1;
  endUpload(state, event.asset, (record) => ({
    ...record,
    failures: record.failures + (event.cause === "failure" ? 1 : 0),
    hashed: event.rehash ? null : record.hashed,
  }));
}

function releaseHeld(state: KeeperState): void {
  state.isHoldTimerSet = false;
  state.holdRounds += 1;
  state.roomRefusals = 0;
  const released = [...state.held.keys()];
  state.held.clear();
  for (const id of released) requeue(state, id);
}

function beginUpload(state: KeeperState, event: BackupEvent & { kind: "uploadBegun" }): void {
  const record = recordOf(state, event.asset);
  const { album, replaces, reservation, serial, storedObjects } = event;
  if (record.hashed === null) return;
  state.serial = serial;
  setRecord(state, event.asset, { ...record, uploads: record.uploads + 1 });
  state.uploads.set(event.asset, {
    serial,
    asset: record.asset,
    contentHash: record.hashed.contentHash,
    parts: record.hashed.parts,
    reservation,
    album,
    replaces,
    storedObjects,
    written: storedObjects.map(() => false),
    stage: "offering",
  });
  requeue(state, event.asset);
}

function changeUpload(
  state: KeeperState,
  id: AssetId,
  change: (upload: AssetUpload) => AssetUpload,
): void {
  const upload = state.uploads.get(id);
  if (upload !== undefined) state.uploads.set(id, change(upload));
}

/** Ends whatever upload there is, and changes what is known of the item. */
function endUpload(
  state: KeeperState,
  id: AssetId,
  change: (record: AssetRecord) => AssetRecord,
): void {
  state.uploads.delete(id);
  endAsk(state, { kind: "offer", asset: id });
  endAsk(state, { kind: "commit", asset: id });
  setRecord(state, id, change(recordOf(state, id)));
  requeue(state, id);
}

function backupAfter(
  record: AssetRecord,
  event: BackupEvent & { kind: "assetBackedUp" },
): AssetBackup {
  const { album, contentHash, file } = event;
  const { backup } = record;
  // An edit takes its file's albums along; what other files hold is the content from before.
  const homes = (backup?.homes ?? []).filter((home) =>
    home.album !== album && (home.file === file || backup?.contentHash === contentHash)
  );
  return {
    file,
    contentHash,
    homes: album === null ? homes : [...homes, { album, file }],
    isSameItem: record.presence === "here",
  };
}
