import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { systemError, watchedSystem } from "../testing/broken_system.ts";
import {
  cleanUp,
  CONTEXT,
  DONE,
  failed,
  folderTest,
  link,
  namesOf,
  type Place,
  SYSTEM,
} from "../testing/name_fixture.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";
import { TRASH_MANIFEST } from "./trash_manifest.ts";

function noted({ root }: Place): string[] {
  return readFileSync(join(root, TRASH_MANIFEST), "utf8").trimEnd().split("\n").map((line) => {
    const { path, slot } = JSON.parse(line);
    return `${slot} ${path}`;
  });
}

function discard({ hash }: Place, path: string, slot: string): ReturnType<typeof link> {
  return link({ action: "discard", path, slot, expectedHash: hash(path) });
}

permittedTest(folderTest(
  "TrashManifest is kept by the disk before a name changes, with one sync for what waits",
  async (place) => {
    const { root } = place;
    const calls: string[] = [];
    const system = watchedSystem(SYSTEM, (_number, call, [first = "", second]) => {
      const full = second ?? first;
      const isSlot = call === "link" && full.includes("/.scenekeep/trash/");
      if (isSlot || full.endsWith("/trash.jsonl")) calls.push(`${call} ${noted(place).length}`);
    });
    const changes = place.changes({ system });
    const outcomes = await Promise.all([
      changes.link(cleanUp(place), CONTEXT),
      changes.link(discard(place, "y/c.jpg", "2"), CONTEXT),
    ]);
    assertEquals(outcomes, [DONE, DONE], place.reasons.join());
    assertEquals(noted(place), ["1.1 z/b.jpg", "1.0 y/b.jpg", "2 y/c.jpg"]);
    assertEquals(calls, ["sync 3", "link 3", "link 3", "link 3"]);
    assertEquals(namesOf(join(root, ".scenekeep/trash")), ["1.0", "1.1", "2"]);
  },
));

permittedTest(
  folderTest("TrashManifest lets nothing go that the disk would not write down", async (place) => {
    const { root } = place;
    const before = treeFacts(root);
    const full = watchedSystem(SYSTEM, (_number, call, [path = ""]) => {
      if (call === "sync" && path.endsWith("/trash.jsonl")) throw systemError("EIO");
    });
    const refused = await place.changes({ system: full }).link(cleanUp(place), CONTEXT);
    assertEquals(refused, failed("ioError"));
    assertEquals(treeDifferences(before, treeFacts(root)), []);
    // A line that was cut off spoils only itself.
    appendFileSync(join(root, TRASH_MANIFEST), '{"at":"2026');
    assertEquals(await place.changes().link(cleanUp(place), CONTEXT), DONE);
    const lines = readFileSync(join(root, TRASH_MANIFEST), "utf8").trimEnd().split("\n");
    assertEquals(JSON.parse(lines.at(-1) ?? "").path, "y/b.jpg");
    await place.changes().tidyManifest();
    assertEquals(noted(place), ["1.1 z/b.jpg", "1.0 y/b.jpg"]);
  }),
);

permittedTest(folderTest(
  "TrashManifest is shortened to what is in the trash, or stays as it is",
  async (place) => {
    const { root } = place;
    const changes = place.changes();
    await changes.tidyManifest();
    assert(!existsSync(join(root, TRASH_MANIFEST)));
    assertEquals(await changes.link(discard(place, "y/b.jpg", "1"), CONTEXT), DONE);
    writeFileSync(join(root, "y/\u2028\n.jpg"), "own");
    const odd = discard(place, "y/\u2028\n.jpg", "2");
    assertEquals(await changes.link(odd, CONTEXT), DONE);
    rmSync(join(root, ".scenekeep/trash/1"));
    // A slot that was used before: the last line counts.
    assertEquals(await changes.link(discard(place, "y/c.jpg", "1"), CONTEXT), DONE);
    const whole = readFileSync(join(root, TRASH_MANIFEST), "utf8");
    assertEquals(noted(place).length, 3);
    let isOver = false;
    for (let at = 1; !isOver; at += 1) {
      isOver = true;
      const system = watchedSystem(SYSTEM, (number) => {
        if (number !== at) return;
        isOver = false;
        throw systemError("ENOSPC");
      });
      writeFileSync(join(root, TRASH_MANIFEST), whole);
      // deno-lint-ignore no-await-in-loop -- one failure after the other
      await place.changes({ system }).tidyManifest();
      if (isOver) break;
      const left = readFileSync(join(root, TRASH_MANIFEST), "utf8");
      assert(left === whole || noted(place).length === 2, `call ${at}`);
    }
    assertEquals(noted(place), ["1 y/c.jpg", "2 y/\u2028\n.jpg"]);
    assertEquals(namesOf(join(root, ".scenekeep/aside")), []);
  },
));
