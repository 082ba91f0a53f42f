import { assertEquals, assertRejects } from "@std/assert";
import { dirname, join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { DEFAULT_MODEL_ID } from "@scenekeep/models";
import { sceneryOf } from "../testing/picture.ts";
import { customModel, findModel, getModel } from "./get_model.ts";
import { ScanError } from "./scan_error.ts";
import { scanFolder } from "./scan_folder.ts";

permittedTest({
  name: "scanFolder() uses a model in a folder of the user's, and says what is missing of it",
  needs: { read: true, write: true, run: true, env: true },
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "scenekeep-model-" });
    try {
      const [root, weights, cache] = ["photos", "weights", "cache"].map((name) =>
        join(folder, name)
      ) as [string, string, string];
      await Deno.mkdir(root);
      for (const sidePixels of [300, 200]) {
        const bytes = sceneryOf({ seed: 3, sidePixels });
        // deno-lint-ignore no-await-in-loop -- two small files
        await Deno.writeFile(join(root, `${sidePixels}.png`), bytes);
      }
      const known = findModel(DEFAULT_MODEL_ID);
      const description = customModel({
        id: "mine/other",
        source: { folder: weights },
        input: known.input,
        pooling: known.pooling,
        dimensions: known.dimensions,
        cosines: { close: 0.05, similar: 0.15, related: 0.25 },
      });
      const scan = () => scanFolder({ root, cache, description });
      await assertRejects(scan, ScanError, "lacks config.json");
      const made = await getModel(known, { cache, onNote: () => {} });
      for (const file of ["config.json", "preprocessor_config.json", "onnx/model.onnx"]) {
        // deno-lint-ignore no-await-in-loop -- three small files
        await Deno.mkdir(dirname(join(weights, file)), { recursive: true });
        // deno-lint-ignore no-await-in-loop -- three small files
        await Deno.copyFile(join(made, file), join(weights, file));
      }
      const { report } = await scan();
      assertEquals(report.similar.map(({ files }) => files), [["200.png", "300.png"]]);
      const hubModel = findModel("Xenova/mobileclip_s2");
      await assertRejects(
        () => scanFolder({ root, cache, description: hubModel }),
        ScanError,
        "deno task get-model",
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
