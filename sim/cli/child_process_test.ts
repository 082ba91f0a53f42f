import { assertEquals, assertRejects } from "@std/assert";
import { join, toFileUrl } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { childJson, childLines } from "./child_process.ts";

/** Runs `use` on a program of this text. */
async function withProgram(text: string, use: (program: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "scenekeep-child-" });
  try {
    const path = join(folder, "program.ts");
    await Deno.writeTextFile(path, text);
    await use(toFileUrl(path).href);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const NEEDS = { read: true, write: true, run: true } as const;

permittedTest({
  name: "childLines() gives each line, also a last one without an end, and kills who is not read",
  needs: NEEDS,
  fn: async () => {
    await withProgram(
      'await Deno.stdout.write(new TextEncoder().encode("one\\ntwo"));',
      async (program) =>
        assertEquals(await Array.fromAsync(childLines(program, [])), ["one", "two"]),
    );
    await withProgram('console.log("first"); setInterval(() => {}, 1000);', async (program) => {
      for await (const line of childLines(program, [])) {
        assertEquals(line, "first");
        break;
      }
    });
  },
});

permittedTest({
  name: "childLines() and childJson() say how a process ended that did not do what it should",
  needs: NEEDS,
  fn: () =>
    withProgram('console.error("no room"); Deno.exit(7);', async (program) => {
      const lines = () => Array.fromAsync(childLines(program, []));
      await assertRejects(lines, Error, "ended with 7: no room");
      await assertRejects(() => childJson(program, ["x"]), Error, "Cannot run x: it ended with 7");
    }),
});
