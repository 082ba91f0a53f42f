import { assertEquals, assertGreater, assertThrows } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { findModel } from "../registry.ts";
import { DEFAULT_MODEL_ID } from "../registry.ts";
import { NETWORK_OFFSET_BYTES } from "./import_default_model.ts";
import { locateNpmAsset } from "./npm_asset.ts";
import { readTflite, TFLITE_FLOAT16, type TfliteNetwork } from "./tflite_reader.ts";

async function detector(): Promise<TfliteNetwork> {
  const { source } = findModel(DEFAULT_MODEL_ID);
  if (source.kind !== "npm") throw new TypeError("The default model is not from npm");
  const asset = await Deno.readFile(await locateNpmAsset(source));
  return readTflite(asset.subarray(NETWORK_OFFSET_BYTES));
}

permittedTest({
  name: "readTflite() reads the detector of the pinned package",
  needs: { read: true },
  fn: async () => {
    const network = await detector();
    const input = network.tensors[network.input];
    assertEquals(input?.shape, [1, 300, 300, 3]);
    const counts: Record<string, number> = {};
    for (const { kind } of network.operators) counts[kind] = (counts[kind] ?? 0) + 1;
    assertEquals(counts["depthwise-convolution"], 17);
    assertEquals(counts["convolution"], 55);
    assertEquals(counts["add"], 10);
    const first = network.operators.find((operator) => operator.kind === "convolution");
    assertEquals(first?.kind === "convolution" ? first.options : null, {
      padding: "same",
      strides: [2, 2],
      activation: "relu6",
    });
  },
});

permittedTest({
  name: "readTflite() gives each half-precision constant as many bytes as its shape needs",
  needs: { read: true },
  fn: async () => {
    const network = await detector();
    let checked = 0;
    network.tensors.forEach((tensor, index) => {
      const bytes = network.constantOf(index);
      if (tensor.type !== TFLITE_FLOAT16 || bytes.length === 0) return;
      assertEquals(bytes.length, 2 * tensor.shape.reduce((product, size) => product * size, 1));
      checked++;
    });
    assertGreater(checked, 100);
  },
});

Deno.test("readTflite() throws on bytes that are no network", () => {
  assertThrows(() => readTflite(new Uint8Array(3)), RangeError);
  assertThrows(() => readTflite(new Uint8Array(64)), TypeError, "without a graph");
});
