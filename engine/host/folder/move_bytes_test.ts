import type { Link, NameStep } from "@scenekeep/engine/core";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { permittedTest } from "@scenekeep/tools/permitted";
import { dyingSystem, failingSystem } from "../testing/broken_system.ts";
import {
  assertNothingAside,
  atEachCall,
  CONTEXT,
  DONE,
  failed,
  folderTest,
  link,
  LONG_AGO,
  namesOf,
  NEEDS,
  type Place,
  SYSTEMS,
  textOf,
} from "../testing/name_fixture.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";

/** `y/b.jpg` leaves: `z/b.jpg`, or a new name, has the bytes, and `w/b.jpg` leads there. */
function leaving({ hash, root }: Place, to: "link" | "new"): Link {
  mkdirSync(join(root, "w"));
  symlinkSync("../y/b.jpg", join(root, "w/b.jpg"));
  for (const name of ["w/b.jpg", "z/b.jpg"]) lutimesSync(join(root, name), LONG_AGO, LONG_AGO);
  const path = to === "link" ? "z/b.jpg" : "n/b.jpg";
  const sameAs = "y/b.jpg";
  const relinks = ["w/b.jpg", ...(to === "link" ? [] : ["z/b.jpg"])];
  return link(
    {
      action: "move",
      path,
      target: "y/b.jpg",
      sameAs: to === "link" ? sameAs : null,
      expectedHash: hash("y/b.jpg"),
    },
    ...relinks.map((name) => ({ action: "relink", path: name, target: path, sameAs }) as const),
    { action: "unlink", path: "y/b.jpg", target: path },
  );
}

/** The bytes that `z/b.jpg` has got come back to `y/b.jpg`, and `w/b.jpg` and it lead there. */
function comingBack({ hash, root }: Place): Link {
  mkdirSync(join(root, "w"));
  renameSync(join(root, "y/b.jpg"), join(root, "z/b.jpg"));
  symlinkSync("../z/b.jpg", join(root, "w/b.jpg"));
  lutimesSync(join(root, "w/b.jpg"), LONG_AGO, LONG_AGO);
  const [path, target] = ["y/b.jpg", "z/b.jpg"];
  return link(
    { action: "move", path, target, expectedHash: hash(target) },
    { action: "relink", path: "w/b.jpg", target: path, sameAs: target },
    { action: "relink", path: target, target: path, sameAs: target },
  );
}

/** Ways of the bytes, and which name has them in the end. */
const WAYS = [["link", "z/b.jpg"], ["new", "n/b.jpg"], ["back", "y/b.jpg"]] as const;

function requestFor(place: Place, way: (typeof WAYS)[number][0]): Link {
  return way === "back" ? comingBack(place) : leaving(place, way);
}

/** Names that stay, whichever has the bytes. */
const STAYS = ["z/b.jpg", "w/b.jpg"];

