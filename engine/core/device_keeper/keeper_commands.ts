import { unreachable } from "../protocol/invariant.ts";
import type { StoredObject } from "../library/file.ts";
import type { AssetId, DeviceId } from "../library/ids.ts";
import type { AlbumTarget, KeeperCommand, LocalAsset } from "../messages/keeper_messages.ts";
import { isInScope, needOf, openAlbums } from "./asset_needs.ts";
import { downloadAsset } from "./downloads.ts";
import { confirmFreeUp, reviewFreeUp } from "./free_up.ts";
import { LEFT_OUT_PAGE_MAX } from "./keeper_limits.ts";
import type { AssetRecord, AssetRemoval, KeeperClient, KeeperState } from "./keeper_state.ts";
import type { KeeperTurn } from "./keeper_turn.ts";
import { dropUpload } from "./uploads.ts";

/** Carries out a command of the device or its user. */
export function handleCommand(
  turn: KeeperTurn,
  client: KeeperClient,
  command: KeeperCommand,
): void {
  if (command.kind === "startKeeper") return start(turn, client, command);
  if (turn.state.device === null) {
    const detail = "The keeper must be started with its device first";
    return turn.reply(client, { kind: "keeperRefused", code: "NOT_STARTED", detail });
  }
  switch (command.kind) {
    case "chooseAlbums":
      chooseAlbums(turn, command.targets);
      return turn.reply(client, { kind: "keeperAccepted" });
    case "assetsFound":
      for (const asset of command.assets) findAsset(turn, asset);
      return turn.reply(client, { kind: "keeperAccepted" });
    case "assetsGone":
      for (const asset of command.assets) loseAsset(turn, asset);
      return turn.reply(client, { kind: "keeperAccepted" });
    case "reviewFreeUp":
      return reviewFreeUp(turn, client, command.filter);
    case "confirmFreeUp":
      return confirmFreeUp(turn, client, command.assets);
    case "downloadAsset":
      return downloadAsset(turn, client, command.asset);
    case "readBackup":
      return readBackup(turn, client, command.limit);
    default:
      return unreachable(command);
  }
}

function start(
  turn: KeeperTurn,
  client: KeeperClient,
  command: { readonly device: DeviceId; readonly targets: readonly AlbumTarget[] },
): void {
  const known = turn.state.device;
  if (known !== null && known !== command.device) {
    const detail = `This keeper is for device ${known}`;
    return turn.reply(client, { kind: "keeperRefused", code: "OTHER_DEVICE", detail });
  }
  if (known === null) turn.apply({ kind: "keeperStarted", device: command.device });
  chooseAlbums(turn, command.targets);
  turn.reply(client, { kind: "keeperAccepted" });
}

function chooseAlbums(turn: KeeperTurn, targets: readonly AlbumTarget[]): void {
  const { state } = turn;
  const isSame = state.targets.size === targets.length &&
    targets.every(({ deviceAlbum, target }) => state.targets.get(deviceAlbum) === target.album);
  if (isSame && state.isRegistered) return;
  turn.apply({ kind: "albumsChosen", targets });
  for (const [asset, upload] of [...state.uploads]) {
    const record = state.assets.get(asset);
    const isWanted = record !== undefined && openAlbums(state, record).includes(upload.album);
    if (!isWanted) dropUpload(turn, asset);
  }
}

function findAsset(turn: KeeperTurn, asset: LocalAsset): void {
  const { state } = turn;
  const known = state.assets.get(asset.asset);
  const removal = state.removals.get(asset.asset);
  if (known !== undefined && !isNews(known, asset)) return;
  const isNewer = known !== undefined && asset.revision > known.asset.revision;
  // While we may be removing it, a word on the same bytes is older than the removal.
  if (!isNewer && removal !== undefined && isUnderWay(removal)) return;
  if (isNewer && removal !== undefined && !isUnderWay(removal)) {
    turn.apply({ kind: "removalKept", asset: asset.asset, reason: "changed", rehash: false });
  }
  turn.apply({ kind: "assetSeen", asset });
  const upload = state.uploads.get(asset.asset);
  const record = state.assets.get(asset.asset);
  if (upload === undefined || record === undefined) return;
  const isStale = upload.asset.revision !== asset.revision ||
    !openAlbums(state, record).includes(upload.album);
  if (isStale) dropUpload(turn, asset.asset);
}

/** True when the scanner tells something of a known item that was not known. */
function isNews(known: AssetRecord, asset: LocalAsset): boolean {
  const { revision } = known.asset;
  if (asset.revision !== revision) return asset.revision > revision;
  if (known.presence !== "here" || known.unreadable !== null) return true;
  return asset.name !== known.asset.name || asset.fileKind !== known.asset.fileKind ||
    !sameText(asset.deviceAlbums, known.asset.deviceAlbums) ||
    !sameText(asset.objects.map(nameOf), known.asset.objects.map(nameOf));
}

function sameText(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, index) => text === right[index]);
}

function nameOf(object: StoredObject): string {
  return object.name;
}

function loseAsset(turn: KeeperTurn, asset: AssetId): void {
  const { state } = turn;
  const record = state.assets.get(asset);
  const removal = state.removals.get(asset);
  // What we are removing, or have removed, is gone by our own doing.
  if (record?.presence !== "here" || (removal !== undefined && isUnderWay(removal))) return;
  if (removal !== undefined) {
    turn.apply({ kind: "removalKept", asset, reason: "notHere", rehash: false });
  }
  dropUpload(turn, asset);
  turn.apply({ kind: "assetLeft", asset });
}

function isUnderWay(removal: AssetRemoval): boolean {
  return removal.receipt !== null;
}

function readBackup(turn: KeeperTurn, client: KeeperClient, limit: number): void {
  const { state } = turn;
  const page = Math.min(Math.max(0, limit), LEFT_OUT_PAGE_MAX);
  const count = { backedUp: 0, waiting: 0, freed: 0, outOfScope: 0, leftOutCount: 0 };
  const leftOut: { asset: AssetId; reason: string }[] = [];
  for (const [asset, record] of state.assets) {
    const condition = conditionOf(state, record);
    if (condition === null) continue;
    if (typeof condition === "string") {
      count[condition] += 1;
      continue;
    }
    count.leftOutCount += 1;
    if (leftOut.length < page) leftOut.push({ asset, reason: condition.reason });
  }
  turn.reply(client, { kind: "backupState", ...count, leftOut });
}

type Condition = "backedUp" | "waiting" | "freed" | "outOfScope" | { readonly reason: string };

/** How one item stands; null for one that is gone. */
function conditionOf(state: KeeperState, record: AssetRecord): Condition | null {
  const { asset, revision } = record.asset;
  if (record.presence === "freed") return "freed";
  if (record.presence === "gone") return null;
  if (!isInScope(state, record.asset)) return "outOfScope";
  if (record.unreadable?.revision === revision) return { reason: record.unreadable.reason };
  const isWaiting = state.held.has(asset) || state.uploads.has(asset) ||
    state.hashing.has(asset) || needOf(state, record) !== null;
  if (isWaiting) return "waiting";
  const leftOut = record.leftOut.find((entry) => entry.revision === revision);
  return openAlbums(state, record).length === 0 && leftOut !== undefined
    ? { reason: leftOut.reason }
    : "backedUp";
}
