import { assert, assertEquals } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import type { RecordedFile } from "../messages/librarian_messages.ts";
import type { LibrarianDriver } from "./librarian_driver.ts";
import { entriesOf, makeAlbum, makeLibrary, recordedPhoto } from "./library_fixture.ts";

const NOTHING = { kind: "syncFolder", gone: [], changed: [], renamed: [] } as const;

Deno.test("syncFolder() forgets what is gone, takes over new bytes and names, once", () => {
  const driver = folder();
  driver.command({ kind: "setFavorite", file: identifier("c"), favorite: true });
  driver.command({ kind: "changeMetadata", file: identifier("c"), change: { caption: "mine" } });
  const told = {
    ...NOTHING,
    gone: [identifier<RecordedFile["file"]>("a")],
    changed: [{ ...recorded("c", "c.jpg"), objects: [objectOf("c.jpg", 7)] }],
    renamed: [{
      file: identifier<RecordedFile["file"]>("b"),
      names: [
        { album: identifier<RecordedFile["entries"][0]["album"]>("2020"), name: "b.jpg" },
        { album: identifier<RecordedFile["entries"][0]["album"]>("best"), name: "a.jpg" },
      ],
    }],
  };
  assertEquals(driver.command(told), { kind: "accepted" });
  assertEquals([entriesOf(driver, "2020"), entriesOf(driver, "best")], [["b", "c"], ["b"]]);
  assertEquals(entriesOf(driver, "favorites"), ["c"]);
  const file = driver.state.files.get(identifier("c"));
  assertEquals([file?.contentHash, file?.metadata.caption], [null, "mine"]);
  assertEquals(driver.state.usage.liveBytes, 1007);
  const before = driver.state.changes.length;
  assertEquals(driver.command({ ...told, changed: [] }), { kind: "accepted" });
  assertEquals(driver.state.changes.length, before);
  driver.restart();
  assertEquals(driver.state.files.size, 2);
});

Deno.test("syncFolder() leaves the trash alone, and waits while names are being moved", () => {
  const driver = folder();
  driver.autoAnswer = false;
  driver.command({ kind: "trashFiles", files: [identifier("a")] });
  const busy = driver.command({ ...NOTHING, gone: [identifier("b")] });
  assert(busy.kind === "refused" && busy.code === "PLAN_PENDING");
  driver.settle();
  driver.command({ ...NOTHING, gone: [identifier("a"), identifier("b")] });
  assertEquals([driver.state.files.size, driver.state.trash.size], [1, 1]);
});

Deno.test("syncFolder() refuses what contradicts itself, and other libraries", () => {
  const driver = folder();
  const twice = driver.command({
    ...NOTHING,
    gone: [identifier("a")],
    changed: [recorded("a", "a.jpg")],
  });
  assert(twice.kind === "refused" && twice.code === "INVALID");
  const elsewhere = makeLibrary({ kind: "stored" }).command(NOTHING);
  assert(elsewhere.kind === "refused" && elsewhere.code === "WRONG_LIBRARY_KIND");
});

/** A folder with `2020/a.jpg`, `2020/b.jpg` and `2020/c.jpg`, and an empty `best`. */
function folder(): LibrarianDriver {
  const driver = makeLibrary({ kind: "folder" });
  for (const album of ["2020", "best"]) makeAlbum(driver, album);
  const files = ["a", "b", "c"].map((file) => recorded(file, `${file}.jpg`));
  assertEquals(driver.command({ kind: "recordFiles", files }).kind, "accepted");
  return driver;
}

function objectOf(name: string, sizeBytes: number): RecordedFile["objects"][0] {
  return { role: "original", name: identifier(`folder/2020/${name}`), sizeBytes };
}

function recorded(file: string, name: string): RecordedFile {
  return recordedPhoto({
    file: identifier(file),
    name,
    objects: [objectOf(name, 1000)],
    entries: [{ album: identifier("2020"), name }],
  });
}