for (const [which, system] of SYSTEMS) {
  permittedTest(folderTest(
    `FolderChanges moves a file to the name of its link, and links follow (calls ${which})`,
    async (place) => {
      const { root } = place;
      const request = leaving(place, "link");
      const { ino } = lstatSync(join(root, "y/b.jpg"));
      for (let time = 0; time < 2; time += 1) {
        // deno-lint-ignore no-await-in-loop -- the second time finds it done
        assertEquals(await place.changes({ system }).link(request, CONTEXT), DONE);
        assertEquals(namesOf(join(root, "y")), ["c.jpg"]);
        const now = lstatSync(join(root, "z/b.jpg"));
        assertEquals([now.ino, now.isFile(), now.mtimeMs], [ino, true, LONG_AGO.getTime()]);
        assertEquals(readlinkSync(join(root, "w/b.jpg")), "../z/b.jpg");
      }
      assertNothingAside(root);
    },
  ));

  permittedTest({
    name: `FolderChanges moves a file after a crash at any call (calls ${which})`,
    needs: NEEDS,
    fn: async () => {
      for (const [to, home] of WAYS) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        await atEachCall(async (place, at) => {
          const { root } = place;
          const request = requestFor(place, to);
          const { ino } = lstatSync(join(root, to === "back" ? "z/b.jpg" : "y/b.jpg"));
          const dying = dyingSystem(system, at);
          const cut = await place.changes({ system: dying }).link(request, CONTEXT);
          if (cut.kind === "done") assert(at > 10, `only ${at} calls`);
          // The library still says that it is there.
          else assertNothingLost(place, ino, `${to} ${at}`);
          for (const name of STAYS) assertEquals(textOf(join(root, name)), "copy", `${at}`);
          const outcome = await place.changes({ system }).link(request, CONTEXT);
          assertEquals(outcome, DONE, `${to} ${at}: ${place.reasons.join()}`);
          assertEquals(lstatSync(join(root, home)).ino, ino);
          assertEquals(namesOf(join(root, "y")), to === "back" ? ["b.jpg", "c.jpg"] : ["c.jpg"]);
          for (const name of STAYS) {
            if (name === home) continue;
            assertEquals(readlinkSync(join(root, name)), `../${home}`, `${to} ${at}`);
            assertEquals(lstatSync(join(root, name)).mtimeMs, LONG_AGO.getTime());
          }
          await place.changes({ system }).clearAside();
          assertNothingAside(root);
          return cut.kind === "done";
        });
      }
    },
  });

  permittedTest({
    name: `FolderChanges leaves nothing of a file's move that fails at any call (calls ${which})`,
    needs: NEEDS,
    fn: async () => {
      for (const [to] of WAYS) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        await atEachCall(async (place, at) => {
          const { root } = place;
          const request = requestFor(place, to);
          if (to === "new") mkdirSync(join(root, "n"));
          place.changes({ system }).makeOwnDirectories();
          const before = treeFacts(root, { directoryTimes: false });
          const failing = failingSystem(system, { at, code: "ENOSPC" });
          const outcome = await place.changes({ system: failing.system }).link(request, CONTEXT);
          if (outcome.kind === "failed" && outcome.error !== "failed") {
            const after = treeFacts(root, { directoryTimes: false });
            assertEquals(treeDifferences(before, after), [], `${to} ${at}`);
          }
          for (const name of STAYS) assertEquals(textOf(join(root, name)), "copy");
          await place.changes({ system }).clearAside();
          assertNothingAside(root);
          return !failing.wasReached();
        });
      }
    },
  });
}

permittedTest(folderTest(
  "FolderChanges takes a whole move back when a link that it finds leads elsewhere",
  async (place) => {
    const { root } = place;
    const request = leaving(place, "link");
    const last: Partial<NameStep> = {
      action: "relink",
      path: "x/a.jpg",
      target: "z/b.jpg",
      sameAs: "y/b.jpg",
    };
    const changes = place.changes();
    changes.makeOwnDirectories();
    const before = treeFacts(root, { directoryTimes: false });
    const after = (): unknown =>
      treeDifferences(before, treeFacts(root, { directoryTimes: false }));
    const outcome = await changes.link(link(...request.steps, last), CONTEXT);
    assertEquals([outcome, after()], [failed("changed"), []]);
    // Also what an earlier attempt did, of which nobody heard.
    assertEquals(await changes.link(request, CONTEXT), DONE);
    const [move, ...others] = request.steps;
    const wrong = link({ ...move, expectedHash: place.hash("y/c.jpg") }, ...others);
    assertEquals([await changes.link(wrong, CONTEXT), after()], [failed("changed"), []]);
    assertNothingAside(root);
  },
));

