import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { identifier } from "../protocol/ids.ts";
import type { PortError } from "../protocol/incoming.ts";
import type { AlbumId, AssetId } from "../library/ids.ts";
import type { KeeperReply } from "../messages/keeper_messages.ts";
import { DEVICE, KeeperWorld } from "./keeper_world.ts";

const ALBUMS = [identifier<AlbumId>("holiday"), identifier<AlbumId>("family")] as const;
const DEVICE_ALBUMS = ["camera", "loved", "screenshots"] as const;
const ERRORS: readonly PortError[] = ["ioError", "timeout", "failed", "diskFull", "refused"];
const PAUSES_MS = [1_000, 60_000, 7 * 60_000, 9 * 60_000, 3_600_000] as const;

/** What can happen, each with how often; an entry of a schedule is its name and two numbers. */
const ACTIONS = {
  deliver: 14,
  deliverTwice: 2,
  lose: 2,
  complete: 14,
  fail: 2,
  failAfterwards: 2,
  carryOutLate: 1,
  fire: 4,
  run: 4,
  advance: 3,
  restart: 1,
  reboot: 1,
  snapshot: 1,
  refuseCommits: 1,
  hear: 8,
  scan: 3,
  photograph: 4,
  edit: 2,
  erase: 1,
  chooseAlbums: 1,
  confirm: 4,
  download: 2,
  trash: 1,
  setLimit: 1,
} as const;

type Action = keyof typeof ACTIONS;
type Step = readonly [action: Action, first: number, second: number];

function act(world: KeeperWorld, [action, first, second]: Step): void {
  const error = ERRORS[second % ERRORS.length] ?? "ioError";
  switch (action) {
    case "deliver":
      return world.deliver(first % 3, { keep: false });
    case "deliverTwice":
      return world.deliver(first, { keep: true });
    case "lose":
      world.remote.splice(first % Math.max(1, world.remote.length), 1);
      return;
    case "complete":
      return world.complete(first, null);
    case "fail":
      return world.complete(first, { error, isCarriedOut: false });
    case "failAfterwards":
      return world.complete(first, { error, isCarriedOut: true });
    case "carryOutLate":
      return world.carryOutLate(first);
    case "fire":
      return world.fire([...world.timers.keys()][first % Math.max(1, world.timers.size)]);
    case "run":
      return run(world, first);
    case "advance":
      return world.advance(PAUSES_MS[first % PAUSES_MS.length] ?? 0);
    case "restart":
      return world.restartActor();
    case "reboot":
      return world.reboot((index) => (first >> (index % 8)) % 2 === 1);
    case "snapshot":
      return world.snapshot();
    case "refuseCommits":
      return world.refuseCommits(first % 3);
    case "hear":
      return world.deliverLocal();
    case "scan":
      return world.scan();
    default:
      return actAsUser(world, [action, first, second]);
  }
}

/** A while in which nothing fails: without it few schedules would come as far as a removal. */
function run(world: KeeperWorld, steps: number): void {
  for (let step = 0; step < steps; step += 1) {
    if (world.local.length > 0) world.deliverLocal();
    else if (world.operations.length > 0) world.complete(0, null);
    else if (world.remote.length > 0) world.deliver(0, { keep: false });
    else return;
  }
}

function actAsUser(world: KeeperWorld, [action, first, second]: Step): void {
  const assets = [...world.device.items.keys()];
  const asset = assets[first % Math.max(1, assets.length)];
  switch (action) {
    case "photograph": {
      const deviceAlbum = DEVICE_ALBUMS[second % 3] ?? "camera";
      const name = `a${assets.length}`;
      // Few contents, so that copies occur.
      world.device.put(name, {
        hash: `H${first % 8}`,
        fileKind: second % 5 === 0 ? "live" : "photo",
        deviceAlbums: second % 7 === 0 ? ["camera", "loved"] : [deviceAlbum],
      });
      return;
    }
    case "edit":
      if (asset !== undefined && world.device.isHere(asset)) {
        world.device.put(asset, { hash: `E${second % 16}` });
      }
      return;
    case "erase":
      if (asset !== undefined) world.device.delete(asset);
      return;
    case "chooseAlbums":
      choose(world, first % 4);
      return;
    case "confirm":
      world.ask({
        kind: "confirmFreeUp",
        assets: assets.filter((_, index) => (second >> (index % 6)) % 2 === 1),
      });
      return;
    case "download":
      if (asset !== undefined) world.ask({ kind: "downloadAsset", asset });
      return;
    case "trash": {
      const files = [...world.librarian.files.values()];
      const file = files[first % Math.max(1, files.length)];
      if (file !== undefined && second % 2 === 0) world.librarian.trash(file, 1_700_000_000_000);
      return;
    }
    case "setLimit":
      world.librarian.limitBytes = second % 2 === 0 ? 30 : 100_000;
      return;
    default:
      return;
  }
}

