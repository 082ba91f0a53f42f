import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { recordCommand } from "./record.ts";
import { scanCommand } from "./scan.ts";
import { runQuietly } from "./testing/run_quietly.ts";

/** A folder with two copies of one file, and a place for the results beside it. */
async function inPlace(
  use: (place: { root: string; beside: string; words: readonly string[] }) => Promise<void>,
): Promise<void> {
  const beside = await Deno.makeTempDir({ prefix: "scenekeep-cli-" });
  try {
    const root = join(beside, "photos");
    await Deno.mkdir(join(root, "album"), { recursive: true });
    await Deno.writeTextFile(join(root, "a.jpg"), "one");
    await Deno.writeTextFile(join(root, "album", "b.jpg"), "one");
    await use({ root, beside, words: [root, "--exact-only", "--cache", join(beside, "cache")] });
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}

const NEEDS = { read: true, write: true, env: ["INIT_CWD"] } as const;

permittedTest({
  name: "scan --json writes one object with the promised fields, and nothing else",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ words }) => {
      const first = await runQuietly(scanCommand, [...words, "--json"]);
      assertEquals(first.code, EXIT.done);
      const report = JSON.parse(first.out);
      assertEquals(Object.keys(report), ["exact", "similar", "unreadable", "lostLinks", "plan"]);
      const [group] = report.exact;
      assertEquals(Object.keys(group), ["hash", "sizeBytes", "keeper", "why", "files"]);
      assertEquals(group.files, ["a.jpg", "album/b.jpg"]);
      assertEquals(report.plan.certificate.bytesToTrash, 3);
      assertEquals((await runQuietly(scanCommand, [...words, "--json"])).out, first.out);
    }),
});

permittedTest({
  name: "scan says what it found, and what to do next",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ words }) => {
      const { code, out } = await runQuietly(scanCommand, words);
      assertEquals(code, EXIT.done);
      for (
        const part of [
          "Looked at 2 files in 2 folders, 6 bytes",
          "Exact copies: 1 group",
          "  a.jpg stays: first by path",
          "    = album/b.jpg",
          "To win: 3 bytes by removing 1 file",
          "Nothing was changed.",
          "--plan plan.json",
        ]
      ) assert(out.includes(part), `${part} is missing in:\n${out}`);
    }),
});

permittedTest({
  name: "scan --plan writes the plan beside the folder, never into it",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ beside, root, words }) => {
      const path = join(beside, "plan.json");
      const { code, out } = await runQuietly(scanCommand, [...words, "--plan", path]);
      assertEquals(code, EXIT.done);
      assert(out.includes(`Plan: ${path}`));
      const plan = JSON.parse(await Deno.readTextFile(path));
      assertEquals([plan.format, plan.items.length], ["plan/1", 1]);
      const inside = await runQuietly(scanCommand, [...words, "--plan", join(root, "plan.json")]);
      assertEquals(inside.code, EXIT.usage);
      const nowhere = await runQuietly(scanCommand, [
        ...words,
        "--plan",
        join(beside, "no", "plan.json"),
      ]);
      assertEquals(nowhere.code, EXIT.output);
      const names: string[] = [];
      for await (const { name } of Deno.readDir(root)) names.push(name);
      assertEquals(names.sort(), ["a.jpg", "album"]);
    }),
});

permittedTest({
  name: "scan ends with a code of its own for each kind of trouble",
  needs: NEEDS,
  fn: () =>
    inPlace(async ({ beside, root, words }) => {
      const code = async (...given: string[]): Promise<ExitCode> => {
        const ended = await runQuietly(scanCommand, given);
        assertEquals(ended.out, "", "nothing on standard output");
        assert(ended.error.length > 0);
        return ended.code;
      };
      assertEquals(await code(), EXIT.usage);
      assertEquals(await code(root, "--tier", "near"), EXIT.usage);
      assertEquals(await code(join(beside, "none"), "--exact-only"), EXIT.folder);
      assertEquals(await code(join(root, "a.jpg"), "--exact-only"), EXIT.folder);
      const below = join(root, "a.jpg", "cache");
      assertEquals(await code(root, "--exact-only", "--cache", below), EXIT.environment);
      const stopped = await runQuietly(scanCommand, words, { signal: AbortSignal.abort() });
      assertEquals([stopped.code, stopped.out], [EXIT.stopped, ""]);
    }),
});

permittedTest({
  name: "scan and record explain themselves",
  needs: NEEDS,
  fn: async () => {
    for (const command of [scanCommand, recordCommand]) {
      // deno-lint-ignore no-await-in-loop -- two of them
      const { code, out } = await runQuietly(command, ["--help"]);
      assertEquals(code, EXIT.done);
      assert(out.startsWith("deno task "));
    }
    assertEquals((await runQuietly(recordCommand, ["only-a-folder"])).code, EXIT.usage);
  },
});
