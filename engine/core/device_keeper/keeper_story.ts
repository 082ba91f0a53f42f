import { assert } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import type { AlbumId, AssetId } from "../library/ids.ts";
import type { FreeUpFilter, KeeperCommand, KeeperReply } from "../messages/keeper_messages.ts";
import { DEVICE, KeeperWorld } from "./keeper_world.ts";

/** The library album into which the device album "camera" goes. */
export const ALBUM: AlbumId = identifier("holiday");

/** A review of everything. */
export const NO_FILTER: FreeUpFilter = { olderThanMs: null, fileKinds: null, deviceAlbums: null };

/** A started keeper whose device album "camera" is chosen. */
export function startedWorld(options?: { portHonoursDeadlines: boolean }): KeeperWorld {
  const world = new KeeperWorld(options);
  world.librarian.albums.add(ALBUM);
  world.ask({
    kind: "startKeeper",
    device: DEVICE,
    targets: [{ deviceAlbum: "camera", target: { album: ALBUM } }],
  });
  world.settle();
  return world;
}

/** Lets the scanner look, and everything come of it that can. */
export function scanned(world: KeeperWorld): void {
  world.scan();
  world.settle();
}

/** The answer to a command, of the kind that is expected. */
export function replyTo<Kind extends KeeperReply["kind"]>(
  world: KeeperWorld,
  command: KeeperCommand,
  kind: Kind,
): KeeperReply & { kind: Kind } {
  const replies = world.ask(command);
  world.settle();
  const [reply] = replies;
  assert(reply?.kind === kind, JSON.stringify(reply));
  return reply as KeeperReply & { kind: Kind };
}

/** Confirms items and waits for what comes of them. */
export function free(
  world: KeeperWorld,
  ...assets: AssetId[]
): KeeperReply & { kind: "freeUpDone" } {
  return replyTo(world, { kind: "confirmFreeUp", assets }, "freeUpDone");
}

/** The content hashes of the library's live files. */
export function contents(world: KeeperWorld): string[] {
  return [...world.librarian.files.values()].map(({ contentHash }) => contentHash);
}

/** What came of each receipt, in order. */
export function receiptOutcomes(world: KeeperWorld): string[] {
  return [...world.librarian.receipts.values()].map(({ outcome }) => outcome);
}

/** Lets things happen one by one until `isSo`, firing timers only when nothing else is left. */
export function runUntil(world: KeeperWorld, isSo: () => boolean): void {
  for (let step = 0; step < 2000; step += 1) {
    if (isSo()) return;
    if (world.local.length > 0) world.deliverLocal();
    else if (world.remote.length > 0) world.deliver(0, { keep: false });
    else if (world.operations.length > 0) world.complete(0, null);
    else world.fire([...world.timers.keys()][0]);
  }
  throw new RangeError("It never came to that");
}

/** Where the oldest port request of this kind is, or -1. */
export function requestAt(
  world: KeeperWorld,
  kind: KeeperWorld["operations"][number]["request"]["kind"],
): number {
  return world.operations.findIndex(({ request }) => request.kind === kind);
}