function choose(world: KeeperWorld, mask: number): KeeperReply[] {
  const targets = ALBUMS.flatMap((album, index) => {
    const deviceAlbum = DEVICE_ALBUMS[index];
    if (deviceAlbum === undefined || (mask >> index) % 2 === 0) return [];
    return [{ deviceAlbum, target: { album } }];
  });
  return world.ask({ kind: "chooseAlbums", targets });
}

/** Faults stop, there is room, both albums are chosen, and the scanner looks once more. */
function calmDown(world: KeeperWorld): void {
  world.refuseCommits(0);
  world.librarian.limitBytes = 1_000_000;
  world.settle();
  choose(world, 3);
  world.settle();
  // Twice: what the keeper finds out itself may come after the first look.
  for (let look = 0; look < 2; look += 1) {
    world.scan();
    world.settle();
  }
}

function checkBackup(world: KeeperWorld): void {
  const replies = world.ask({ kind: "readBackup", limit: 1000 });
  world.settle();
  const [state] = replies;
  assert(state?.kind === "backupState");
  assertEquals(state.waiting, 0);
  const leftOut = new Map(state.leftOut.map(({ asset, reason }) => [asset, reason]));
  for (const [asset, item] of world.device.items) {
    const contentHash = world.device.contentHash(asset);
    const wanted = ALBUMS.filter((_, index) =>
      item.deviceAlbums.includes(DEVICE_ALBUMS[index] ?? "")
    );
    if (contentHash === null || wanted.length === 0) continue;
    const files = [...world.librarian.files.values()].filter((file) =>
      file.contentHash === contentHash
    );
    // The keeper is not told when the user removes something in the library.
    if (leftOut.has(asset) || world.librarian.removed.has(contentHash)) continue;
    assert(files.length > 0, `${asset} with ${contentHash} is not in the library`);
    for (const album of wanted) {
      assert(files.some((file) => file.albums.has(album)), `${asset} is not in ${album}`);
    }
  }
  for (const reason of leftOut.values()) assert(/^removed on 20/.test(reason), reason);
}

function checkAnswers(world: KeeperWorld): void {
  for (const { command, replies } of world.asked) {
    assert(replies.length > 0, `no answer to ${JSON.stringify(command)}`);
    const [first] = replies;
    if (command.kind !== "confirmFreeUp" || first?.kind !== "freeUpDone") continue;
    for (const reply of replies) assertEquals(reply, first as KeeperReply);
    const ended = [...first.removed, ...first.kept.map(({ asset }) => asset)].sort();
    assertEquals(ended, [...new Set(command.assets)].sort());
  }
}

/** What went was reported as gone; what was reported as kept did not go. */
function checkReceipts(world: KeeperWorld): void {
  const removed = new Map<AssetId, number>();
  for (const { asset, outcome } of world.librarian.receipts.values()) {
    if (outcome === "removed") removed.set(asset, (removed.get(asset) ?? 0) + 1);
  }
  for (const asset of world.device.removals) {
    assert(removed.has(asset), `${asset} was removed and no receipt says so`);
  }
  assertEquals(world.state.unreported.size, 0);
}

const STEPS: fc.Arbitrary<Step> = fc.tuple(
  fc.oneof(
    ...Object.entries(ACTIONS).map(([action, weight]) => ({
      arbitrary: fc.constant(action as Action),
      weight,
    })),
  ),
  fc.nat(255),
  fc.nat(255),
);

Deno.test("device keeper keeps its promises on any schedule", () => {
  fc.assert(
    fc.property(fc.array(STEPS, { maxLength: 400, size: "max" }), (steps) => {
      const world = new KeeperWorld();
      for (const album of ALBUMS) world.librarian.albums.add(album);
      world.ask({ kind: "startKeeper", device: DEVICE, targets: [] });
      choose(world, 3);
      world.settle();
      for (const step of steps) act(world, step);
      calmDown(world);
      checkBackup(world);
      checkAnswers(world);
      checkReceipts(world);
    }),
    { numRuns: 300 },
  );
});
