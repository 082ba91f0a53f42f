import type { PortRequest } from "../protocol/effect.ts";
import { identifier, type ObjectName } from "../protocol/ids.ts";
import type { Acknowledged, ObjectFacts, Outcome, PortError } from "../protocol/incoming.ts";
import type { FileKind, StoredObject } from "../library/file.ts";
import type { AssetId, ContentHash } from "../library/ids.ts";
import type { EngineJob } from "../messages/engine_types.ts";
import type { KeeperCommand, LocalAsset } from "../messages/keeper_messages.ts";

/** What a port of the device answers. */
export type Completion = Outcome<ObjectFacts | Acknowledged>;

interface ModelBytes {
  readonly hash: string;
  readonly sizeBytes: number;
}

interface ModelItem {
  revision: number;
  readonly fileKind: FileKind;
  readonly deviceAlbums: readonly string[];
  readonly objects: Map<StoredObject["role"], ObjectName>;
}

/**
 * The device's storage and the library's store, as far as a device keeper reaches them, with the
 * device's media scanner. An object `phone/7.jpg` belongs to item 7.
 */
export class ModelDevice {
  readonly objects: Map<ObjectName, ModelBytes> = new Map();
  readonly items: Map<AssetId, ModelItem> = new Map();
  /** Items that the keeper removed, in order. */
  readonly removals: AssetId[] = [];
  readonly #removedNames = new Set<ObjectName>();
  readonly #options: {
    readonly portHonoursDeadlines: boolean;
    readonly clock: () => { bootId: string; monotonicMs: number };
    readonly onRemoval: (asset: AssetId, partHash: string) => void;
  };

  constructor(options: {
    readonly portHonoursDeadlines: boolean;
    readonly clock: () => { bootId: string; monotonicMs: number };
    readonly onRemoval: (asset: AssetId, partHash: string) => void;
  }) {
    this.#options = options;
  }

  /** The user takes a picture with these bytes, or changes one that is there. */
  put(
    name: string,
    item: { hash: string; fileKind?: FileKind; deviceAlbums?: readonly string[] },
  ): AssetId {
    const asset = identifier<AssetId>(name);
    const known = this.items.get(asset);
    const isLive = (known?.fileKind ?? item.fileKind) === "live";
    const objects: ModelItem["objects"] = new Map();
    const revision = (known?.revision ?? 0) + 1;
    const kept = known !== undefined && this.isHere(asset) ? known.objects : null;
    for (const role of isLive ? ["original", "video"] as const : ["original"] as const) {
      const ending = role === "video" ? "mov" : "jpg";
      const object = kept?.get(role) ??
        identifier<ObjectName>(`phone/${name}/${revision}.${ending}`);
      this.objects.set(object, { hash: `${item.hash}-${role}`, sizeBytes: 10 });
      objects.set(role, object);
    }
    this.items.set(asset, {
      revision,
      fileKind: known?.fileKind ?? item.fileKind ?? "photo",
      deviceAlbums: item.deviceAlbums ?? known?.deviceAlbums ?? ["camera"],
      objects,
    });
    return asset;
  }

  /** The user deletes a picture on the device. */
  delete(asset: AssetId): void {
    for (const name of this.items.get(asset)?.objects.values() ?? []) this.objects.delete(name);
  }

  /** True when all bytes of the item are there. */
  isHere(asset: AssetId): boolean {
    const names = [...this.items.get(asset)?.objects.values() ?? []];
    return names.length > 0 && names.every((name) => this.objects.has(name));
  }

  /** The hash of the item's bytes as they are now, or null when it is not there. */
  contentHash(asset: AssetId): ContentHash | null {
    if (!this.isHere(asset)) return null;
    const names = [...this.items.get(asset)?.objects.values() ?? []];
    return identifier(names.map((name) => this.objects.get(name)?.hash).join(":"));
  }

  /** What the scanner sees. An item of which a part is missing counts as gone. */
  scan(): KeeperCommand[] {
    const assets: LocalAsset[] = [];
    const gone: AssetId[] = [];
    for (const [asset, item] of this.items) {
      if (!this.isHere(asset)) gone.push(asset);
      else assets.push(this.#describe(asset, item));
    }
    return [{ kind: "assetsFound", assets }, { kind: "assetsGone", assets: gone }];
  }

  #describe(asset: AssetId, item: ModelItem): LocalAsset {
    return {
      asset,
      revision: item.revision,
      fileKind: item.fileKind,
      name: `${asset}.jpg`,
      capture: null,
      objects: [...item.objects].map(([role, name]) => ({ role, name, sizeBytes: 10 })),
      facts: {
        widthPixels: 4,
        heightPixels: 3,
        sharpness: null,
        takenAtMs: 1_600_000_000_000,
        raw: false,
        reencoded: false,
      },
      deviceAlbums: item.deviceAlbums,
    };
  }

  /** Does what a port is asked to do, and says what came of it. */
  carryOut(request: PortRequest<EngineJob>): Completion {
    switch (request.kind) {
      case "readObject": {
        const bytes = this.objects.get(request.object);
        if (bytes === undefined) return failed("missing");
        const { hash, sizeBytes } = bytes;
        const contentHash = request.read === "hash" ? hash : null;
        return { kind: "done", result: { kind: "objectFacts", sizeBytes, contentHash } };
      }
      case "writeObject":
        return this.#write(request);
      case "remove":
        return this.#remove(request);
      default:
        return failed("refused");
    }
  }

  #write(request: PortRequest<EngineJob> & { kind: "writeObject" }): Completion {
    const { expectedHash, object, source } = request;
    const bytes = this.objects.get(source);
    if (this.#removedNames.has(object)) return failed("gone");
    if (bytes === undefined) return failed("missing");
    if (expectedHash !== undefined && bytes.hash !== expectedHash) return failed("changed");
    this.objects.set(object, bytes);
    if (object.startsWith("phone/")) this.#welcome(object);
    return ACKNOWLEDGED;
  }

  /** The device notices a copy that the keeper made: to the scanner it is a new revision. */
  #welcome(object: ObjectName): void {
    const asset = itemOf(object);
    const item = this.items.get(asset);
    if (item === undefined) return;
    item.objects.set(object.endsWith(".mov") ? "video" : "original", object);
    item.revision += 1;
  }

  #remove(request: PortRequest<EngineJob> & { kind: "remove" }): Completion {
    const { deadline, expectedHash, object } = request;
    const now = this.#options.clock();
    if (deadline !== undefined && this.#options.portHonoursDeadlines) {
      const isPast = deadline.bootId !== now.bootId || now.monotonicMs > deadline.monotonicMs;
      if (isPast) return failed("refused");
    }
    const bytes = this.objects.get(object);
    if (bytes === undefined) return ACKNOWLEDGED;
    if (expectedHash !== null && bytes.hash !== expectedHash) return failed("changed");
    this.#options.onRemoval(itemOf(object), bytes.hash);
    this.removals.push(itemOf(object));
    this.objects.delete(object);
    this.#removedNames.add(object);
    return ACKNOWLEDGED;
  }
}

const ACKNOWLEDGED: Completion = { kind: "done", result: { kind: "acknowledged" } };

function failed(error: PortError): Completion {
  return { kind: "failed", error };
}

function itemOf(object: ObjectName): AssetId {
  return identifier(object.split("/")[1] ?? object);
}
