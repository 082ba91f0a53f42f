import {
  type ActorId,
  type AlbumId,
  type AssetId,
  type DeviceId,
  deviceKeeper,
  type EngineMessage,
  type EngineTypes,
  type FileKind,
  identifier,
  type LocalAsset,
  type ObjectName,
  type StoredObject,
} from "@scenekeep/engine/core";
import { invariant } from "@scenekeep/engine/core";
import type { Observation } from "../world/observation.ts";
import { ObjectStore } from "../world/object_store.ts";
import type { World } from "../world/world.ts";

type PhotoWorld = World<EngineTypes>;

/** What a camera hands to its device. */
export interface NewItem {
  readonly asset: string;
  readonly fileKind: FileKind;
  /** Hash of the bytes of each object: the picture, and the film of a live photo. */
  readonly hashes: readonly string[];
  readonly sizes: readonly number[];
  readonly deviceAlbums: readonly string[];
  readonly capture: string | null;
  readonly takenAtMs: number | null;
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly raw: boolean;
}

interface Device {
  readonly world: PhotoWorld;
  readonly id: DeviceId;
  readonly store: ObjectStore;
  readonly assets: Map<string, LocalAsset>;
  /** Names of all items that ever came, in order. */
  readonly order: string[];
}

/** How long a scanner may take to see that bytes have changed. */
const SCAN_INTERVAL_MS = 6 * 60 * 60 * 1000;

/** How long a scanner waits for a keeper that has not been started. */
const TELL_AGAIN_MS = 60 * 1000;

/** Counts messages that tell keepers of local items. */
const MEDIA = "media";

/**
 * The phones and computers of a virtual world: what is on them, as the devices' own media scanners
 * see it.
 */
export class VirtualDevices {
  readonly #devices = new Map<string, Device>();
  #told = 0;

  /** Adds a device with an empty store. */
  add(world: PhotoWorld, name: string): void {
    const store = new ObjectStore({ name, process: name });
    world.addHolder(store);
    const id = identifier<DeviceId>(name);
    this.#devices.set(name, { world, id, store, assets: new Map(), order: [] });
  }