permittedTest(folderTest(
  "FolderChanges moves nothing over a file, to what is no link to it, or with other bytes",
  async (place) => {
    const { hash, root } = place;
    const [base] = leaving(place, "link").steps;
    symlinkSync("../x/a.jpg", join(root, "z/other.jpg"));
    writeFileSync(join(root, "z/file.jpg"), "mine");
    const changes = place.changes();
    changes.makeOwnDirectories();
    const before = treeFacts(root);
    const wrong: readonly (readonly [Partial<NameStep>, string])[] = [
      [{ ...base, expectedHash: hash("y/c.jpg") }, "changed"],
      [{ ...base, path: "z/other.jpg" }, "changed"],
      [{ ...base, path: "z/file.jpg" }, "changed"],
      [{ ...base, path: "z/file.jpg", sameAs: null }, "changed"],
      [{ ...base, sameAs: null }, "changed"],
      [{ ...base, path: "z/nothing.jpg" }, "changed"],
      [{ ...base, target: "y/nothing.jpg" }, "missing"],
      [{ ...base, target: "z/b.jpg" }, "refused"],
      [{ ...base, path: "../outside" }, "refused"],
      [{ action: "relink", path: "z/b.jpg", target: "nowhere", sameAs: "y/b.jpg" }, "missing"],
      [{ action: "relink", path: "z/none.jpg", target: "x/a.jpg", sameAs: "y/b.jpg" }, "missing"],
      [{ action: "relink", path: "z/b.jpg", target: "x/a.jpg", sameAs: "y/c.jpg" }, "changed"],
    ];
    for (const [step, error] of wrong) {
      // deno-lint-ignore no-await-in-loop -- one after the other is easier to read in a failure
      assertEquals(await changes.link(link(step), CONTEXT), failed(error), JSON.stringify(step));
      assertEquals(treeDifferences(before, treeFacts(root)), [], JSON.stringify(step));
    }
  },
));

permittedTest(folderTest("FolderChanges undoes a move among hard links", async (place) => {
  const { root } = place;
  const request = comingBack(place);
  linkSync(join(root, "z/b.jpg"), join(root, "x/hard.jpg"));
  const hard = { action: "relink", path: "x/hard.jpg", target: "y/b.jpg", sameAs: "z/b.jpg" };
  const changes = place.changes({ standIns: "hard" });
  const whole = link(...request.steps, hard as Partial<NameStep>);
  for (let time = 0; time < 2; time += 1) {
    // deno-lint-ignore no-await-in-loop -- the second time finds it done
    assertEquals(await changes.link(whole, CONTEXT), DONE);
    const { ino } = lstatSync(join(root, "y/b.jpg"));
    for (const name of ["z/b.jpg", "x/hard.jpg"]) {
      assertEquals(lstatSync(join(root, name)).ino, ino, name);
    }
  }
  assertNothingAside(root);
}));

permittedTest(folderTest("FolderChanges moves a file among its hard links", async (place) => {
  const { root } = place;
  const request = leaving(place, "new");
  linkSync(join(root, "y/b.jpg"), join(root, "x/hard.jpg"));
  const [move, ...others] = request.steps;
  const hard = { ...others[0], path: "x/hard.jpg" };
  const changes = place.changes({ standIns: "hard" });
  assertEquals(await changes.link(link({ ...move }, hard, ...others), CONTEXT), DONE);
  const { ino } = lstatSync(join(root, "n/b.jpg"));
  assertEquals(lstatSync(join(root, "x/hard.jpg")).ino, ino);
  assertEquals([textOf(join(root, "z/b.jpg")), namesOf(join(root, "y"))], ["copy", ["c.jpg"]]);
}));

/** What is cut off has lost no name that the library knows, and not the bytes. */
function assertNothingLost({ root }: Place, ino: number, where: string): void {
  const names = ["y/b.jpg", "z/b.jpg", "n/b.jpg", ".scenekeep/aside/0.0", ".scenekeep/aside/00.0"];
  const has = names.some((name) => {
    try {
      return lstatSync(join(root, name)).ino === ino;
    } catch {
      return false;
    }
  });
  assert(has, where);
}
