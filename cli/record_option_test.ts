import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { existsSync, symlinkSync } from "node:fs";
import { applyCommand } from "./apply.ts";
import { EXIT } from "./exit_codes.ts";
import { repairCommand } from "./repair.ts";
import { sweepCommand } from "./sweep.ts";
import { inRecordedPlace } from "./testing/recorded_clean_up.ts";
import { runQuietly } from "./testing/run_quietly.ts";
import { trashCommand } from "./trash.ts";
import { undoCommand } from "./undo.ts";

permittedTest({
  name: "no command records into the folder of its library, by whatever path",
  needs: { read: true, write: true, env: true, ffi: true, sys: true },
  fn: () =>
    inRecordedPlace(1, async ({ apply, beside, root }) => {
      await apply();
      symlinkSync(root, join(beside, "link"));
      symlinkSync(join(root, "new.jsonl"), join(beside, "next.jsonl"));
      const paths = ["photos/2020/new.jsonl", "link/new.jsonl", "next.jsonl"].map((path) =>
        join(beside, path)
      );
      const plan = join(beside, "plan.json");
      const cases = [
        [applyCommand, [plan, "--yes"]],
        [undoCommand, [plan, "--yes"]],
        [trashCommand, [root, "list"]],
        [repairCommand, [root]],
        [sweepCommand, [root]],
      ] as const;
      for (const [command, words] of cases) {
        for (const path of paths) {
          // deno-lint-ignore no-await-in-loop -- one after the other
          const { code, error } = await runQuietly(command, [...words, "--record", path]);
          assertEquals(code, EXIT.usage, `${words}: ${error}`);
          assert(error.includes("outside of the folder for --record"), error);
          assertEquals(existsSync(path), false);
        }
      }
    }),
});
