import { assertEquals } from "@std/assert";
import { identifier } from "../protocol/ids.ts";
import type { AlbumId, FileId, PlanId, SceneId } from "../library/ids.ts";
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
import type { PlanRequest } from "../library/plan.ts";
import type { ItemState } from "../library/state.ts";
import type { LibrarianReply } from "../messages/librarian_replies.ts";
import type { LibrarianDriver } from "./librarian_driver.ts";
import { entriesOf, FAVORITES, makeAlbum, makeLibrary } from "./library_fixture.ts";

const PLAN = identifier<PlanId>("p");

Deno.test("the review of an album takes a link away, and undo brings it back", () => {
  const driver = reviewed(["best/c.jpg", "2020/c.jpg"]);
  assertEquals(stepsOf(driver), [["unlink", "2020/c.jpg", "best/c.jpg", null]]);
  driver.restart();
  driver.settle();
  assertEquals([phase(driver), namesOf(driver, "c")], ["finished", ["best/c.jpg"]]);
  undo(driver);
  assertEquals(stepsOf(driver), [["add", "2020/c.jpg", "best/c.jpg", null]]);
  // Not before the folder has it.
  assertEquals(namesOf(driver, "c"), ["best/c.jpg"]);
  driver.restart();
  driver.settle();
  assertEquals([phase(driver), namesOf(driver, "c")], ["undone", ["best/c.jpg", "2020/c.jpg"]]);
});

Deno.test("bytes that an album loses go to another name, and come back with their links", () => {
  const driver = reviewed(["2020/c.jpg", "best/c.jpg", "top/x.jpg"], "mov");
  assertEquals(stepsOf(driver), [
    ["move", "best/c.jpg", "2020/c.jpg", "2020/c.jpg"],
    ["move", "best/c.mov", "2020/c.mov", null],
    ["relink", "top/x.jpg", "best/c.jpg", "2020/c.jpg"],
    ["unlink", "2020/c.jpg", "best/c.jpg", null],
    ["unlink", "2020/c.mov", "best/c.mov", null],
  ]);
  assertEquals(linkSteps(driver)[0]?.expectedHash, "h");
  driver.settle();
  assertEquals(objectsOf(driver, "c"), ["folder/best/c.jpg", "folder/best/c.mov"]);
  undo(driver);
  assertEquals(stepsOf(driver), [
    ["move", "2020/c.jpg", "best/c.jpg", null],
    ["move", "2020/c.mov", "best/c.mov", null],
    ["relink", "top/x.jpg", "2020/c.jpg", "best/c.jpg"],
    ["relink", "best/c.jpg", "2020/c.jpg", "best/c.jpg"],
    ["unlink", "best/c.mov", "2020/c.mov", null],
  ]);
  assertEquals(objectsOf(driver, "c"), ["folder/best/c.jpg", "folder/best/c.mov"]);
  driver.settle();
  assertEquals(objectsOf(driver, "c"), ["folder/2020/c.jpg", "folder/2020/c.mov"]);
  assertEquals(namesOf(driver, "c"), ["best/c.jpg", "top/x.jpg", "2020/c.jpg"]);
  assertEquals([...driver.state.objectNames].sort(), [
    "folder/2020/c.jpg",
    "folder/2020/c.mov",
    "folder/2020/k.jpg",
  ]);
});

Deno.test("what the folder refuses is as it was, and what nobody knows is asked for again", () => {
  const driver = reviewed(["2020/c.jpg", "best/c.jpg"]);
  const before = stepsOf(driver);
  driver.linkError = "timeout";
  driver.settle();
  assertEquals(phase(driver), "applying");
  driver.fire("again/carry/p/0/2");
  assertEquals(stepsOf(driver), before);
  driver.linkError = "changed";
  driver.settle();
  assertEquals([phase(driver), objectsOf(driver, "c")], ["finished", ["folder/2020/c.jpg"]]);
  assertEquals(namesOf(driver, "c"), ["best/c.jpg", "2020/c.jpg"]);
  assertEquals(itemOf(driver), { kind: "skipped", reason: "fileChanged" });
});

Deno.test("undo leaves a name that is taken, and says so", () => {
  for (const taken of ["in the library", "in the folder"]) {
    const driver = reviewed(["2020/c.jpg", "best/c.jpg"]);
    driver.settle();
    if (taken === "in the library") {
      record(driver, "other", ["2020/c.jpg"]);
      driver.settle();
    } else driver.linkError = "changed";
    undo(driver);
    driver.settle();
    assertEquals([phase(driver), namesOf(driver, "c")], ["undone", ["best/c.jpg"]]);
    const item = itemOf(driver);
    const stays = item?.kind === "undone" ? item.stays : [];
    assertEquals(stays, [
      taken === "in the library"
        ? "entry c in 2020: another file is called so by now"
        : "entry c in 2020: the folder refused its name: changed",
    ]);
  }
});

