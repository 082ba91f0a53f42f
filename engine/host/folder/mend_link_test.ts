import type { Link, NameStep } from "@scenekeep/engine/core";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { lstatSync, lutimesSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { permittedTest } from "@scenekeep/tools/permitted";
import { dyingSystem } from "../testing/broken_system.ts";
import {
  assertNothingAside,
  atEachCall,
  CONTEXT,
  DONE,
  failed,
  folderTest,
  link,
  LONG_AGO,
  NEEDS,
  type Place,
  SYSTEMS,
} from "../testing/name_fixture.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";

/** `z/b.jpg` shall lead to `x/a.jpg`, as `y/b.jpg`, to which it leads, is gone. */
function mending(place: Place): Link {
  const { root } = place;
  const expectedHash = place.hash("x/a.jpg");
  rmSync(join(root, "y/b.jpg"));
  lutimesSync(join(root, "z/b.jpg"), LONG_AGO, LONG_AGO);
  return link({ action: "mend", path: "z/b.jpg", target: "x/a.jpg", expectedHash });
}

for (const [which, system] of SYSTEMS) {
  permittedTest(folderTest(
    `FolderChanges lets a link to nothing lead to a copy, with its time (calls ${which})`,
    async (place) => {
      const { root } = place;
      const request = mending(place);
      const changes = place.changes({ system });
      for (let time = 0; time < 2; time += 1) {
        // deno-lint-ignore no-await-in-loop -- the second time finds it done
        assertEquals(await changes.link(request, CONTEXT), DONE, place.reasons.join());
        assertEquals(readlinkSync(join(root, "z/b.jpg")), "../x/a.jpg");
        assertEquals(lstatSync(join(root, "z/b.jpg")).mtimeMs, LONG_AGO.getTime());
      }
      assertNothingAside(root);
    },
  ));

  permittedTest({
    name: `FolderChanges mends a link after a crash at any call (calls ${which})`,
    needs: NEEDS,
    fn: () =>
      atEachCall(async (place, at) => {
        const { root } = place;
        const request = mending(place);
        place.changes({ system }).makeOwnDirectories();
        const before = treeFacts(root, { directoryTimes: false });
        const dying = dyingSystem(system, at);
        const cut = await place.changes({ system: dying }).link(request, CONTEXT);
        const between = readlinkSync(join(root, "z/b.jpg"));
        assert(["../y/b.jpg", "../x/a.jpg"].includes(between), between);
        if (cut.kind === "done") assert(at > 4, `only ${at} calls`);
        assertEquals(await place.changes({ system }).link(request, CONTEXT), DONE);
        const different = treeDifferences(before, treeFacts(root, { directoryTimes: false }));
        assertEquals(different.length, 1, different.join());
        assertEquals(lstatSync(join(root, "z/b.jpg")).mtimeMs, LONG_AGO.getTime());
        await place.changes({ system }).clearAside();
        assertNothingAside(root);
        return cut.kind === "done";
      }),
  });
}

permittedTest(folderTest(
  "FolderChanges mends nothing that leads somewhere, and with nothing but the same bytes",
  async (place) => {
    const { hash, root } = place;
    const request = mending(place);
    const [base] = request.steps;
    symlinkSync("../x/a.jpg", join(root, "z/good.jpg"));
    symlinkSync("/nowhere/at/all.jpg", join(root, "z/far.jpg"));
    symlinkSync("b.jpg", join(root, "z/next.jpg"));
    const before = treeFacts(root);
    const wrong: readonly (readonly [Partial<NameStep>, string])[] = [
      [{ ...base, expectedHash: hash("y/c.jpg") }, "changed"],
      [{ ...base, target: "nowhere" }, "missing"],
      [{ ...base, target: "z/b.jpg" }, "missing"],
      [{ ...base, target: "z/good.jpg" }, "missing"],
      [{ ...base, target: "../outside" }, "refused"],
      [{ ...base, path: "z/new.jpg" }, "missing"],
      [{ ...base, path: "y/c.jpg" }, "changed"],
      [{ ...base, path: "z/far.jpg" }, "changed"],
      [{ ...base, path: "z/next.jpg" }, "changed"],
      [
        { ...base, path: "z/good.jpg", target: "y/c.jpg", expectedHash: hash("y/c.jpg") },
        "changed",
      ],
    ];
    const changes = place.changes();
    for (const [step, error] of wrong) {
      // deno-lint-ignore no-await-in-loop -- one after the other is easier to read in a failure
      assertEquals(await changes.link(link(step), CONTEXT), failed(error), JSON.stringify(step));
      assertEquals(treeDifferences(before, treeFacts(root)), [], JSON.stringify(step));
    }
    // One that cannot be mended takes nothing back that was.
    const outcome = await changes.link(
      link({ ...base }, { ...base, path: "z/next.jpg", target: "nowhere" }),
      CONTEXT,
    );
    assertEquals(outcome, failed("missing"));
    assertEquals(readlinkSync(join(root, "z/b.jpg")), "../x/a.jpg");
  },
));
