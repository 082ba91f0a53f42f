import { assert, assertEquals } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import type { AssetId } from "../library/ids.ts";
import { returnedName } from "./downloads.ts";
import {
  contents,
  free,
  replyTo,
  requestAt,
  runUntil,
  scanned,
  startedWorld,
} from "./keeper_story.ts";

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
    contents(world),
    ["A-original", "Z-original"],
  );
});

Deno.test("device keeper does not pass off other bytes as the item", () => {
  const world = startedWorld();
  const asset = world.device.put("a", { hash: "A" });
  scanned(world);
  free(world, asset);
  const [file] = world.librarian.files.values();
  const object = file?.objects[0]?.name;
  assert(object !== undefined);
  world.device.objects.set(object, { hash: "rotten", sizeBytes: 10 });
  const replies = world.ask({ kind: "downloadAsset", asset });
  world.settle();
  assertEquals(replies.map(({ kind }) => kind), ["keeperRefused"]);
  assertEquals(world.state.assets.get(asset)?.presence, "freed");
});

Deno.test("device keeper does not count copies of an attempt that failed", () => {
  const world = startedWorld();
  const asset = world.device.put("b", { hash: "B", fileKind: "live" });
  scanned(world);
  free(world, asset);
  const replies = world.ask({ kind: "downloadAsset", asset });
  runUntil(world, () => requestAt(world, "writeObject") >= 0);
  world.complete(0, { error: "ioError", isCarriedOut: false });
  const [old] = world.operations.splice(0);
  runUntil(world, () => world.operations.length === 2);
  assert(old !== undefined);
  world.operations.unshift(old);
  world.complete(0, null);
  world.complete(0, null);
  assertEquals(requestAt(world, "readObject"), -1, "the second copy is not there yet");
  world.settle();
  assertEquals(replies.map(({ kind }) => kind), ["assetDownloaded"]);
  assert(world.device.isHere(asset));
});

Deno.test("returnedName() keeps the ending and counts", () => {
  const cases = [
    ["DCIM/a.jpg", 1, "DCIM/a.returned1.jpg"],
    ["DCIM/a.returned1.jpg", 2, "DCIM/a.returned2.jpg"],
    ["phone.x/a", 1, "phone.x/a.returned1"],
    ["phone.x/a.returned1", 12, "phone.x/a.returned12"],
    ["phone/.hidden", 1, "phone/.hidden.returned1"],
  ] as const;
  for (const [name, count, expected] of cases) {
    assertEquals(returnedName(identifier(name), count) as string, expected);
  }
});