  /** What is on the devices as their scanners know it, see `pictureText`. */
  remembers(): unknown {
    return [
      this.#told,
      [...this.#devices].map(([name, { assets, order }]) => [name, assets, order]),
    ];
  }

  /** The names of all devices. */
  names(): string[] {
    return [...this.#devices.keys()];
  }

  /** Starts the keeper of a device, or chooses its albums anew. */
  choose(
    world: PhotoWorld,
    device: string,
    backup: readonly { readonly deviceAlbum: string; readonly album: string }[],
    message: { id: string; isFirst: boolean },
  ): void {
    const targets = backup.map(({ deviceAlbum, album }) => ({
      deviceAlbum,
      target: { album: identifier<AlbumId>(album) },
    }));
    world.submit({
      kind: "send",
      id: message.id,
      atMs: world.nowMs,
      from: clientOf(device),
      to: deviceKeeper(this.#device(device).id),
      body: message.isFirst
        ? { kind: "startKeeper", device: this.#device(device).id, targets }
        : { kind: "chooseAlbums", targets },
    });
  }

  /** Items appear on a device; its scanner tells the keeper. */
  shoot(world: PhotoWorld, device: string, items: readonly NewItem[]): void {
    const { assets } = this.#device(device);
    const found: LocalAsset[] = [];
    for (const item of items) {
      const asset = describe(device, item);
      for (const [index, { name, sizeBytes }] of asset.objects.entries()) {
        world.changeOutside(name, { sizeBytes, contentHash: item.hashes[index] ?? "" });
      }
      assets.set(item.asset, asset);
      this.#device(device).order.push(item.asset);
      found.push(asset);
    }
    this.#tell(device, found);
  }

  /** The bytes of an item change on the device. False when it is not there. */
  edit(
    world: PhotoWorld,
    edit: {
      device: string;
      asset: string;
      contentHash: string;
      sizeBytes: number;
      isSilent: boolean;
    },
  ): boolean {
    const { assets, store } = this.#device(edit.device);
    const before = assets.get(edit.asset);
    const [original, ...rest] = before?.objects ?? [];
    if (before === undefined || original === undefined) return false;
    if (store.content(original.name) === null) return false;
    const object: StoredObject = { ...original, sizeBytes: edit.sizeBytes };
    const { contentHash, sizeBytes } = edit;
    world.changeOutside(object.name, { sizeBytes, contentHash });
    const after = { ...before, revision: before.revision + 1, objects: [object, ...rest] };
    assets.set(edit.asset, after);
    this.#tell(edit.device, [after], edit.isSilent ? SCAN_INTERVAL_MS : 0);
    return true;
  }

  /** The user deletes an item on the device, outside of the engine. */
  erase(world: PhotoWorld, device: string, name: string): void {
    const { assets, store } = this.#device(device);
    const asset = assets.get(name);
    if (asset === undefined) return;
    assets.delete(name);
    for (const { name: object } of asset.objects) {
      if (store.content(object) === null) continue;
      world.changeOutside(object, null);
    }
    this.#send(device, { kind: "assetsGone", assets: [identifier<AssetId>(name)] });
  }

  /** True when some object of the item is on the device. */
  has(device: string, asset: string): boolean {
    const { store } = this.#device(device);
    for (const [name] of store.objects()) if (name.startsWith(`${device}/${asset}/`)) return true;
    return false;
  }

  /** The item at a place in the order in which they came; undefined when there is none. */
  assetAt(device: string, index: number): string | undefined {
    const { order } = this.#device(device);
    return order.length === 0 ? undefined : order[index % order.length];
  }

  /** An item has come back under other names. */
  returned(device: string, name: string, objects: readonly StoredObject[]): void {
    const { assets } = this.#device(device);
    const asset = assets.get(name);
    if (asset !== undefined) assets.set(name, { ...asset, objects });
  }

  /** What the scanner knows of an item. */
  asset(device: string, name: string): LocalAsset | undefined {
    return this.#device(device).assets.get(name);
  }

  /** A keeper that has not been started yet takes no word of items: its scanner tells it again. */
  observe(observation: Observation<EngineTypes>): void {
    if (observation.kind !== "acknowledged" || !observation.client.startsWith(MEDIA)) return;
    const { body } = observation.reply;
    if (body.kind !== "keeperRefused" || body.code !== "NOT_STARTED") return;
    const told = observation.body.kind === "assetsFound" || observation.body.kind === "assetsGone";
    const name = observation.client.slice(MEDIA.length + 1);
    if (told) this.#send(name, observation.body, TELL_AGAIN_MS);
  }

  #tell(device: string, assets: readonly LocalAsset[], afterMs = 0): void {
    this.#send(device, { kind: "assetsFound", assets }, afterMs);
  }

  #send(device: string, body: EngineMessage, afterMs = 0): void {
    this.#told += 1;
    const { id, world } = this.#device(device);
    world.submit({
      kind: "send",
      id: `${MEDIA}/${device}/${this.#told}`,
      atMs: world.nowMs + afterMs,
      from: clientOf(device),
      to: deviceKeeper(id),
      body,
    });
  }

  #device(name: string): Device {
    const device = this.#devices.get(name);
    invariant(device !== undefined, "DEVICE_UNKNOWN", `No device is called "${name}"`);
    return device;
  }
}

/** The media scanner of a device, as a client of its keeper. */
export function clientOf(device: string): ActorId {
  return identifier(`${MEDIA}/${device}`);
}

function describe(device: string, item: NewItem): LocalAsset {
  const roles = ["original", "video"] as const;
  const objects: StoredObject[] = item.sizes.map((sizeBytes, index) => {
    const role = roles[index] ?? "original";
    return { role, sizeBytes, name: identifier<ObjectName>(`${device}/${item.asset}/${role}`) };
  });
  return {
    asset: identifier<AssetId>(item.asset),
    revision: 1,
    fileKind: item.fileKind,
    name: `${item.asset}.jpg`,
    capture: item.capture === null ? null : identifier(item.capture),
    objects,
    facts: {
      widthPixels: item.widthPixels,
      heightPixels: item.heightPixels,
      sharpness: null,
      takenAtMs: item.takenAtMs,
      raw: item.raw,
      reencoded: false,
    },
    deviceAlbums: item.deviceAlbums,
  };
}
