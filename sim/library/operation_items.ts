import type { ArrivingItem, DeviceOperation } from "../scenario/operation.ts";
import type { NewItem } from "./virtual_devices.ts";

/** The item that a shot makes on its device. */
export function itemOf(
  operation: DeviceOperation & { kind: "shoot" },
): NewItem {
  const { asset, contentHash, deviceAlbums, sizeBytes } = operation;
  const isLive = operation.live ?? false;
  return {
    asset,
    fileKind: isLive ? "live" : "photo",
    hashes: contentHash.split(":"),
    sizes: isLive ? [sizeBytes, Math.max(1, sizeBytes >> 1)] : [sizeBytes],
    deviceAlbums,
    capture: null,
    takenAtMs: operation.takenAtMs ?? null,
    widthPixels: 4000,
    heightPixels: 3000,
    raw: false,
  };
}

/** An item of a batch, as its device takes it. */
export function newItem(item: ArrivingItem): NewItem {
  const { contentHash, kind, sizeBytes, videoBytes } = item;
  return {
    asset: item.asset,
    fileKind: kind,
    hashes: contentHash.split(":"),
    sizes: videoBytes === undefined ? [sizeBytes] : [sizeBytes, videoBytes],
    deviceAlbums: item.deviceAlbums,
    capture: item.capture ?? null,
    takenAtMs: item.takenAtMs ?? null,
    widthPixels: item.widthPixels,
    heightPixels: item.heightPixels,
    raw: item.raw ?? false,
  };
}
