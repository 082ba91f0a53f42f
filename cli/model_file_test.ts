import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { findModel } from "@scenekeep/engine/host";
import { EXIT } from "./exit_codes.ts";
import { readModel } from "./model_file.ts";
import { scanCommand } from "./scan.ts";

const DEFAULT = "mediapipe-mobilenetv2-oid";

const GOOD = {
  id: "mine/other",
  folder: "weights",
  input: { sidePixels: 224, crop: "squash" },
  pooling: "embeds",
  dimensions: 576,
  thresholds: { close: 0.05, similar: 0.15, related: 0.25 },
};

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "scenekeep-model-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function written(folder: string, file: unknown): Promise<string> {
  const path = join(folder, "model.json");
  await Deno.writeTextFile(path, typeof file === "string" ? file : JSON.stringify(file));
  return path;
}

permittedTest({
  name: "readModel() knows names, and takes any other model from a file",
  needs: { read: true, write: true, env: ["INIT_CWD"] },
  fn: () =>
    inFolder(async (folder) => {
      assertEquals(await readModel(DEFAULT), findModel(DEFAULT));
      const mine = await readModel(await written(folder, GOOD));
      assert(typeof mine !== "string");
      assertEquals(mine.source, { kind: "folder", path: join(folder, "weights") });
      assertEquals(mine.thresholds, findModel(DEFAULT).thresholds);
      assertEquals(mine.preprocessing, findModel(DEFAULT).preprocessing);
      const hub = { repository: "Xenova/dinov2-base" };
      const { folder: _, ...rest } = GOOD;
      const fromHub = await readModel(await written(folder, { ...rest, hub }));
      assert(typeof fromHub !== "string");
      assertEquals(fromHub.source, {
        kind: "hub",
        host: "https://huggingface.co",
        repository: "Xenova/dinov2-base",
        revision: "main",
      });
    }),
});

permittedTest({
  name: "readModel() takes other distances for a model that is known or described elsewhere",
  needs: { read: true, write: true, env: ["INIT_CWD"] },
  fn: () =>
    inFolder(async (folder) => {
      const thresholds = { close: 0.1, similar: 0.2, related: 0.3 };
      const known = await readModel(await written(folder, { model: DEFAULT, thresholds }));
      assert(typeof known !== "string");
      assertEquals(known.thresholds.similar.cosine, 0.2);
      assertEquals({ ...known, thresholds: 0, thresholdsFrom: "" }, {
        ...findModel(DEFAULT),
        thresholds: 0,
        thresholdsFrom: "",
      });
      await Deno.writeTextFile(join(folder, "other.json"), JSON.stringify(GOOD));
      const mine = await readModel(await written(folder, { model: "other.json", thresholds }));
      assert(typeof mine !== "string");
      assertEquals(mine.source, { kind: "folder", path: join(folder, "weights") });
      const circle = await readModel(await written(folder, { model: "model.json", thresholds }));
      assert(typeof circle === "string");
    }),
});

permittedTest({
  name: "readModel() says what is wrong with a description",
  needs: { read: true, write: true, env: ["INIT_CWD"] },
  fn: () =>
    inFolder(async (folder) => {
      const wrong: readonly [unknown, string][] = [
        ["{", "Cannot read"],
        [{ ...GOOD, thresholds: { close: 0.3, similar: 0.2, related: 0.25 } }, "close < similar"],
        [{ ...GOOD, dimension: 576 }, "dimension"],
        [{ ...GOOD, id: "../../etc" }, "id: "],
        [{ ...GOOD, hub: { repository: "a/b" } }, "one of folder and hub"],
        [{ ...GOOD, onnxFile: "../model.onnx" }, "onnxFile: "],
        [{ ...GOOD, input: { sidePixels: 1e9, crop: "squash" } }, "input.sidePixels"],
      ];
      for (const [file, message] of wrong) {
        // deno-lint-ignore no-await-in-loop -- each takes the place of the one before
        const said = await readModel(await written(folder, file));
        assert(typeof said === "string", JSON.stringify(file));
        assertStringIncludes(said, message);
      }
      const unknown = await readModel("no-such-model");
      assert(typeof unknown === "string");
      assertStringIncludes(unknown, "Xenova/dinov2-small");
    }),
});

permittedTest({
  name: "scan --model refuses what is no model before it reads anything",
  needs: { read: true, write: true, env: ["INIT_CWD"] },
  fn: () =>
    inFolder(async (folder) => {
      let error = "";
      const terminal = {
        out: () => {},
        error: (text: string) => void (error += text),
        isTerminal: false,
        signal: new AbortController().signal,
      };
      const words = [folder, "--model", await written(folder, "[]")];
      assertEquals(await scanCommand(words, terminal), EXIT.usage);
      assertStringIncludes(error, "model.json");
    }),
});