Deno.test("bytes that the user has moved on since stay there, and the name leads to them", () => {
  const driver = reviewed(["2020/c.jpg", "best/c.jpg"]);
  driver.settle();
  tell(driver, { kind: "moveEntry", from: album("best"), to: album("top"), file: file("c") });
  driver.settle();
  undo(driver);
  assertEquals(stepsOf(driver), [["add", "2020/c.jpg", "top/c.jpg", null]]);
  driver.settle();
  assertEquals(namesOf(driver, "c"), ["top/c.jpg", "2020/c.jpg"]);
  assertEquals(objectsOf(driver, "c"), ["folder/top/c.jpg"]);
});

Deno.test("no file of a folder lives on in favorites alone, nor under another ending", () => {
  const driver = folder();
  record(driver, "f", ["2020/f.jpg"]);
  holds(driver, "f", "f");
  driver.command({ kind: "setFavorite", file: file("f"), favorite: true });
  driver.settle();
  const reply = propose(driver, request("f"));
  const kept = reply.kind === "refused" ? reply.refusal?.keptInstead : [];
  assertEquals(kept?.map(({ reason }) => reason as string), ["favorite"]);
  // The plan cannot know what the folder can have under which name.
  const other = reviewed(["2020/c.jpg", "best/c.png"]);
  assertEquals(itemOf(other), { kind: "skipped", reason: "physicalFailure" });
  assertEquals(namesOf(other, "c"), ["2020/c.jpg", "best/c.png"]);
});

Deno.test("the review of favorites changes no names", () => {
  const driver = folder();
  for (const id of ["c", "d"]) {
    record(driver, id, [`best/${id}.jpg`]);
    holds(driver, id, id);
    driver.command({ kind: "setFavorite", file: file(id), favorite: true });
  }
  driver.settle();
  const asked = request("c", { scope: FAVORITES, keep: "d" });
  assertEquals(propose(driver, asked).kind, "planReady");
  driver.objects.set("folder/best/d.jpg", "d");
  driver.command({ kind: "confirmPlan", plan: PLAN });
  driver.settle();
  assertEquals([phase(driver), entriesOf(driver, FAVORITES)], ["finished", ["d"]]);
  undo(driver);
  driver.settle();
  assertEquals(entriesOf(driver, FAVORITES), ["c", "d"]);
});

/** `2020/k.jpg`, and directories. */
function folder(): LibrarianDriver {
  const driver = makeLibrary({ kind: "folder" });
  for (const id of ["2020", "best", "top"]) makeAlbum(driver, id);
  record(driver, "k", ["2020/k.jpg"]);
  holds(driver, "k", "k");
  driver.objects.set("folder/2020/k.jpg", "k");
  driver.autoAnswer = false;
  driver.settle();
  return driver;
}

/** A review of `2020` in which `c` goes in favour of `k`, up to the request to the folder. */
function reviewed(paths: readonly string[], video?: string): LibrarianDriver {
  const driver = folder();
  record(driver, "c", paths, video);
  holds(driver, "c", video === undefined ? "h" : "h:v");
  driver.settle();
  assertEquals(propose(driver, request("c")).kind, "planReady");
  driver.command({ kind: "confirmPlan", plan: PLAN });
  settleUpToNames(driver);
  return driver;
}

/** Up to the request to the folder, or to the end where there is none. */
function settleUpToNames(driver: LibrarianDriver): void {
  while (driver.pending.length > 0 && linkSteps(driver).length === 0) driver.settleOne();
}

function propose(driver: LibrarianDriver, request: PlanRequest): LibrarianReply {
  driver.autoAnswer = true;
  const reply = driver.command({ kind: "requestPlan", request });
  driver.autoAnswer = false;
  return reply;
}

function request(
  goes: string,
  more: { scope?: AlbumId; keep?: string } = {},
): PlanRequest {
  return {
    plan: PLAN,
    cleanup: "similar",
    scope: { kind: "album", album: more.scope ?? album("2020") },
    scenes: [{
      id: identifier<SceneId>("s"),
      tier: "close",
      diameter: 7,
      members: [
        { file: file(more.keep ?? "k"), choice: "keep" },
        { file: file(goes), choice: "delete" },
      ],
      distances: [[0, 1, 7]],
    }],
    consentAlbums: [],
    keepRules: [],
  };
}

function undo(driver: LibrarianDriver): void {
  driver.command({ kind: "undoPlan", plan: PLAN });
  settleUpToNames(driver);
}

function phase(driver: LibrarianDriver): string | undefined {
  return driver.state.plans.get(PLAN)?.phase;
}

function itemOf(driver: LibrarianDriver): ItemState | undefined {
  return driver.state.plans.get(PLAN)?.items[0];
}

function file(id: string): FileId {
  return identifier(id);
}
