import { assert, assertEquals } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import type { NameStep } from "../protocol/effect.ts";
import type { ContentHash, FileId } from "../library/ids.ts";
import { LOST_NAMES_MAX } from "../library/lost_name.ts";
import type { MendedLink } from "../library/name_move.ts";
import { loseNames } from "./indexes.ts";
import type { LibrarianDriver } from "./librarian_driver.ts";
import { entriesOf, makeAlbum, makeLibrary, recordedPhoto } from "./library_fixture.ts";

const NOTHING = { kind: "syncFolder", gone: [], changed: [], renamed: [] } as const;

Deno.test("what a link held is known once its file is gone, until a file has the name", () => {
  const driver = folder();
  const lost = [["best/a.jpg", { contentHash: "same", sizeBytes: 9, target: "2020/a.jpg" }]];
  assertEquals([...driver.state.lostNames], lost);
  driver.restart();
  assertEquals([...driver.state.lostNames], lost);
  record(driver, { file: "new", albums: ["best"], name: "a.jpg" });
  assertEquals([...driver.state.lostNames], []);
});

Deno.test("so many lost names are remembered, and the oldest go", () => {
  const { state } = folder();
  const file = {
    ...state.files.get(identifier("copy"))!,
    contentHash: identifier<ContentHash>("same"),
  };
  for (let number = 0; number < LOST_NAMES_MAX; number += 1) {
    loseNames(state, { ...file, entries: new Map([[identifier("x"), `${number}`]]) });
  }
  assertEquals([state.lostNames.size, state.lostNames.has("best/a.jpg")], [LOST_NAMES_MAX, false]);
});

Deno.test("mendLinks() asks the folder for each link, and then the name is an entry", () => {
  const driver = folder();
  const links = [link("best", "a.jpg"), link("2020", "a.jpg")];
  assertEquals(driver.command({ kind: "mendLinks", links }), { kind: "accepted" });
  assertEquals(entriesOf(driver, "best"), []);
  assertEquals(linkSteps(driver), [{
    action: "mend",
    path: "best/a.jpg",
    target: "2021/copy.jpg",
    slot: null,
    expectedHash: "same",
    sameAs: null,
  }]);
  driver.restart();
  driver.settle();
  assertEquals([driver.state.nameMove, driver.state.lostNames.size], [null, 0]);
  assertEquals([entriesOf(driver, "best"), entriesOf(driver, "2020")], [["copy"], ["copy"]]);
});

Deno.test("a link that the folder cannot mend stays lost, and the next one is mended", () => {
  const driver = folder();
  driver.command({ kind: "mendLinks", links: [link("best", "a.jpg"), link("2020", "a.jpg")] });
  driver.linkError = "changed";
  driver.settleOne();
  driver.linkError = null;
  driver.settle();
  assertEquals([entriesOf(driver, "best"), entriesOf(driver, "2020")], [[], ["copy"]]);
  assertEquals([...driver.state.lostNames.keys()], ["best/a.jpg"]);
  assertEquals([driver.state.nameMove, driver.notes], [null, ["NAMES_STAY"]]);
});

Deno.test("a mended link that nobody knows the end of is asked for again", () => {
  const driver = folder();
  driver.autoAnswer = true;
  driver.linkError = "timeout";
  driver.command({ kind: "mendLinks", links: [link("best", "a.jpg")] });
  assertEquals(driver.state.nameMove?.position, 0);
  const busy = driver.command({ ...NOTHING, gone: [identifier("copy")] });
  assert(busy.kind === "refused" && busy.code === "PLAN_PENDING");
  driver.linkError = null;
  driver.fire("again/mend/0/2");
  assertEquals([driver.state.nameMove, entriesOf(driver, "best")], [null, ["copy"]]);
});

Deno.test("a second link to a file in one album is mended, and is no entry", () => {
  const driver = folder();
  driver.command({ kind: "mendLinks", links: [link("best", "a.jpg"), link("best", "b.jpg")] });
  driver.settle();
  assertEquals([...driver.state.files.get(identifier("copy"))?.entries ?? []], [
    ["2021", "copy.jpg"],
    ["best", "a.jpg"],
  ]);
});

Deno.test("mendLinks() refuses what it cannot verify, taken names, and other libraries", () => {
  const driver = folder();
  record(driver, { file: "unread", albums: ["2020"], name: "unread.jpg" });
  const refused = [
    { ...link("best", "a.jpg"), file: identifier<FileId>("unread") },
    { ...link("best", "a.jpg"), file: identifier<FileId>("nobody") },
    link("nowhere", "a.jpg"),
    link("2020", "unread.jpg"),
  ];
  for (const one of refused) {
    const reply = driver.command({ kind: "mendLinks", links: [one] });
    assert(reply.kind === "refused" && reply.code === "INVALID", JSON.stringify(reply));
  }
  assertEquals(linkSteps(driver), []);
  const elsewhere = makeLibrary({ kind: "stored" }).command({ kind: "mendLinks", links: [] });
  assert(elsewhere.kind === "refused" && elsewhere.code === "WRONG_LIBRARY_KIND");
});

/** `2021/copy.jpg`, and a link in `best` to a copy of it that is gone. */
function folder(): LibrarianDriver {
  const driver = makeLibrary({ kind: "folder" });
  for (const album of ["2020", "2021", "best"]) makeAlbum(driver, album);
  record(driver, { file: "a", albums: ["2020", "best"], name: "a.jpg" });
  record(driver, { file: "copy", albums: ["2021"], name: "copy.jpg" });
  driver.objects.set("folder/2020/a.jpg", "same").set("folder/2021/copy.jpg", "same");
  for (const file of ["a", "copy"]) {
    const contentHash = identifier<ContentHash>("same");
    driver.tell({
      kind: "filesHashed",
      results: [{ file: identifier(file), version: 1, contentHash, reason: null }],
    });
  }
  driver.command({ ...NOTHING, gone: [identifier("a")] });
  driver.autoAnswer = false;
  driver.settle();
  return driver;
}

function link(album: string, name: string): MendedLink {
  return { album: identifier(album), name, file: identifier("copy") };
}

function record(
  driver: LibrarianDriver,
  named: { file: string; albums: readonly string[]; name: string },
): void {
  const { albums, file, name } = named;
  driver.command({
    kind: "recordFiles",
    files: [recordedPhoto({
      file: identifier(file),
      name,
      objects: [{
        role: "original",
        name: identifier(`folder/${albums[0]}/${name}`),
        sizeBytes: 9,
      }],
      entries: albums.map((album) => ({ album: identifier(album), name })),
    })],
  });
}

/** The steps that the folder has been asked for and has not answered. */
function linkSteps(driver: LibrarianDriver): NameStep[] {
  const steps: NameStep[] = [];
  for (const { effect } of driver.pending) if (effect.kind === "link") steps.push(...effect.steps);
  return steps;
}
