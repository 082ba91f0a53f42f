import { unreachable } from "../protocol/invariant.ts";
import { requeue } from "./asset_needs.ts";
import { endAsk, recordOf, setRecord } from "./keeper_records.ts";
import type { DownloadEvent } from "./keeper_events.ts";
import type { AssetDownload, KeeperState } from "./keeper_state.ts";
import { replaceAt } from "./replace_at.ts";

/** Folds an event of a download. */
export function evolveDownload(state: KeeperState, event: DownloadEvent): void {
  const download = state.downloads.get(event.asset);
  if (event.kind === "downloadAsked") {
    const { channel, client, request } = event;
    const known = download ?? NEW_DOWNLOAD;
    const clients = [...known.clients, { channel, client, request }];
    state.downloads.set(event.asset, { ...known, clients });
    return;
  }
  if (download === undefined) return;
  switch (event.kind) {
    case "downloadBegun": {
      const record = recordOf(state, event.asset);
      const { contentHash, objects, serial, sources } = event;
      state.serial = serial;
      setRecord(state, event.asset, { ...record, returns: record.returns + 1 });
      endAsk(state, { kind: "find", asset: event.asset });
      state.downloads.set(event.asset, {
        ...download,
        serial,
        stage: "copying",
        contentHash,
        sources,
        objects,
        written: objects.map(() => false),
        parts: objects.map(() => null),
      });
      return;
    }
    case "downloadWritten": {
      const written = replaceAt(download.written, event.index, true);
      state.downloads.set(event.asset, { ...download, written });
      return;
    }
    case "downloadChecked": {
      const parts = replaceAt(download.parts, event.index, event.contentHash);
      state.downloads.set(event.asset, { ...download, parts });
      return;
    }
    case "assetReturned":
      state.downloads.delete(event.asset);
      return returnAsset(state, event.asset, download);
    case "downloadFailed":
      endAsk(state, { kind: "find", asset: event.asset });
      if (event.isFinal) state.downloads.delete(event.asset);
      else {
        const failures = download.failures + 1;
        state.downloads.set(event.asset, { ...download, stage: "queued", failures });
      }
      return;
    default:
      return unreachable(event);
  }
}

const NEW_DOWNLOAD: AssetDownload = {
  clients: [],
  serial: 0,
  stage: "queued",
  contentHash: null,
  sources: [],
  objects: [],
  written: [],
  parts: [],
  failures: 0,
};

/** The item is here again under its new names, known by its hash: nothing is uploaded for it. */
function returnAsset(
  state: KeeperState,
  id: DownloadEvent["asset"],
  download: AssetDownload,
): void {
  const record = recordOf(state, id);
  const { contentHash, objects } = download;
  const parts = download.parts.filter((part) => part !== null);
  // Someone else brought it back meanwhile: the scanner's word on where it is counts.
  if (record.presence === "here" || contentHash === null || record.backup === null) return;
  const { revision } = record.asset;
  const { backup } = record;
  const homes = backup.homes.filter(({ file }) =>
    file === backup.file || backup.contentHash === contentHash
  );
  setRecord(state, id, {
    ...record,
    asset: { ...record.asset, objects },
    presence: "here",
    hashed: { revision, contentHash, parts },
    unreadable: null,
    backup: { ...backup, contentHash, homes, isSameItem: true },
  });
  requeue(state, id);
}
