import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { permittedTest, photosDev, photosMissing } from "@scenekeep/tools/permitted";
import { calibrateCommand } from "./calibrate.ts";
import { EXIT } from "./exit_codes.ts";
import { readModel } from "./model_file.ts";
import { runQuietly } from "./testing/run_quietly.ts";

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "scenekeep-calibrate-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

permittedTest({
  name: "calibrate says what is wrong with labels, a manifest or a model before it reads photos",
  needs: { read: true, write: true, env: ["INIT_CWD"] },
  fn: () =>
    inFolder(async (folder) => {
      const labels = join(folder, "labels.json");
      const run = async (...words: string[]): Promise<string> => {
        const { code, error } = await runQuietly(calibrateCommand, [folder, labels, ...words]);
        assertEquals(code, EXIT.usage);
        return error;
      };
      assertStringIncludes(await run(), "labels.json");
      await Deno.writeTextFile(labels, JSON.stringify({ scenes: [{ files: "a.jpg" }] }));
      assertStringIncludes(await run(), "scenes.0.files");
      await Deno.writeTextFile(labels, JSON.stringify({ scenes: [], singles: [] }));
      assertStringIncludes(await run("--model", "none"), "none");
      await Deno.writeTextFile(join(folder, "manifest.json"), "{}");
      assertStringIncludes(await run(), "manifest.json");
    }),
});

permittedTest({
  name: "calibrate fits a model to labelled photos, and writes a file that scan takes",
  needs: { read: true, write: true, run: true, env: true, ffi: true, sys: true },
  skip: photosMissing(),
  fn: () =>
    inFolder(async (folder) => {
      const dev = photosDev()!;
      const written = JSON.parse(await Deno.readTextFile(join(dev, "labels.json")));
      const scenes = written.scenes.filter((
        scene: { readonly kind: string; readonly files: string[] },
      ) => scene.kind === "same-scene" && scene.files.length === 2).slice(0, 8);
      const labels = { scenes, singles: written.singles.slice(0, 12) };
      const photos = join(folder, "photos");
      await Deno.mkdir(photos);
      const files = [
        ...labels.singles,
        ...scenes.flatMap((scene: { files: string[] }) => scene.files),
      ];
      for (const file of new Set<string>(files)) {
        // deno-lint-ignore no-await-in-loop -- a few small files
        await Deno.copyFile(join(dev, "images", file), join(photos, file));
      }
      const labelsPath = join(folder, "labels.json");
      const out = join(folder, "fitted.json");
      await Deno.writeTextFile(labelsPath, JSON.stringify(labels));
      const said = await runQuietly(calibrateCommand, [photos, labelsPath, "--out", out]);
      assertEquals(said.code, EXIT.done, said.error);
      assertStringIncludes(said.out, "distance  precision   recall       F1");
      assertStringIncludes(said.out, "Not tried on other sources");
      const model = await readModel(out);
      assert(typeof model !== "string", String(model));
      const { close, related, similar } = model.thresholds;
      assert(close.cosine < similar.cosine && similar.cosine < related.cosine);
      assertEquals(model.id as string, "mediapipe-mobilenetv2-oid");
    }),
});
