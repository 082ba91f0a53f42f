import { assert, assertEquals } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import type { StoredObject } from "../library/file.ts";
import type { FileId } from "../library/ids.ts";
import type { EngineMessage } from "../messages/engine_types.ts";
import type { LibrarianDriver } from "./librarian_driver.ts";
import {
  album,
  holds,
  linkSteps,
  namesOf,
  objectsOf,
  record,
  stepsOf,
  tell,
} from "./folder_fixture.ts";
import { entriesOf, makeAlbum, makeLibrary } from "./library_fixture.ts";

const A = identifier<FileId>("a");

Deno.test("addEntry() asks a folder for a link, and then the name is an entry", () => {
  const driver = folder();
  tell(driver, { kind: "addEntry", album: album("2021"), file: A });
  assertEquals(namesOf(driver, "a"), ["2020/a.jpg", "best/a.jpg", "top/x.JPG"]);
  assertEquals(stepsOf(driver), [["add", "2021/a.jpg", "2020/a.jpg", null]]);
  driver.restart();
  driver.settle();
  assertEquals(namesOf(driver, "a"), ["2020/a.jpg", "best/a.jpg", "top/x.JPG", "2021/a.jpg"]);
  assertEquals(driver.state.nameMove, null);
});

Deno.test("a new name collides with none under case and accents, nor do its companions", () => {
  const driver = folder();
  record(driver, "taken", ["2021/A.JPG"]);
  record(driver, "number", ["2021/a (2).jpg"]);
  tell(driver, { kind: "addEntry", album: album("2021"), file: A });
  assertEquals(stepsOf(driver), [["add", "2021/a (3).jpg", "2020/a.jpg", null]]);
  driver.settle();
  record(driver, "m\u00fcll", ["2020/m\u00fcll.jpg"]);
  record(driver, "mull", ["2021/mu\u0308ll.jpg"]);
  tell(driver, { kind: "addEntry", album: album("2021"), file: identifier("m\u00fcll") });
  assertEquals(stepsOf(driver)[0]?.[1], "2021/m\u00fcll (2).jpg");
  driver.settle();
  record(driver, "clip", ["2021/live.mov"]);
  record(driver, "live", ["2020/live.jpg"], "mov");
  tell(driver, { kind: "addEntry", album: album("2021"), file: identifier("live") });
  assertEquals(stepsOf(driver)[0]?.[1], "2021/live (2).jpg");
});

Deno.test("removeEntry() of a link takes the link away", () => {
  const driver = folder();
  tell(driver, { kind: "removeEntry", album: album("best"), file: A });
  assertEquals(stepsOf(driver), [["unlink", "best/a.jpg", "2020/a.jpg", null]]);
  assertEquals(entriesOf(driver, "best"), ["a"]);
  driver.settle();
  assertEquals(namesOf(driver, "a"), ["2020/a.jpg", "top/x.JPG"]);
});

Deno.test("removeEntry() of the bytes moves them to another name first, and links follow", () => {
  const driver = folder();
  tell(driver, { kind: "removeEntry", album: album("2020"), file: A });
  assertEquals(stepsOf(driver), [
    ["move", "best/a.jpg", "2020/a.jpg", "2020/a.jpg"],
    ["relink", "top/x.JPG", "best/a.jpg", "2020/a.jpg"],
    ["unlink", "2020/a.jpg", "best/a.jpg", null],
  ]);
  driver.restart();
  driver.settle();
  assertEquals(namesOf(driver, "a"), ["best/a.jpg", "top/x.JPG"]);
  assertEquals(objectsOf(driver, "a"), ["folder/best/a.jpg"]);
  assertEquals([...driver.state.objectNames], ["folder/best/a.jpg"]);
});

Deno.test("a live photo takes its video along, and a name of another ending no bytes", () => {
  const driver = folder();
  record(driver, "live", ["2020/l.jpg", "best/copy.png", "top/other.jpg"], "mov");
  holds(driver, "live", "h:v");
  tell(driver, { kind: "removeEntry", album: album("2020"), file: identifier("live") });
  assertEquals(stepsOf(driver), [
    ["move", "top/other.jpg", "2020/l.jpg", "2020/l.jpg"],
    ["move", "top/other.mov", "2020/l.mov", null],
    ["relink", "best/copy.png", "top/other.jpg", "2020/l.jpg"],
    ["unlink", "2020/l.jpg", "top/other.jpg", null],
    ["unlink", "2020/l.mov", "top/other.mov", null],
  ]);
  assertEquals(linkSteps(driver).map(({ expectedHash }) => expectedHash).slice(0, 2), ["h", "v"]);
  driver.settle();
  assertEquals(objectsOf(driver, "live"), ["folder/top/other.jpg", "folder/top/other.mov"]);
});

