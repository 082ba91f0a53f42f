import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import { InvariantError } from "../protocol/invariant.ts";
import { RECEIPT_LEASE_MS, RECEIPT_MARGIN_MS } from "../library/device.ts";
import type { AssetId } from "../library/ids.ts";
import type { FreeUpFilter } from "../messages/keeper_messages.ts";
import {
  contents,
  free,
  NO_FILTER,
  receiptOutcomes,
  replyTo,
  requestAt,
  runUntil,
  scanned,
  startedWorld,
} from "./keeper_story.ts";

Deno.test("device keeper frees a confirmed item and keeps it known", () => {
  const world = startedWorld();
  const photo = world.device.put("a", { hash: "A" });
  const live = world.device.put("b", { hash: "B", fileKind: "live" });
  scanned(world);
  const done = free(world, photo, live);
  assertEquals(done, { kind: "freeUpDone", removed: [photo, live], kept: [], freedBytes: 30 });
  assert(!world.device.isHere(photo) && !world.device.isHere(live));
  scanned(world);
  const outcomes = receiptOutcomes(world);
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
  runUntil(world, () => world.librarian.receipts.size > 0);
  world.advance(RECEIPT_LEASE_MS - RECEIPT_MARGIN_MS);
  world.deliver(0, { keep: false });
  assertEquals(world.operations.filter(({ request }) => request.kind === "remove"), []);
  world.settle();
  assertEquals(replies.map(({ kind }) => kind), ["freeUpDone"]);
  assert(!world.device.isHere(asset), "a new receipt is asked for");
  const outcomes = receiptOutcomes(world);
  assertEquals(outcomes, ["kept", "removed"]);
});

