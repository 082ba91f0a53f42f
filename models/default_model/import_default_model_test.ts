import { assertEquals, assertRejects } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { join } from "@std/path";
import { sha256Hex } from "../content_digest.ts";
import type { ModelDescription } from "../model_description.ts";
import { ModelError } from "../model_error.ts";
import { DEFAULT_MODEL_ID, findModel } from "../registry.ts";
import { temporaryFolder } from "../testing/temporary_folder.ts";
import { importDefaultModel } from "./import_default_model.ts";

const NEEDS = { read: true, write: true } as const;

async function importedFiles(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) names.push(entry.name);
  for await (const entry of Deno.readDir(join(folder, "onnx"))) names.push(`onnx/${entry.name}`);
  return names.sort();
}

permittedTest({
  name: "importDefaultModel() makes the pinned weights, also twice at once",
  needs: NEEDS,
  fn: async () => {
    await using folder = await temporaryFolder();
    const description = findModel(DEFAULT_MODEL_ID);
    await Promise.all([1, 2, 3].map(() => importDefaultModel(description, folder.path)));
    assertEquals(await importedFiles(folder.path), [
      "config.json",
      "onnx",
      "onnx/model.onnx",
      "preprocessor_config.json",
    ]);
    const onnx = await Deno.readFile(join(folder.path, "onnx/model.onnx"));
    assertEquals(onnx.length, 3_607_079);
    assertEquals(
      sha256Hex(onnx),
      "446df178e3803539f4183c245f8ef9ce9ecda7846f383635320c6a39452fa71b",
    );
  },
});

function withSource(change: Record<string, string>): ModelDescription {
  const description = findModel(DEFAULT_MODEL_ID);
  return {
    ...description,
    source: { ...description.source, ...change } as ModelDescription["source"],
  };
}

permittedTest({
  name: "importDefaultModel() writes nothing when the data or the result is another one",
  needs: NEEDS,
  fn: async () => {
    await using folder = await temporaryFolder();
    const cases: [ModelDescription, string, string][] = [
      [withSource({ sha256: "00" }), "MODEL_ASSET_CHANGED", "want SHA-256 00"],
      [withSource({ version: "0.0.1" }), "MODEL_ASSET_MISSING", "0.4.1675468480"],
      [withSource({ file: "no-such-file" }), "MODEL_ASSET_MISSING", "no such file at"],
      [withSource({ package: "@mediapipe/no-such-package" }), "MODEL_ASSET_MISSING", "installed"],
      [
        { ...findModel(DEFAULT_MODEL_ID), onnxSha256: "00" },
        "MODEL_CONVERSION_CHANGED",
        "want SHA-256 00",
      ],
    ];
    for (const [description, code, message] of cases) {
      // deno-lint-ignore no-await-in-loop -- one case after the other
      const error = await assertRejects(
        () => importDefaultModel(description, folder.path),
        ModelError,
        message,
      );
      assertEquals(error.code, code);
    }
    assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
  },
});
