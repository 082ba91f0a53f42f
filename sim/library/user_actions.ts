import {
  type ActorId,
  type AlbumId,
  type AssetId,
  type ContentHash,
  deviceKeeper,
  type EngineMessage,
  type EngineTypes,
  type FileId,
  identifier,
  LIBRARIAN,
  type Metadata,
  type OfferedScene,
  type PlanId,
} from "@scenekeep/engine/core";
import type { ShadowLibrary } from "../checkers/shadow_library.ts";
import type {
  CleanUpOperation,
  DeviceOperation,
  ScenarioOperation,
  TrashOperation,
} from "../scenario/operation.ts";
import { draw32, type DrawStream, drawStream, hashText } from "../world/draw.ts";
import type { World } from "../world/world.ts";
import { cleanExact, cleanSimilar, type CleanUpWay } from "./clean_up_flow.ts";
import type { Contents } from "./contents.ts";
import { listContent } from "./listed_seed.ts";
import { codeOf } from "./reply_code.ts";
import { upload } from "./upload_flow.ts";
import type { Then, UserClient } from "./user_client.ts";
import { itemOf, newItem } from "./operation_items.ts";
import type { VirtualDevices } from "./virtual_devices.ts";

/** Ends the name of what a second device does at the same time. */
export const TWIN = "/twin";

/** What the user has at hand. */
export interface UserContext {
  readonly seed: number;
  readonly world: () => World<EngineTypes>;
  readonly client: UserClient;
  readonly devices: VirtualDevices;
  readonly contents: Contents;
  /** What the user sees of the library. */
  readonly shadow: ShadowLibrary;
  /** Longest time between a plan and its confirmation. */
  readonly thinkMaxMs: number;
}

/** What a user decided on the way through one clean-up. */
export interface CleanUpDecisions {
  readonly thinkMs: number;
  readonly choices: Record<string, "keep">;
  scenesFrom: number | null;
}

/** Does what a scenario's operations say, through the messages that a user's programs send. */
export class UserActions {
  /** How each operation was answered: the code of a refusal, or null. */
  readonly answers: Map<string, string | null> = new Map();
  /** What was drawn for each clean-up, to write it out. */
  readonly decisions: Map<string, CleanUpDecisions> = new Map();
  readonly #context: UserContext;
  readonly #stream: DrawStream;

  constructor(context: UserContext) {
    this.#context = context;
    this.#stream = drawStream(context.seed, "user");
  }

  /** Does one operation now. Its answer is in `answers` once it came. */
  operate(operation: ScenarioOperation): void {
    switch (operation.kind) {
      case "shoot":
      case "arrive":
      case "editLocally":
      case "deleteLocally":
      case "chooseAlbums":
      case "freeUp":
      case "freeUpAssets":
      case "download":
        return this.#onDevice(operation);
      case "trashFiles":
      case "restoreFiles":
      case "restoreVersion":
      case "deleteForGood":
      case "emptyTrash":
        return this.#withTrash(operation);
      case "cleanExact":
      case "cleanSimilar":
      case "confirmPlan":
      case "discardPlan":
      case "undoPlan":
        return this.#cleanUp(operation);
      case "upload":
        return this.#upload(operation);
      default:
        return this.#tell(operation.id, this.#command(operation));
    }
  }

  /** A file by its name; `content:HASH` is a live file with that content. */
  file(name: string): FileId {
    if (!name.startsWith("content:")) return identifier(name);
    const hash = identifier<ContentHash>(name.slice("content:".length));
    const { shadow } = this.#context;
    const [live] = shadow.filesByHash.get(hash) ?? [];
    if (live !== undefined) return live;
    for (const record of shadow.trash.values()) if (record.contentHash === hash) return record.file;
    return identifier(name);
  }