Deno.test("device keeper does not use a receipt from before a reboot", () => {
  const world = startedWorld();
  const asset = world.device.put("a", { hash: "A" });
  scanned(world);
  world.ask({ kind: "confirmFreeUp", assets: [asset] });
  runUntil(world, () => world.librarian.receipts.size > 0);
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
    runUntil(world, () => requestAt(world, "remove") >= 0);
    world.reboot(() => isCarriedOut);
    world.advance(RECEIPT_LEASE_MS * 2);
    world.settle();
    const [reply] = replies;
    assert(reply?.kind === "freeUpDone");
    assertEquals(reply.removed, isCarriedOut ? [asset] : []);
    assertEquals(world.device.isHere(asset), !isCarriedOut);
    const outcomes = receiptOutcomes(world);
    assertEquals(outcomes, [isCarriedOut ? "removed" : "kept"]);
  });

  Deno.test(`device keeper waits out its receipt when a removal ended late and ${what}`, () => {
    const world = startedWorld();
    const asset = world.device.put("a", { hash: "A" });
    const other = world.device.put("b", { hash: "B" });
    scanned(world);
    const replies = world.ask({ kind: "confirmFreeUp", assets: [asset, other] });
    runUntil(world, () => requestAt(world, "remove") >= 0);
    world.complete(requestAt(world, "remove"), { error: "timeout", isCarriedOut: false });
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
  runUntil(world, () => requestAt(world, "remove") >= 0);
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

Deno.test("device keeper keeps an item that is out of scope when its receipt comes", () => {
  const world = startedWorld();
  const asset = world.device.put("a", { hash: "A" });
  scanned(world);
  const replies = world.ask({ kind: "confirmFreeUp", assets: [asset] });
  runUntil(world, () => world.librarian.receipts.size > 0);
  const [receipts] = world.remote.splice(0);
  world.ask({ kind: "chooseAlbums", targets: [] });
  while (world.remote.length > 0) world.deliver(0, { keep: false });
  if (receipts !== undefined) world.remote.push(receipts);
  world.settle();
  const [reply] = replies;
  assert(reply?.kind === "freeUpDone");
  assertEquals(reply.kept, [{ asset, reason: "outOfScope" }]);
  assertEquals(receiptOutcomes(world), ["kept"]);
});

Deno.test("device keeper keeps an item whose bytes changed after they were read", () => {
  const world = startedWorld();
  const asset = world.device.put("a", { hash: "A" });
  scanned(world);
  const replies = world.ask({ kind: "confirmFreeUp", assets: [asset] });
  runUntil(world, () => requestAt(world, "remove") >= 0);
  world.device.put("a", { hash: "A2" });
  world.settle();
  const [reply] = replies;
  assert(reply?.kind === "freeUpDone");
  assertEquals(reply.kept, [{ asset, reason: "changed" }]);
  assertEquals(receiptOutcomes(world), ["kept"]);
  assertEquals(world.device.contentHash(asset) as string, "A2-original");
  assertEquals(contents(world), ["A2-original"], "and it is backed up again");
});

Deno.test("device keeper reports a live photo of which only a part went as removed", () => {
  const world = startedWorld();
  const asset = world.device.put("b", { hash: "B", fileKind: "live" });
  scanned(world);
  const replies = world.ask({ kind: "confirmFreeUp", assets: [asset] });
  runUntil(world, () => requestAt(world, "remove") >= 0);
  world.complete(requestAt(world, "remove"), null);
  world.complete(requestAt(world, "remove"), { error: "refused", isCarriedOut: false });
  world.settle();
  const [reply] = replies;
  assert(reply?.kind === "freeUpDone");
  assertEquals(reply.removed, [asset]);
  assertEquals(receiptOutcomes(world), ["removed"]);
});

Deno.test("device keeper gives two free-ups of one item the same outcome", () => {
  const world = startedWorld();
  const asset = world.device.put("a", { hash: "A" });
  scanned(world);
  const first = world.ask({ kind: "confirmFreeUp", assets: [asset] });
  runUntil(world, () => requestAt(world, "remove") >= 0);
  world.ask({ kind: "chooseAlbums", targets: [] });
  const second = world.ask({ kind: "confirmFreeUp", assets: [asset, asset] });
  while (world.remote.length > 0) world.deliver(0, { keep: false });
  world.settle();
  assertEquals(first.map(({ kind }) => kind), ["freeUpDone"]);
  assertEquals(second, first);
});

Deno.test("device keeper believes a newer revision told while the old one is removed", () => {
  const world = startedWorld();
  const asset = world.device.put("a", { hash: "A" });
  scanned(world);
  world.ask({ kind: "confirmFreeUp", assets: [asset] });
  runUntil(world, () => requestAt(world, "remove") >= 0);
  const [removal] = world.operations.splice(0);
  assert(removal !== undefined);
  world.device.carryOut(removal.request);
  world.device.put("a", { hash: "A2" });
  world.scan();
  while (world.local.length > 0) world.deliverLocal();
  world.operations.push(removal);
  world.settle();
  assertEquals(contents(world), ["A-original", "A2-original"]);
  assert(world.device.isHere(asset));
});

Deno.test("device keeper finishes a free-up over a restart at any point", () => {
  for (let point = 0; point < 40; point += 1) {
    for (const isReboot of [false, true]) {
      const world = startedWorld();
      const asset = world.device.put("b", { hash: "B", fileKind: "live" });
      scanned(world);
      const replies = world.ask({ kind: "confirmFreeUp", assets: [asset] });
      let step = 0;
      runUntil(world, () => {
        step += 1;
        return step > point || replies.length > 0;
      });
      if (isReboot) world.reboot((index) => (index + point) % 2 === 0);
      else world.restartActor();
      world.snapshot();
      world.settle();
      const [reply] = replies;
      assert(reply?.kind === "freeUpDone");
      const isGone = reply.removed.length === 1;
      assertEquals(isGone, !world.device.isHere(asset), `restart after ${point} steps`);
      assertEquals(receiptOutcomes(world).includes("removed"), isGone);
    }
  }
});
