import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { linkSync, lstatSync, readlinkSync, renameSync, writeFileSync } from "node:fs";
import { permittedTest } from "@scenekeep/tools/permitted";
import { dyingSystem, failingSystem, watchedSystem } from "../testing/broken_system.ts";
import {
  assertNothingAside,
  atEachCall,
  cleanUp,
  CONTEXT,
  DONE,
  failed,
  folderTest,
  inFolder,
  link,
  LONG_AGO,
  namesOf,
  NEEDS,
  SYSTEMS,
  textOf,
  wayBack,
} from "../testing/name_fixture.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";

for (const [which, system] of SYSTEMS) {
  permittedTest(folderTest(
    `FolderChanges puts a link in the place of a copy and the copy back (calls ${which})`,
    async (place) => {
      const { root } = place;
      const changes = place.changes({ system });
      const before = treeFacts(root, { system });
      const inode = lstatSync(join(root, "y/b.jpg")).ino;
      for (let time = 0; time < 2; time += 1) {
        // deno-lint-ignore no-await-in-loop -- the second time finds it done
        assertEquals(await changes.link(cleanUp(place), CONTEXT), DONE, place.reasons.join());
        assertEquals(readlinkSync(join(root, "y/b.jpg")), "../x/a.jpg");
        assertEquals(readlinkSync(join(root, "z/b.jpg")), "../x/a.jpg");
        assertEquals(lstatSync(join(root, "y/b.jpg")).mtimeMs, LONG_AGO.getTime());
        assertEquals(lstatSync(join(root, ".scenekeep/trash/1.0")).ino, inode);
      }
      for (let time = 0; time < 2; time += 1) {
        // deno-lint-ignore no-await-in-loop -- as above
        assertEquals(await changes.link(wayBack(place), CONTEXT), DONE, place.reasons.join());
        assertEquals(treeDifferences(before, treeFacts(root, { system })), []);
        assertEquals(namesOf(join(root, ".scenekeep/trash")), []);
      }
      assertNothingAside(root);
    },
  ));

  permittedTest({
    name: `FolderChanges finishes what a crash cut off at any call (calls ${which})`,
    needs: NEEDS,
    fn: async () => {
      for (const direction of ["there", "back"] as const) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        await atEachCall(async (place, at) => {
          const { root } = place;
          const before = treeFacts(root, { directoryTimes: false });
          const good = place.changes({ system });
          if (direction === "back") await good.link(cleanUp(place), CONTEXT);
          const request = direction === "there" ? cleanUp(place) : wayBack(place);
          const dying = dyingSystem(system, at);
          const cut = await place.changes({ system: dying }).link(request, CONTEXT);
          if (cut.kind === "done") {
            assert(at > 12, `only ${at} calls`);
            return true;
          }
          // What is there at this moment leads to the content under every name.
          for (const name of ["x/a.jpg", "y/b.jpg", "z/b.jpg"]) {
            assertEquals(textOf(join(root, name)), "copy", `${name} at ${at}`);
          }
          const outcome = await place.changes({ system }).link(request, CONTEXT);
          assertEquals(outcome, DONE, `${direction} ${at}: ${place.reasons.join()}`);
          if (direction === "there") {
            assertEquals(await good.link(wayBack(place), CONTEXT), DONE);
          }
          assertEquals(
            treeDifferences(before, treeFacts(root, { directoryTimes: false })),
            [],
            `${direction} ${at}`,
          );
          assertNothingAside(root);
          assertEquals(namesOf(join(root, ".scenekeep/trash")), []);
          return false;
        });
      }
    },
  });

  permittedTest({
    name: `FolderChanges leaves nothing of a change that fails at any call (calls ${which})`,
    needs: NEEDS,
    fn: async () => {
      for (const code of ["EIO", "ENOSPC", "EROFS"]) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        await atEachCall(async (place, at) => {
          const { root } = place;
          const before = treeFacts(root, { system });
          const failing = failingSystem(system, { at, code });
          const outcome = await place.changes({ system: failing.system }).link(
            cleanUp(place),
            CONTEXT,
          );
          const after = treeFacts(root, { system });
          if (outcome.kind === "done") {
            assertEquals(readlinkSync(join(root, "y/b.jpg")), "../x/a.jpg");
          } else if (outcome.error !== "failed") {
            assertEquals(treeDifferences(before, after), [], `${code} ${at}`);
            assertEquals(namesOf(join(root, ".scenekeep/trash")), [], `${code} ${at}`);
          } else {
            await place.changes({ system }).link(cleanUp(place), CONTEXT);
          }
          assertNothingAside(root);
          return !failing.wasReached();
        });
      }
    },
  });

  permittedTest({
    name: `FolderChanges gives way to whoever changes a file at the last moment (calls ${which})`,
    needs: NEEDS,
    fn: async () => {
      const moments = which === "of Linux" ? ["link", "symlink", "exchange"] : ["link", "symlink"];
      for (const moment of moments) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        await inFolder(async (place) => {
          const { root } = place;
          const request = link({
            action: "replace",
            path: "y/b.jpg",
            target: "x/a.jpg",
            slot: "1",
            expectedHash: place.hash("x/a.jpg"),
          });
          let isOver = false;
          const raced = watchedSystem(system, (_number, call) => {
            if (call !== moment || isOver) return;
            isOver = true;
            writeFileSync(join(root, "y/new"), "new");
            linkSync(join(root, "y/new"), join(root, "other"));
            renameSync(join(root, "y/new"), join(root, "y/b.jpg"));
          });
          const outcome = await place.changes({ system: raced }).link(request, CONTEXT);
          assertEquals(outcome, failed("changed"), moment);
          assertEquals(textOf(join(root, "y/b.jpg")), "new");
        });
      }
    },
  });
}
