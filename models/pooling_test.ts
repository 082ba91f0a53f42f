import { assertEquals, assertThrows } from "@std/assert";
import type { ModelDescription } from "./model_description.ts";
import { ModelError } from "./model_error.ts";
import { poolOutput } from "./pooling.ts";
import { DEFAULT_MODEL_ID, findModel } from "./registry.ts";

function description(pooling: ModelDescription["pooling"]): ModelDescription {
  return { ...findModel(DEFAULT_MODEL_ID), pooling, dimensions: 2 };
}

Deno.test("poolOutput() takes the vector, the first row, or the average of all rows", () => {
  const tokens = { dims: [1, 3, 2], data: [1, 2, 3, 4, 5, 9] };
  assertEquals([...poolOutput({ dims: [1, 2], data: [7, 8] }, description("embeds"))], [7, 8]);
  assertEquals([...poolOutput(tokens, description("cls"))], [1, 2]);
  // Not divided by the number of rows: the length of the vector does not count.
  assertEquals([...poolOutput(tokens, description("mean"))], [9, 15]);
});

Deno.test("poolOutput() refuses an output of another shape than described", () => {
  const outputs: [ModelDescription["pooling"], number[], number[]][] = [
    ["embeds", [1, 3], [1, 2, 3]],
    ["embeds", [1, 1, 2], [1, 2]],
    ["cls", [1, 2], [1, 2]],
    ["cls", [2, 1, 2], [1, 2, 3, 4]],
    ["mean", [1, 0, 2], []],
    ["embeds", [1, 2], [1]],
  ];
  for (const [pooling, dims, data] of outputs) {
    assertThrows(() => poolOutput({ dims, data }, description(pooling)), ModelError, `[${dims}]`);
  }
});