Deno.test("removeEntry() refuses the last name, and bytes that nobody has read", () => {
  const driver = folder();
  record(driver, "lone", ["2020/lone.jpg"]);
  driver.command({ kind: "setFavorite", file: identifier("lone"), favorite: true });
  const last = driver.command({
    kind: "removeEntry",
    album: album("2020"),
    file: identifier("lone"),
  });
  assert(last.kind === "refused" && last.code === "LAST_ENTRY");
  record(driver, "unread", ["2020/u.jpg", "best/u.jpg"]);
  const unread = driver.command({
    kind: "removeEntry",
    album: album("2020"),
    file: identifier("unread"),
  });
  assert(unread.kind === "refused" && unread.code === "INVALID");
  assertEquals([stepsOf(driver), driver.state.nameMove], [[], null]);
});

Deno.test("moveEntry() moves a link or the bytes, to a name that is free or that is there", () => {
  const driver = folder();
  const move = { kind: "moveEntry", file: A } as const;
  tell(driver, { ...move, from: album("best"), to: album("2021") });
  assertEquals(stepsOf(driver), [
    ["add", "2021/a.jpg", "2020/a.jpg", null],
    ["unlink", "best/a.jpg", "2020/a.jpg", null],
  ]);
  driver.settle();
  tell(driver, { ...move, from: album("2020"), to: album("best") });
  assertEquals(stepsOf(driver), [
    ["move", "best/a.jpg", "2020/a.jpg", null],
    ["relink", "top/x.JPG", "best/a.jpg", "2020/a.jpg"],
    ["relink", "2021/a.jpg", "best/a.jpg", "2020/a.jpg"],
    ["unlink", "2020/a.jpg", "best/a.jpg", null],
  ]);
  driver.settle();
  assertEquals(namesOf(driver, "a"), ["top/x.JPG", "2021/a.jpg", "best/a.jpg"]);
  tell(driver, { ...move, from: album("best"), to: album("2021") });
  driver.settle();
  assertEquals(namesOf(driver, "a"), ["top/x.JPG", "2021/a.jpg"]);
  // What has one name alone moves too.
  record(driver, "lone", ["2020/lone.jpg"]);
  holds(driver, "lone", "l");
  tell(driver, { ...move, file: identifier("lone"), from: album("2020"), to: album("best") });
  driver.settle();
  assertEquals(namesOf(driver, "lone"), ["best/lone.jpg"]);
  assertEquals(objectsOf(driver, "lone"), ["folder/best/lone.jpg"]);
});

Deno.test("what the folder refuses is as it was, and what nobody knows is asked for again", () => {
  const driver = folder();
  driver.linkError = "changed";
  tell(driver, { kind: "removeEntry", album: album("2020"), file: A });
  driver.settle();
  assertEquals([driver.state.nameMove, driver.notes], [null, ["NAMES_STAY"]]);
  assertEquals(objectsOf(driver, "a"), ["folder/2020/a.jpg"]);
  driver.linkError = "timeout";
  tell(driver, { kind: "removeEntry", album: album("2020"), file: A });
  driver.settle();
  const busy: EngineMessage[] = [
    { kind: "addEntry", album: album("2021"), file: A },
    { kind: "deleteAlbum", album: album("best"), files: "trash" },
    { kind: "trashFiles", files: [A] },
  ];
  for (const command of busy) {
    const reply = driver.command(command);
    assert(reply.kind === "refused" && reply.code === "PLAN_PENDING", command.kind);
  }
  driver.linkError = null;
  driver.fire("again/entry/0/2");
  driver.settle();
  assertEquals([driver.state.nameMove, objectsOf(driver, "a")], [null, ["folder/best/a.jpg"]]);
});

Deno.test("doing it twice changes nothing more, and favorites are no directory", () => {
  const driver = folder();
  tell(driver, { kind: "addEntry", album: album("best"), file: A });
  tell(driver, { kind: "removeEntry", album: album("2021"), file: A });
  tell(driver, { kind: "moveEntry", from: album("2021"), to: album("best"), file: A });
  const favorites = driver.state.favorites.get(driver.state.owner!)!;
  tell(driver, { kind: "addEntry", album: favorites, file: A });
  tell(driver, { kind: "removeEntry", album: favorites, file: A });
  assertEquals(stepsOf(driver), []);
});

