import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { CleanUpError } from "../clean_up/clean_up_error.ts";
import { openSystemNames } from "../folder/system_names.ts";
import { JournalError } from "../journal/journal_error.ts";
import { watchedSystem } from "../testing/broken_system.ts";
import { shownIn } from "../testing/clean_up_tree.ts";
import { DEVICE_FILES, leftBehind, LIBRARY_FILES, writeFiles } from "../testing/device_tree.ts";
import { FailingDisk, failingDiskMissing } from "../testing/failing_disk.ts";
import { treeDifferences, treeFacts } from "../testing/tree_facts.ts";
import { backUp, type BackUpOptions } from "./back_up.ts";

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true, run: true } as const;

/** What a backup to a disk that cannot be written says: an error, or which files are left. */
async function saidBy(options: BackUpOptions): Promise<readonly string[]> {
  try {
    return (await backUp(options)).leftOut.map(({ file, reason }) => `${file}: ${reason}`);
  } catch (error) {
    const isNamed = error instanceof CleanUpError || error instanceof JournalError;
    if (!isNamed) throw error;
    assert(error.code !== "ENGINE", `${error.code}: ${error.message}`);
    return [error.message];
  }
}

permittedTest({
  name: "backUp() says that the library's disk cannot keep it, loses nothing, and ends after it",
  needs: NEEDS,
  skip: failingDiskMissing(),
  timeoutMs: 120_000,
  fn: async () => {
    const beside = await Deno.makeTempDir({ prefix: "scenekeep-failing-" });
    try {
      const [device, cache] = [join(beside, "Phone"), join(beside, "cache")];
      writeFiles(device, DEVICE_FILES);
      const facts = treeFacts(device);
      using disk = new FailingDisk(beside);
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
        const said = await saidBy({ ...options, system }).finally(() => system.close());
        assert(calls >= at, `a backup has ${calls} calls`);
        assert(said.length > 0, `nothing said of a disk that broke at ${at}`);
        disk.mend();
        const lost = before.filter((line) => !shownIn(library).includes(line));
        assertEquals(lost, [], `broken at ${at}`);
        // deno-lint-ignore no-await-in-loop -- as above
        const again = await backUp(options);
        assertEquals(again.leftOut, [], `mended after ${at}`);
        assertEquals(leftBehind(library), [], `mended after ${at}`);
        const wanted = shownIn(device).map((line) => line.replace(/.* shows /, ""));
        const found = new Set(shownIn(library).map((line) => line.replace(/.* shows /, "")));
        assertEquals(wanted.filter((content) => !found.has(content)), [], `after ${at}`);
      }
      assertEquals(treeDifferences(facts, treeFacts(device)), []);
    } finally {
      await Deno.remove(beside, { recursive: true });
    }
  },
});
