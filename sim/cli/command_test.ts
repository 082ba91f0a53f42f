import { assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { runChild } from "./child_process.ts";
import { EXIT_CODES } from "./exit_code.ts";

const PROGRAMS = [
  "../main.ts",
  "./crash_points.ts",
  "./determinism.ts",
  "./explain.ts",
  "./explore.ts",
  "./futures.ts",
  "./seeds.ts",
  "./shrink.ts",
  "./twins.ts",
] as const;
const NEEDS = { read: true, write: true, run: true } as const;

permittedTest({
  name: "every command says what is wrong with a scenario's file, and nothing else",
  needs: NEEDS,
  fn: async () => {
    for (const program of PROGRAMS) {
      // deno-lint-ignore no-await-in-loop -- nine processes at once are too many
      const { code, stderr, stdout } = await runChild(import.meta.resolve(program), ["none.json"]);
      assertEquals(
        { code, stderr, stdout },
        {
          code: EXIT_CODES.badScenario,
          stderr: "Cannot read scenario none.json: name a file that exists\n",
          stdout: "",
        },
        program,
      );
    }
  },
});

permittedTest({
  name: "a command names what is wrong in a document, and a folder in the place of one",
  needs: NEEDS,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/empty.json`;
    await Deno.writeTextFile(path, "{}");
    const program = import.meta.resolve("./seeds.ts");
    const [document, directory] = [
      await runChild(program, [path]),
      await runChild(program, [folder]),
    ];
    assertEquals([document.code, directory.code], [EXIT_CODES.badScenario, EXIT_CODES.badScenario]);
    assertEquals(
      document.stderr.split("\n")[0],
      `Cannot run scenario ${path}: correct the document:`,
    );
    assertEquals(
      directory.stderr,
      `Cannot read scenario ${folder}: name a file, not a directory\n`,
    );
    await Deno.remove(folder, { recursive: true });
  },
});
