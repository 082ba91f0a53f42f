import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openSystemNames } from "../folder/system_names.ts";
import { watchedSystem } from "../testing/broken_system.ts";
import { shownIn } from "../testing/clean_up_tree.ts";
import { DEVICE_FILES, leftBehind, LIBRARY_FILES, writeFiles } from "../testing/device_tree.ts";
import { diskTest } from "../testing/disk_test_case.ts";
import { FailingDisk } from "../testing/failing_disk.ts";
import { messageOfNamed } from "../testing/named_failure.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";
import { backUp } from "./back_up.ts";
import type { LeftOutItem } from "./device_units.ts";
import { freeUp, reviewFreeUp } from "./free_up.ts";

/** What is said of a disk that cannot be written: an error, or which files are left. */
async function saidBy(act: () => Promise<readonly LeftOutItem[]>): Promise<readonly string[]> {
  try {
    return (await act()).map(({ file, reason }) => `${file}: ${reason}`);
  } catch (error) {
    return [messageOfNamed(error)];
  }
}

function contentsIn(...roots: string[]): Set<string> {
  const lines = roots.flatMap((root) => shownIn(root));
  return new Set(lines.map((line) => line.replace(/.* shows /, "")));
}

function contentsMissing(wanted: ReadonlySet<string>, roots: string[]): string[] {
  const found = contentsIn(...roots);
  return [...wanted].filter((content) => !found.has(content));
}

permittedTest(diskTest({
  name: "backUp() says that the library's disk cannot keep it, loses nothing, and ends after it",
  make: FailingDisk.make,
  fn: async (disk, beside) => {
    const [device, cache] = [join(beside, "Phone"), join(beside, "cache")];
    writeFiles(device, DEVICE_FILES);
    const facts = treeFacts(device);
    for (const at of [1, 8, 17]) {
      const library = join(disk.path, `library ${at}`);
      writeFiles(library, LIBRARY_FILES);
      disk.sync();
      const before = shownIn(library);
      let calls = 0;
      const system = watchedSystem(openSystemNames(), () => {
        calls += 1;
        if (calls === at) disk.break();
      });
      const options = { device, root: library, cache };
      // deno-lint-ignore no-await-in-loop -- one after the other
      const said = await saidBy(async () => (await backUp({ ...options, system })).leftOut)
        .finally(() => system.close());
      assert(calls >= at, `a backup has ${calls} calls`);
      assert(said.length > 0, `nothing said of a disk that broke at ${at}`);
      disk.mend();
      const lost = before.filter((line) => !shownIn(library).includes(line));
      assertEquals(lost, [], `broken at ${at}`);
      // deno-lint-ignore no-await-in-loop -- as above
      const again = await backUp(options);
      assertEquals(again.leftOut, [], `mended after ${at}`);
      assertEquals(leftBehind(library), [], `mended after ${at}`);
      assertEquals(contentsMissing(contentsIn(device), [library]), [], `after ${at}`);
    }
    assertEquals(treeDifferences(facts, treeFacts(device)), []);
  },
}));

permittedTest(diskTest({
  name: "freeUp() removes nothing that the library's disk loses, and ends once that is mended",
  make: FailingDisk.make,
  fn: async (disk, beside) => {
    let failed = 0;
    for (const at of [1, 6, 13]) {
      const device = join(beside, `Phone ${at}`);
      const library = join(disk.path, `library ${at}`);
      writeFiles(device, DEVICE_FILES);
      writeFiles(library, LIBRARY_FILES);
      const options = { device, root: library, cache: join(beside, "cache") };
      const wanted = contentsIn(device, library);
      // deno-lint-ignore no-await-in-loop -- one after the other
      await backUp(options);
      // deno-lint-ignore no-await-in-loop -- as above
      const { files } = await reviewFreeUp(options);
      disk.sync();
      let calls = 0;
      const system = watchedSystem(openSystemNames(), () => {
        calls += 1;
        if (calls === at) disk.break();
      });
      // deno-lint-ignore no-await-in-loop -- as above
      const said = await saidBy(async () => (await freeUp({ ...options, system }, files)).stays)
        .finally(() => system.close());
      assert(calls >= at, `a free-up has ${calls} calls`);
      if (said.length > 0) failed += 1;
      disk.mend();
      assertEquals(contentsMissing(wanted, [device, library]), [], `broken at ${at}`);
      // deno-lint-ignore no-await-in-loop -- as above
      const again = await freeUp(options, (await reviewFreeUp(options)).files);
      assertEquals(again.stays, [], `mended after ${at}`);
      assertEquals([...contentsIn(device)], [], `mended after ${at}`);
      assertEquals(contentsMissing(wanted, [library]), [], `mended after ${at}`);
    }
    // Late in a free-up the disk may keep what is left to write where it kept things before.
    assert(failed > 0, "the disk must have lost something");
  },
}));
