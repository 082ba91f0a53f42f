import { assert, assertEquals, assertGreater, assertMatch, assertThrows } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import { InvariantError } from "../protocol/invariant.ts";
import { RECEIPT_LEASE_MS, RECEIPT_MARGIN_MS } from "../library/device.ts";
import type { AlbumId, AssetId } from "../library/ids.ts";
import type { FreeUpFilter, KeeperReply } from "../messages/keeper_messages.ts";
import { DEVICE, KeeperWorld } from "./keeper_world.ts";

const ALBUM = identifier<AlbumId>("holiday");
const NO_FILTER: FreeUpFilter = { olderThanMs: null, fileKinds: null, deviceAlbums: null };

/** A started keeper whose device album "camera" goes into a library album. */
function startedWorld(options?: { portHonoursDeadlines: boolean }): KeeperWorld {
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

function scanned(world: KeeperWorld): void {
  world.scan();
  world.settle();
}

function replyTo<Kind extends KeeperReply["kind"]>(
  world: KeeperWorld,
  command: Parameters<KeeperWorld["ask"]>[0],
  kind: Kind,
): KeeperReply & { kind: Kind } {
  const replies = world.ask(command);
  world.settle();
  const [reply] = replies;
  assert(reply?.kind === kind, JSON.stringify(reply));
  return reply as KeeperReply & { kind: Kind };
}

function free(world: KeeperWorld, ...assets: AssetId[]): KeeperReply & { kind: "freeUpDone" } {
  return replyTo(world, { kind: "confirmFreeUp", assets }, "freeUpDone");
}

/** Lets things happen until the keeper has asked its port to remove something. */
function untilRemoval(world: KeeperWorld): number {
  for (let step = 0; step < 1000; step += 1) {
    const at = world.operations.findIndex(({ request }) => request.kind === "remove");
    if (at >= 0) return at;
    if (world.remote.length > 0) world.deliver(0, { keep: false });
    else if (world.operations.length > 0) world.complete(0, null);
    else world.fire([...world.timers.keys()][0]);
  }
  throw new RangeError("Nothing was to be removed");
}

Deno.test("device keeper backs up what is in a chosen album, and nothing else", () => {
  const world = startedWorld();
  world.device.put("a", { hash: "A" });
  world.device.put("b", { hash: "B", fileKind: "live" });
  world.device.put("c", { hash: "C", deviceAlbums: ["screenshots"] });
  scanned(world);
  assertEquals(
    [...world.librarian.files.values()].map(({ contentHash }) => contentHash as string),
    ["A-original", "B-original:B-video"],
  );
  const { backedUp, outOfScope, waiting } = replyTo(
    world,
    { kind: "readBackup", limit: 9 },
    "backupState",
  );
  assertEquals({ backedUp, outOfScope, waiting }, { backedUp: 2, outOfScope: 1, waiting: 0 });
});

Deno.test("device keeper links content that is stored already", () => {
  const world = startedWorld();
  world.device.put("a", { hash: "A" });
  world.device.put("b", { hash: "A" });
  scanned(world);
  assertEquals(world.librarian.files.size, 1);
  const review = replyTo(world, { kind: "reviewFreeUp", filter: NO_FILTER }, "freeUpReview");
  assertEquals(review.assets.length, 2);
});

Deno.test("device keeper puts an item into every library album that is wanted for it", () => {
  const world = startedWorld();
  const other = identifier<AlbumId>("family");
  world.librarian.albums.add(other);
  replyTo(world, {
    kind: "chooseAlbums",
    targets: [
      { deviceAlbum: "camera", target: { album: ALBUM } },
      { deviceAlbum: "loved", target: { album: other } },
    ],
  }, "keeperAccepted");
  world.device.put("a", { hash: "A", deviceAlbums: ["loved", "camera"] });
  scanned(world);
  const [file] = world.librarian.files.values();
  assertEquals([...file?.albums ?? []], [other, ALBUM]);
});

Deno.test("device keeper leaves out what was removed before, and says when", () => {
  const world = startedWorld();
  world.librarian.removed.set(identifier("A-original"), 1_700_000_000_000);
  const asset = world.device.put("a", { hash: "A" });
  scanned(world);
  const { leftOut } = replyTo(world, { kind: "readBackup", limit: 9 }, "backupState");
  assertEquals(leftOut, [{ asset, reason: "removed on 2023-11-14" }]);
  assertEquals(world.librarian.files.size, 0);
});

Deno.test("device keeper offers a changed item as an edit of its file", () => {
  const world = startedWorld();
  world.device.put("a", { hash: "A" });
  scanned(world);
  const [before] = [...world.librarian.files.keys()];
  world.device.put("a", { hash: "A2" });
  scanned(world);
  const [after] = world.librarian.files.values();
  assertEquals(world.librarian.files.size, 1);
  assertEquals([after?.id, after?.contentHash as string, after?.version], [
    before,
    "A2-original",
    2,
  ]);
});

Deno.test("device keeper edits no file that another item relies on", () => {
  const world = startedWorld();
  const freed = world.device.put("a", { hash: "A" });
  world.device.put("b", { hash: "A" });
  scanned(world);
  free(world, freed);
  world.device.put("b", { hash: "B" });
  scanned(world);
  assertEquals(
    [...world.librarian.files.values()].map(({ contentHash }) => contentHash as string),
    ["A-original", "B-original"],
  );
});

Deno.test("device keeper gives up the upload of a revision that is not the latest", () => {
  const world = startedWorld();
  world.device.put("a", { hash: "A" });
  world.scan();
  while (!world.operations.some(({ request }) => request.kind === "writeObject")) {
    if (world.local.length > 0) world.deliverLocal();
    else if (world.operations.length > 0) world.complete(0, null);
    else world.deliver(0, { keep: false });
  }
  world.device.put("a", { hash: "A2" });
  scanned(world);
  assertEquals(
    [...world.librarian.files.values()].map(({ contentHash }) => contentHash as string),
    ["A2-original"],
  );
  assertEquals(world.librarian.reservations.size, 0);
});

Deno.test("device keeper waits while the library is full, and goes on when there is room", () => {
  const world = startedWorld();
  for (let item = 0; item < 40; item += 1) world.device.put(`a${item}`, { hash: `A${item}` });
  world.librarian.limitBytes = 50;
  world.scan();
  for (let step = 0; step < 2000; step += 1) {
    if (world.local.length > 0) world.deliverLocal();
    else if (world.remote.length > 0) world.deliver(0, { keep: false });
    else if (world.operations.length > 0) world.complete(0, null);
  }
  assertEquals(world.librarian.files.size, 5);
  // Not each of the others was offered: after a number of refusals it waits.
  assertGreater(world.state.toOffer.size, 0);
  assertEquals(world.state.toOffer.size + world.state.held.size, 35);
  world.librarian.limitBytes = 10_000;
  world.settle();
  assertEquals(world.librarian.files.size, 40);
});

Deno.test("device keeper leaves out what goes to an album that is gone, until others are chosen", () => {
  const world = startedWorld();
  world.librarian.albums.clear();
  world.device.put("a", { hash: "A" });
  scanned(world);
  const state = replyTo(world, { kind: "readBackup", limit: 9 }, "backupState");
  assertEquals(state.leftOut.map(({ reason }) => reason), ["UNKNOWN_ALBUM"]);
  const other = identifier<AlbumId>("family");
  world.librarian.albums.add(other);
  const targets = [{ deviceAlbum: "camera", target: { album: other } }];
  replyTo(world, { kind: "chooseAlbums", targets }, "keeperAccepted");
  assertEquals(world.librarian.files.size, 1);
});

Deno.test("device keeper frees a confirmed item and keeps it known", () => {
  const world = startedWorld();
  const photo = world.device.put("a", { hash: "A" });
  const live = world.device.put("b", { hash: "B", fileKind: "live" });
  scanned(world);
  const done = free(world, photo, live);
  assertEquals(done, { kind: "freeUpDone", removed: [photo, live], kept: [], freedBytes: 30 });
  assert(!world.device.isHere(photo) && !world.device.isHere(live));
  scanned(world);
  const outcomes = [...world.librarian.receipts.values()].map(({ outcome }) => outcome);
  assertEquals(outcomes, ["removed", "removed"]);
  assertEquals(free(world, photo), {
    kind: "freeUpDone",
    removed: [photo],
    kept: [],
    freedBytes: 0,
  });
  assertEquals(world.device.removals.length, 3);
});

Deno.test("device keeper reviews by age, kind and album", () => {
  const world = startedWorld();
  const photo = world.device.put("a", { hash: "A" });
  const live = world.device.put("b", { hash: "B", fileKind: "live" });
  scanned(world);
  const reviewed = (filter: Partial<FreeUpFilter>): AssetId[] =>
    replyTo(
      world,
      { kind: "reviewFreeUp", filter: { ...NO_FILTER, ...filter } },
      "freeUpReview",
    ).assets.map(({ asset }) => asset);
  assertEquals(reviewed({}), [photo, live]);
  assertEquals(reviewed({ fileKinds: ["live"] }), [live]);
  assertEquals(reviewed({ deviceAlbums: ["other"] }), []);
  assertEquals(reviewed({ olderThanMs: 90_000_000_000 }), [photo, live]);
  assertEquals(reviewed({ olderThanMs: 110_000_000_000 }), []);
});

Deno.test("device keeper keeps what changed, what is unknown and what is out of scope", () => {
  const world = startedWorld();
  const good = world.device.put("a", { hash: "A" });
  const changed = world.device.put("b", { hash: "B" });
  const foreign = world.device.put("c", { hash: "C", deviceAlbums: ["screenshots"] });
  scanned(world);
  world.device.put("b", { hash: "B2" });
  const unknown = identifier<AssetId>("nothing");
  const done = free(world, changed, foreign, unknown, good);
  assertEquals(done.removed, [good]);
  assertEquals(
    Object.fromEntries(done.kept.map(({ asset, reason }) => [asset, reason])),
    { b: "changed", c: "outOfScope", nothing: "unknown" },
  );
  assertEquals(world.device.contentHash(changed) as string, "B2-original");
});

Deno.test("device keeper keeps an item whose file went to the trash", () => {
  const world = startedWorld();
  const asset = world.device.put("a", { hash: "A" });
  scanned(world);
  for (const file of [...world.librarian.files.values()]) world.librarian.trash(file, 5);
  assertEquals(free(world, asset).kept, [{ asset, reason: "inTrash" }]);
  assert(world.device.isHere(asset));
});

Deno.test("device keeper offers an item again that the library has lost", () => {
  const world = startedWorld();
  const asset = world.device.put("a", { hash: "A" });
  scanned(world);
  world.librarian.files.clear();
  assertEquals(free(world, asset).kept, [{ asset, reason: "notBackedUp" }]);
  world.settle();
  assertEquals(world.librarian.files.size, 1);
});

Deno.test("device keeper does not use a receipt that comes too late", () => {
  const world = startedWorld();
  const asset = world.device.put("a", { hash: "A" });
  scanned(world);
  const replies = world.ask({ kind: "confirmFreeUp", assets: [asset] });
  while (world.librarian.receipts.size === 0) {
    if (world.remote.length > 0) world.deliver(0, { keep: false });
    else world.complete(0, null);
  }
  world.advance(RECEIPT_LEASE_MS - RECEIPT_MARGIN_MS);
  world.deliver(0, { keep: false });
  assertEquals(world.operations.filter(({ request }) => request.kind === "remove"), []);
  world.settle();
  assertEquals(replies.map(({ kind }) => kind), ["freeUpDone"]);
  assert(!world.device.isHere(asset), "a new receipt is asked for");
  const outcomes = [...world.librarian.receipts.values()].map(({ outcome }) => outcome);
  assertEquals(outcomes, ["kept", "removed"]);
});

Deno.test("device keeper does not use a receipt from before a reboot", () => {
  const world = startedWorld();
  const asset = world.device.put("a", { hash: "A" });
  scanned(world);
  world.ask({ kind: "confirmFreeUp", assets: [asset] });
  while (world.librarian.receipts.size === 0) {
    if (world.remote.length > 0) world.deliver(0, { keep: false });
    else world.complete(0, null);
  }
  world.reboot(() => false);
  world.deliver(0, { keep: false });
  assertEquals(world.operations.filter(({ request }) => request.kind === "remove"), []);
  world.settle();
  assert(!world.device.isHere(asset));
});

for (const isCarriedOut of [true, false]) {
  const what = isCarriedOut ? "took place" : "did not take place";
  Deno.test(`device keeper finds out after a reboot that a removal ${what}`, () => {
    const world = startedWorld();
    const asset = world.device.put("a", { hash: "A" });
    scanned(world);
    const replies = world.ask({ kind: "confirmFreeUp", assets: [asset] });
    untilRemoval(world);
    world.reboot(() => isCarriedOut);
    world.advance(RECEIPT_LEASE_MS * 2);
    world.settle();
    const [reply] = replies;
    assert(reply?.kind === "freeUpDone");
    assertEquals(reply.removed, isCarriedOut ? [asset] : []);
    assertEquals(world.device.isHere(asset), !isCarriedOut);
    const outcomes = [...world.librarian.receipts.values()].map(({ outcome }) => outcome);
    assertEquals(outcomes, [isCarriedOut ? "removed" : "kept"]);
  });

  Deno.test(`device keeper waits out its receipt when a removal ended late and ${what}`, () => {
    const world = startedWorld();
    const asset = world.device.put("a", { hash: "A" });
    const other = world.device.put("b", { hash: "B" });
    scanned(world);
    const replies = world.ask({ kind: "confirmFreeUp", assets: [asset, other] });
    const at = untilRemoval(world);
    world.complete(at, { error: "timeout", isCarriedOut: false });
    while (world.operations.length > 0) world.complete(0, null);
    assertEquals(world.state.removals.get(asset)?.stage, "doubted");
    // The port comes to it only now; until the deadline nobody has looked.
    if (isCarriedOut) world.device.delete(asset);
    world.fire(identifier(`doubt/${asset}`));
    assertEquals(world.state.removals.get(asset)?.stage, "doubted");
    world.settle();
    const [reply] = replies;
    assert(reply?.kind === "freeUpDone");
    assertEquals(reply.removed, isCarriedOut ? [asset, other] : [other]);
    assertGreater(world.nowMs, RECEIPT_LEASE_MS - RECEIPT_MARGIN_MS);
  });
}

Deno.test("device keeper relies on its port to honour the deadline of a removal", () => {
  const world = startedWorld({ portHonoursDeadlines: false });
  const asset = world.device.put("a", { hash: "A" });
  scanned(world);
  world.ask({ kind: "confirmFreeUp", assets: [asset] });
  untilRemoval(world);
  world.reboot(() => false);
  world.advance(RECEIPT_LEASE_MS * 2);
  assertThrows(() => world.settle(), InvariantError, "phone");
});

Deno.test("device keeper never blocks the rest for an item that fails", () => {
  const world = startedWorld();
  const assets = Array.from(
    { length: 100 },
    (_, item) => world.device.put(`a${item}`, { hash: `A${item}` }),
  );
  scanned(world);
  const replies = world.ask({ kind: "confirmFreeUp", assets });
  for (let step = 0; replies.length === 0; step += 1) {
    const stuck = world.operations.findIndex(({ request }) =>
      request.kind !== "compute" && request.kind !== "link" && request.object === "phone/a7/1.jpg"
    );
    if (stuck >= 0) world.complete(stuck, { error: "ioError", isCarriedOut: false });
    else if (world.operations.length > 0) world.complete(0, null);
    else if (world.remote.length > 0) world.deliver(0, { keep: false });
    else world.fire([...world.timers.keys()][step % world.timers.size]);
  }
  const [reply] = replies;
  assert(reply?.kind === "freeUpDone");
  assertEquals(reply.removed.length, 99);
  assertEquals(reply.kept, [{ asset: identifier<AssetId>("a7"), reason: "unreadable" }]);
});

Deno.test("device keeper brings a freed item back, and does not upload it again", () => {
  const world = startedWorld();
  const asset = world.device.put("b", { hash: "B", fileKind: "live" });
  scanned(world);
  free(world, asset);
  const back = replyTo(world, { kind: "downloadAsset", asset }, "assetDownloaded");
  assertEquals(back.objects.map(({ name }) => name as string), [
    "phone/b/1.returned1.jpg",
    "phone/b/1.returned1.mov",
  ]);
  assert(world.device.isHere(asset));
  const [file] = world.librarian.files.values();
  scanned(world);
  assertEquals([...world.librarian.files.values()], [file]);
  assertEquals(world.librarian.reservations.size, 0);
  assertEquals(free(world, asset).removed, [asset]);
});

Deno.test("device keeper refuses to bring back what is not there, and tells so", () => {
  const world = startedWorld();
  const asset = world.device.put("a", { hash: "A" });
  scanned(world);
  free(world, asset);
  for (const file of [...world.librarian.files.values()]) world.librarian.trash(file, 5);
  assertEquals(
    replyTo(world, { kind: "downloadAsset", asset }, "keeperRefused").code,
    "DOWNLOAD_FAILED",
  );
  const unknown = identifier<AssetId>("nothing");
  assertEquals(
    replyTo(world, { kind: "downloadAsset", asset: unknown }, "keeperRefused").code,
    "UNKNOWN_ASSET",
  );
});

Deno.test("device keeper stores something new under a freed item's id beside the file", () => {
  const world = startedWorld();
  const asset = world.device.put("a", { hash: "A" });
  scanned(world);
  free(world, asset);
  world.device.put("a", { hash: "Z" });
  scanned(world);
  assertEquals(
    [...world.librarian.files.values()].map(({ contentHash }) => contentHash as string),
    ["A-original", "Z-original"],
  );
});

Deno.test("device keeper is started once, for one device", () => {
  const world = new KeeperWorld();
  assertEquals(
    replyTo(world, { kind: "readBackup", limit: 1 }, "keeperRefused").code,
    "NOT_STARTED",
  );
  replyTo(world, { kind: "startKeeper", device: DEVICE, targets: [] }, "keeperAccepted");
  const refused = replyTo(
    world,
    { kind: "startKeeper", device: identifier("tablet"), targets: [] },
    "keeperRefused",
  );
  assertEquals(refused.code, "OTHER_DEVICE");
  assertMatch(refused.detail, /phone/);
});
