import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest, photosDev, photosMissing } from "@scenekeep/tools/permitted";
import { scanDifferences } from "./scan_identity.ts";

/** Scenes whose files are scanned; `deno task identity-test` takes them all. */
const SCENES = 12;

permittedTest({
  name: "scanFolder() gives the same for each number of processes, order of names, and in parts",
  needs: { read: true, write: true, run: true, env: true },
  skip: photosMissing(),
  timeoutMs: 300_000,
  fn: async () => {
    const photos = photosDev() ?? "";
    const { scenes } = JSON.parse(await Deno.readTextFile(join(photos, "labels.json"))) as {
      scenes: { kind: string; files: string[] }[];
    };
    const some = scenes.filter(({ kind }) => kind !== "same-scene").slice(0, SCENES);
    const names = [...new Set(some.flatMap(({ files }) => files))];
    assertEquals(await scanDifferences(join(photos, "images"), names), []);
  },
});
