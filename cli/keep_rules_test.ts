import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { EXIT } from "./exit_codes.ts";
import { keepRulesOf } from "./keep_rules.ts";
import { scanCommand } from "./scan.ts";
import { runQuietly } from "./testing/run_quietly.ts";

Deno.test("keepRulesOf() reads rules in order, and folders with commas and slashes", () => {
  assertEquals(keepRulesOf([]), []);
  assertEquals(keepRulesOf(["favorite, raw,pixels", "oldest"]), [
    { kind: "favorite" },
    { kind: "raw" },
    { kind: "pixels" },
    { kind: "oldest" },
  ]);
  assertEquals(keepRulesOf(["folder:./Originals/2020/ , folder:Rome\\, Paris"]), [
    { kind: "folder", folder: "Originals/2020" },
    { kind: "folder", folder: "Rome, Paris" },
  ]);
});

Deno.test("keepRulesOf() names a rule that it does not know, and those that it does", () => {
  for (const text of ["best", "folder:", "folder:../a", "raw,,oldest", "Favorite"]) {
    const said = keepRulesOf([text]);
    assertStringIncludes(String(said), "for --keep: known are favorite, raw, pixels,", text);
  }
});

permittedTest({
  name: "scan --keep lets a file in the folder stay, or one below it, and else the usual one",
  needs: { read: true, write: true, env: ["INIT_CWD"] },
  fn: async () => {
    const place = await Deno.makeTempDir({ prefix: "scenekeep-keep-" });
    try {
      const copies = ["a/1.jpg", "b/c/2.jpg", "bc/3.jpg"].map((path) =>
        join(place, "photos", path)
      );
      await Promise.all(copies.map((copy) => Deno.mkdir(dirname(copy), { recursive: true })));
      await Promise.all(copies.map((copy) => Deno.writeTextFile(copy, "one")));
      const words = [join(place, "photos"), "--exact-only", "--cache", join(place, "cache")];
      const keeperBy = async (...more: string[]): Promise<string[]> => {
        const { code, out } = await runQuietly(scanCommand, [...words, "--json", ...more]);
        assertEquals(code, EXIT.done);
        const { exact: [group], plan } = JSON.parse(out);
        assertEquals(plan.items.map(({ keeper }: { keeper: string }) => keeper), [
          group.keeper,
          group.keeper,
        ]);
        return [group.keeper, group.why];
      };
      assertEquals(await keeperBy(), ["a/1.jpg", "first by path"]);
      assertEquals(await keeperBy("--keep", "largest, folder:b"), ["b/c/2.jpg", "in folder b"]);
      const summary = await runQuietly(scanCommand, [...words, "--keep", "folder:bc"]);
      assertStringIncludes(summary.out, "bc/3.jpg stays");
      const wrong = await runQuietly(scanCommand, [...words, "--keep", "best"]);
      assertEquals(wrong.code, EXIT.usage);
    } finally {
      await Deno.remove(place, { recursive: true });
    }
  },
});
