import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import type { AlbumId } from "../library/ids.ts";
import { DEVICE, KeeperWorld } from "./keeper_world.ts";
import {
  ALBUM,
  contents,
  free,
  NO_FILTER,
  replyTo,
  requestAt,
  runUntil,
  scanned,
  startedWorld,
} from "./keeper_story.ts";

Deno.test("device keeper backs up what is in a chosen album, and nothing else", () => {
  const world = startedWorld();
  world.device.put("a", { hash: "A" });
  world.device.put("b", { hash: "B", fileKind: "live" });
  world.device.put("c", { hash: "C", deviceAlbums: ["screenshots"] });
  scanned(world);
  assertEquals(
    contents(world),
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
    contents(world),
    ["A-original", "B-original"],
  );
});

Deno.test("device keeper gives up the upload of a revision that is not the latest", () => {
  const world = startedWorld();
  world.device.put("a", { hash: "A" });
  world.scan();
  runUntil(world, () => requestAt(world, "writeObject") >= 0);
  world.device.put("a", { hash: "A2" });
  scanned(world);
  assertEquals(
    contents(world),
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

Deno.test("device keeper leaves out what goes to a deleted album until others are chosen", () => {
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

Deno.test("device keeper waits for the end of a commit before it offers the next revision", () => {
  const world = startedWorld();
  world.device.put("a", { hash: "A" });
  world.scan();
  runUntil(world, () => world.librarian.files.size === 1);
  world.device.put("a", { hash: "A2" });
  scanned(world);
  assertEquals(contents(world), ["A2-original"]);
  assertEquals([...world.librarian.files.values()].map(({ version }) => version), [2]);
});

Deno.test("device keeper does not count the writes of an upload that it gave up", () => {
  const world = startedWorld();
  world.device.put("a", { hash: "A" });
  world.scan();
  runUntil(world, () => requestAt(world, "writeObject") >= 0);
  const [old] = world.operations.splice(0);
  world.device.put("a", { hash: "A2" });
  world.scan();
  runUntil(world, () => requestAt(world, "writeObject") >= 0);
  assert(old !== undefined);
  world.operations.unshift(old);
  world.complete(0, { error: "ioError", isCarriedOut: false });
  assertEquals(world.state.uploads.size, 1, "the failure is not the new upload's");
  world.settle();
  assertEquals(contents(world), ["A2-original"]);
});

Deno.test("device keeper never stores bytes under the hash of others", () => {
  const world = startedWorld();
  const asset = world.device.put("a", { hash: "A" });
  world.scan();
  runUntil(world, () => requestAt(world, "writeObject") >= 0);
  world.device.put("a", { hash: "A2" });
  world.settle();
  assertEquals(contents(world), ["A2-original"]);
  assertEquals(world.state.assets.get(asset)?.backup?.contentHash as string, "A2-original");
});

Deno.test("device keeper asks again for whatever it gets no answer to", () => {
  const world = startedWorld();
  world.device.put("a", { hash: "A" });
  world.scan();
  let lost = 0;
  runUntil(world, () => {
    // Every third message is lost.
    for (let index = world.remote.length - 1; index >= 0; index -= 1) {
      lost += 1;
      if (lost % 3 === 0) world.remote.splice(index, 1);
    }
    return world.state.uploads.size === 0 && world.librarian.files.size === 1;
  });
  assertEquals(contents(world), ["A-original"]);
});
