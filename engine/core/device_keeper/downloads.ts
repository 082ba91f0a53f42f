import { identifier, type ObjectName } from "../protocol/ids.ts";
import type { Outcome } from "../protocol/incoming.ts";
import type { StoredObject } from "../library/file.ts";
import type { AssetId } from "../library/ids.ts";
import type { LibrarianReply } from "../messages/librarian_replies.ts";
import { contentObjects, joinContentHash } from "../hashing/content_objects.ts";
import { ask } from "./asks.ts";
import { DOWNLOAD_ATTEMPTS_MAX, DOWNLOAD_WINDOW_SIZE } from "./keeper_limits.ts";
import type { AssetRecord, KeeperClient } from "./keeper_state.ts";
import { type KeeperTurn, portKey, type PortPurpose } from "./keeper_turn.ts";
import { hashIn } from "./local_hashing.ts";

/** Takes the wish to have an item back. */
export function downloadAsset(turn: KeeperTurn, client: KeeperClient, asset: AssetId): void {
  const record = turn.state.assets.get(asset);
  if (record === undefined) {
    return turn.reply(client, { kind: "keeperRefused", code: "UNKNOWN_ASSET", detail: asset });
  }
  if (record.presence === "here") {
    const { objects } = record.asset;
    return turn.reply(client, { kind: "assetDownloaded", asset, objects });
  }
  if (record.backup === null) {
    return turn.reply(client, { kind: "keeperRefused", code: "NOT_BACKED_UP", detail: asset });
  }
  turn.apply({ kind: "downloadAsked", asset, ...client });
}

/** Begins downloads as far as the window allows. */
export function startDownloads(turn: KeeperTurn): void {
  const { state } = turn;
  let active = 0;
  for (const { stage } of state.downloads.values()) if (stage !== "queued") active += 1;
  for (const [asset, { stage }] of [...state.downloads]) {
    if (active >= DOWNLOAD_WINDOW_SIZE) return;
    if (stage !== "queued") continue;
    active += 1;
    ask(turn, { kind: "find", asset });
    if (!state.asks.has(`find/${asset}`)) fail(turn, asset, { isFinal: true });
  }
}

/** Takes the librarian's answer on where the file's bytes are. */
export function takeFileState(turn: KeeperTurn, asset: AssetId, reply: LibrarianReply): void {
  const record = turn.state.assets.get(asset);
  if (turn.state.downloads.get(asset)?.stage !== "asking" || record === undefined) return;
  turn.cancelTimer(`ask/find/${asset}`);
  if (reply.kind !== "fileState" || reply.contentHash === null) {
    return fail(turn, asset, { isFinal: true });
  }
  const sources = contentObjects(reply.objects);
  const objects = sources.map((source) => copyOf(record, source));
  if (sources.length === 0) return fail(turn, asset, { isFinal: true });
  const serial = turn.nextSerial();
  const { contentHash } = reply;
  turn.apply({ kind: "downloadBegun", asset, serial, contentHash, sources, objects });
  for (const [index, { name, sizeBytes }] of sources.entries()) {
    const object = objects[index]?.name ?? name;
    const key = portKey({ action: "fetch", serial, index, asset });
    turn.request({ kind: "writeObject", key, object, source: name, sizeBytes });
  }
}

/**
 * The copy on the device, beside where the item was: a name that was removed is never used again.
 */
function copyOf(record: AssetRecord, source: StoredObject): StoredObject {
  const { objects } = record.asset;
  const local = objects.find(({ role }) => role === source.role) ?? objects[0];
  const name = returnedName(local?.name ?? source.name, record.returns + 1);
  return { role: source.role, name, sizeBytes: source.sizeBytes };
}

/** `DCIM/a.jpg` comes back as `DCIM/a.returned1.jpg`, and that as `DCIM/a.returned2.jpg`. */
export function returnedName(name: ObjectName, count: number): ObjectName {
  const dot = name.lastIndexOf(".");
  const hasEnding = dot > name.lastIndexOf("/") + 1;
  const stem = hasEnding ? name.slice(0, dot) : name;
  const ending = hasEnding ? name.slice(dot) : "";
  if (!hasEnding || !/^\.returned[0-9]+$/.test(ending)) {
    return identifier(`${stem.replace(/\.returned[0-9]+$/, "")}.returned${count}${ending}`);
  }
  return identifier(`${stem}.returned${count}`);
}

/** Takes the outcome of copying one object to the device. */
export function takeFetch(
  turn: KeeperTurn,
  purpose: PortPurpose,
  outcome: Outcome<unknown>,
): void {
  const asset = purpose.asset as AssetId;
  if (turn.state.downloads.get(asset)?.serial !== purpose.serial) return;
  if (outcome.kind === "failed") return retry(turn, asset);
  turn.apply({ kind: "downloadWritten", asset, index: purpose.index });
  const download = turn.state.downloads.get(asset);
  if (download === undefined || !download.written.every(Boolean)) return;
  for (const [index, { name }] of download.objects.entries()) {
    const key = portKey({ action: "check", serial: download.serial, index, asset });
    turn.request({ kind: "readObject", key, object: name, read: "hash" });
  }
}

/** Takes the hash of one copied object; the item is back when all are what the library has. */
export function takeCheck(
  turn: KeeperTurn,
  purpose: PortPurpose,
  outcome: Outcome<unknown>,
): void {
  const asset = purpose.asset as AssetId;
  if (turn.state.downloads.get(asset)?.serial !== purpose.serial) return;
  const hash = hashIn(outcome);
  if (hash === null) return retry(turn, asset);
  turn.apply({ kind: "downloadChecked", asset, index: purpose.index, contentHash: hash });
  const download = turn.state.downloads.get(asset);
  const parts = download?.parts.filter((part) => part !== null) ?? [];
  if (download === undefined || parts.length < download.parts.length) return;
  if (joinContentHash(parts) !== download.contentHash) {
    turn.warn("DOWNLOAD_MISMATCH", `${asset}: the copy is not what the library has`);
    return retry(turn, asset);
  }
  turn.apply({ kind: "assetReturned", asset });
  const { objects } = download;
  for (const client of download.clients) {
    turn.reply(client, { kind: "assetDownloaded", asset, objects });
  }
}

function retry(turn: KeeperTurn, asset: AssetId): void {
  const failures = turn.state.downloads.get(asset)?.failures ?? 0;
  fail(turn, asset, { isFinal: failures + 1 >= DOWNLOAD_ATTEMPTS_MAX });
}

function fail(turn: KeeperTurn, asset: AssetId, options: { isFinal: boolean }): void {
  const clients = turn.state.downloads.get(asset)?.clients ?? [];
  turn.apply({ kind: "downloadFailed", asset, isFinal: options.isFinal });
  if (!options.isFinal) return;
  for (const client of clients) {
    const detail = `${asset} cannot be brought back from the library now`;
    turn.reply(client, { kind: "keeperRefused", code: "DOWNLOAD_FAILED", detail });
  }
}