Deno.test("deleteAlbum() takes one name after the other, and then the album", () => {
  const driver = folder();
  record(driver, "b", ["2020/b.jpg", "best/b.jpg"]);
  holds(driver, "b", "b");
  driver.settle();
  tell(driver, { kind: "deleteAlbum", album: album("2020"), files: "keep" });
  driver.settleOne();
  driver.restart();
  assertEquals(entriesOf(driver, "2020"), ["b"]);
  driver.settle();
  assertEquals([driver.state.albums.has(album("2020")), driver.state.nameMove], [false, null]);
  assertEquals([namesOf(driver, "a"), namesOf(driver, "b")], [
    ["best/a.jpg", "top/x.JPG"],
    ["best/b.jpg"],
  ]);
});

Deno.test("deleteAlbum() keeps an album in which a name stays, or a file has its last one", () => {
  const driver = folder();
  record(driver, "b", ["best/b.jpg", "2021/b.jpg"]);
  holds(driver, "b", "b");
  driver.settle();
  tell(driver, { kind: "deleteAlbum", album: album("best"), files: "keep" });
  driver.linkError = "changed";
  driver.settleOne();
  driver.linkError = null;
  driver.settle();
  assertEquals(entriesOf(driver, "best"), ["a"]);
  assertEquals(driver.notes, ["NAMES_STAY", "NAMES_STAY"]);
  record(driver, "lone", ["best/lone.jpg"]);
  const reply = driver.command({ kind: "deleteAlbum", album: album("best"), files: "keep" });
  assert(reply.kind === "refused" && reply.code === "LAST_ENTRY");
  tell(driver, { kind: "deleteAlbum", album: album("best"), files: "trash" });
  driver.settle();
  assertEquals([...driver.state.trashedFiles.keys()], ["a", "lone"]);
  assertEquals(driver.state.albums.has(album("best")), false);
});

Deno.test("the last stand-in that the user takes out of an album ends what a plan promised", () => {
  const driver = makeLibrary({ kind: "folder" });
  for (const id of ["2020", "2021"]) makeAlbum(driver, id);
  record(driver, "keep", ["2020/k.jpg"]);
  record(driver, "copy", ["2021/c.jpg"]);
  for (const file of ["keep", "copy"]) holds(driver, file, "same");
  driver.objects.set("folder/2020/k.jpg", "same").set("folder/2021/c.jpg", "same");
  driver.command({
    kind: "requestExactPlan",
    plan: identifier("p"),
    scope: { kind: "library" },
    keepRules: [],
  });
  driver.autoAnswer = true;
  driver.command({ kind: "confirmPlan", plan: identifier("p") });
  const [kept] = driver.state.files.values();
  const links = [...kept!.entries].filter(([id, name]) => `folder/${id}/${name}` !== home(kept!));
  const [link] = links.map(([id]) => id);
  assertEquals([driver.state.files.size, driver.state.obligations.size > 0], [1, true]);
  const before = [...driver.state.obligationsByAlbum.keys()];
  assert(before.includes(link!));
  // The bytes move to where the copy was; the promise for that album is kept.
  const physical = [...kept!.entries.keys()].find((id) => id !== link)!;
  tell(driver, { kind: "removeEntry", album: physical, file: kept!.id });
  assertEquals([...driver.state.obligationsByAlbum.keys()], [link]);
  tell(driver, { kind: "moveEntry", from: link!, to: physical, file: kept!.id });
  assertEquals(driver.state.obligations.size, 0);
});

/** `2020/a.jpg`, and links to it in `best` and `top`; `2021` is empty. */
function folder(): LibrarianDriver {
  const driver = makeLibrary({ kind: "folder" });
  for (const id of ["2020", "2021", "best", "top"]) makeAlbum(driver, id);
  record(driver, "a", ["2020/a.jpg", "best/a.jpg", "top/x.JPG"]);
  holds(driver, "a", "same");
  driver.autoAnswer = false;
  driver.settle();
  return driver;
}

function home(file: { readonly objects: readonly StoredObject[] }): string | undefined {
  return file.objects[0]?.name;
}