  #command(
    operation: Exclude<
      ScenarioOperation,
      { kind: (DeviceOperation | TrashOperation | CleanUpOperation)["kind"] | "upload" }
    >,
  ): EngineMessage {
    switch (operation.kind) {
      case "makeAlbum":
        return {
          kind: "makeAlbum",
          album: albumNamed(operation.album),
          albumKind: operation.albumKind ?? "regular",
          owner: null,
          name: operation.album,
          visibleToOthers: operation.visibleToOthers ?? false,
          mayAdd: true,
        };
      case "deleteAlbum":
        return { kind: "deleteAlbum", album: albumNamed(operation.album), files: operation.files };
      case "shareAlbum":
        return {
          kind: "shareAlbum",
          album: albumNamed(operation.album),
          visibleToOthers: operation.visibleToOthers,
        };
      case "arrangeAlbum":
        return {
          kind: "arrangeAlbum",
          album: albumNamed(operation.album),
          cover: operation.cover === null ? null : this.file(operation.cover),
          order: operation.order?.map((file) => this.file(file)) ?? null,
        };
      case "addEntry":
      case "removeEntry":
        return {
          kind: operation.kind,
          album: albumNamed(operation.album),
          file: this.file(operation.file),
        };
      case "moveEntry":
        return {
          kind: "moveEntry",
          from: albumNamed(operation.from),
          to: albumNamed(operation.to),
          file: this.file(operation.file),
        };
      case "changeMetadata":
        return {
          kind: "changeMetadata",
          file: this.file(operation.file),
          change: operation.change as Partial<Metadata>,
        };
      case "setFavorite":
        return {
          kind: "setFavorite",
          file: this.file(operation.file),
          favorite: operation.favorite,
        };
      case "notDuplicates":
        return {
          kind: "markNotDuplicates",
          left: identifier<ContentHash>(operation.left),
          right: identifier<ContentHash>(operation.right),
        };
      case "setLimit":
        return { kind: "setLimit", limitBytes: operation.limitBytes };
      case "trustClock":
        return { kind: "trustClock" };
    }
  }

  #withTrash(operation: TrashOperation & { id: string }): void {
    const { shadow } = this.#context;
    const sequencesOf = (files: readonly string[]): number[] =>
      files.map((file) => shadow.trashedFiles.get(this.file(file)) ?? 0);
    switch (operation.kind) {
      case "trashFiles": {
        const files = operation.files.map((file) => this.file(file));
        return this.#tell(operation.id, { kind: "trashFiles", files });
      }
      case "restoreFiles":
        return this.#tell(operation.id, {
          kind: "restore",
          sequences: sequencesOf(operation.files),
        });
      case "restoreVersion": {
        const file = this.file(operation.file);
        let newest = 0;
        for (const record of shadow.trash.values()) {
          if (record.content === "version" && record.file === file) newest = record.sequence;
        }
        return this.#tell(operation.id, { kind: "restore", sequences: [newest] });
      }
      case "deleteForGood":
        return this.#tell(operation.id, {
          kind: "deleteForGood",
          sequences: sequencesOf(operation.files),
        });
      case "emptyTrash": {
        const upTo = Math.max(0, ...shadow.trash.keys());
        return this.#tell(operation.id, { kind: "emptyTrash", upTo });
      }
    }
  }

  #onDevice(operation: DeviceOperation & { id: string }): void {
    const { contents, devices, world } = this.#context;
    const { device } = operation;
    switch (operation.kind) {
      case "shoot":
        listContent(contents, operation);
        return devices.shoot(world(), device, [itemOf(operation)]);
      case "arrive":
        for (const item of operation.items) listContent(contents, item);
        return devices.shoot(world(), device, operation.items.map(newItem));
      case "editLocally": {
        listContent(contents, operation);
        const { asset, contentHash, sizeBytes } = operation;
        const isSilent = operation.silent ?? false;
        devices.edit(world(), { device, asset, contentHash, sizeBytes, isSilent });
        return;
      }
      case "deleteLocally":
        return devices.erase(world(), device, operation.asset);
      case "chooseAlbums":
        return devices.choose(world(), device, operation.backup, {
          id: operation.id,
          isFirst: false,
        });
      case "freeUp":
        return this.#freeUp(operation);
      case "freeUpAssets": {
        const assets = operation.assets.map((asset) => identifier<AssetId>(asset));
        return this.#tell(operation.id, { kind: "confirmFreeUp", assets }, keeperOf(device));
      }
      case "download": {
        const asset = identifier<AssetId>(operation.asset);
        const then: Then = (reply) => {
          if (reply.kind === "assetDownloaded") {
            devices.returned(device, operation.asset, reply.objects);
          }
        };
        const body: EngineMessage = { kind: "downloadAsset", asset };
        return this.#tell(operation.id, body, keeperOf(device), then);
      }
    }
  }

  #freeUp(operation: DeviceOperation & { kind: "freeUp"; id: string }): void {
    const to = keeperOf(operation.device);
    const filter = {
      olderThanMs: operation.olderThanMs ?? null,
      fileKinds: null,
      deviceAlbums: operation.deviceAlbums ?? null,
    };
    const { client } = this.#context;
    this.#tell(operation.id, { kind: "reviewFreeUp", filter }, to, (reply) => {
      if (reply.kind !== "freeUpReview" || reply.assets.length === 0) return;
      const assets = reply.assets.slice(0, operation.itemsMax).map(({ asset }) => asset);
      client.ask(`${operation.id}/confirm`, { to, body: { kind: "confirmFreeUp", assets } });
    });
  }

  #upload(operation: ScenarioOperation & { kind: "upload" }): void {
    const { client, contents, world } = this.#context;
    listContent(contents, operation);
    upload(client, operation, {
      world,
      replaces: operation.replaces === undefined ? null : this.file(operation.replaces),
      takenAtMs: world().nowMs,
      answered: (code) => this.answers.set(operation.id, code),
    });
  }

  #cleanUp(operation: CleanUpOperation & { id: string }): void {
    const { client } = this.#context;
    switch (operation.kind) {
      case "cleanExact":
        return cleanExact(client, operation, this.#wayOf(operation));
      case "cleanSimilar":
        return cleanSimilar(client, operation, this.#wayOf(operation));
      default: {
        const plan = identifier<PlanId>(operation.plan);
        return this.#tell(operation.id, { kind: operation.kind, plan });
      }
    }
  }

  #wayOf(
    operation: CleanUpOperation & { id: string; kind: "cleanExact" | "cleanSimilar" },
  ): CleanUpWay {
    const { id } = operation;
    const draw = (entity: string): number => draw32(this.#stream, hashText(entity), 0);
    const choices = operation.kind === "cleanSimilar" ? operation.choices : undefined;
    const scenesMax = operation.kind === "cleanSimilar" ? operation.scenesMax : undefined;
    const scenesFrom = operation.kind === "cleanSimilar" ? operation.scenesFrom : undefined;
    const thinkMs = operation.thinkMs ?? draw(id) % (this.#context.thinkMaxMs + 1);
    const decisions: CleanUpDecisions = { thinkMs, choices: {}, scenesFrom: null };
    this.decisions.set(id, decisions);
    return {
      id,
      thinkMs,
      choose: (file, proposed) => {
        const mark = choices?.[file] ?? this.#mark({ id, file, proposed, draw });
        if (mark === "keep" && mark !== proposed) decisions.choices[file] = mark;
        return mark;
      },
      pick: (scenes) => {
        const offset = scenesFrom ?? draw(`${id.replace(TWIN, "")}/pick`);
        const { picked, from } = pickScenes(scenes, { scenesMax, offset });
        decisions.scenesFrom = from;
        return picked;
      },
      answered: (code) => this.answers.set(id, code),
    };
  }

  /** One mark in twelve is the user's own; what a scenario marks by hand is left alone. */
  #mark(
    mark: {
      id: string;
      file: FileId;
      proposed: "keep" | "delete";
      draw: (entity: string) => number;
    },
  ): "keep" | "delete" {
    const isOwn = this.#context.thinkMaxMs > 0 && mark.draw(`${mark.id}/${mark.file}`) % 12 === 0;
    return isOwn ? "keep" : mark.proposed;
  }

  #tell(id: string, body: EngineMessage, to: ActorId = LIBRARIAN, then: Then = () => {}): void {
    this.#context.client.ask(id, { to, body }, (reply) => {
      this.answers.set(id, codeOf(reply));
      then(reply);
    });
  }
}

function keeperOf(device: string): ActorId {
  return deviceKeeper(identifier(device));
}

function pickScenes(
  scenes: readonly OfferedScene[],
  options: { scenesMax: number | undefined; offset: number },
): { picked: readonly OfferedScene[]; from: number | null } {
  const { offset, scenesMax } = options;
  if (scenesMax === undefined || scenes.length <= scenesMax) return { picked: scenes, from: null };
  const from = offset % (scenes.length - scenesMax + 1);
  return { picked: scenes.slice(from, from + scenesMax), from };
}

function albumNamed(name: string): AlbumId {
  return identifier(name);
}
