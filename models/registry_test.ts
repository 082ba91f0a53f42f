import { assert, assertEquals, assertThrows } from "@std/assert";
import { TIERS } from "./model_description.ts";
import { ModelError } from "./model_error.ts";
import { DEFAULT_MODEL_ID, findModel, MODELS, thresholds } from "./registry.ts";

Deno.test("MODELS has the default model first, free to use, and with its weights pinned", () => {
  const model = findModel(DEFAULT_MODEL_ID);
  assertEquals(MODELS[0], model);
  assertEquals(model.licence.name, "Apache-2.0");
  assertEquals(
    model.onnxSha256,
    "446df178e3803539f4183c245f8ef9ce9ecda7846f383635320c6a39452fa71b",
  );
  assertEquals(TIERS.map((tier) => model.thresholds[tier]), [
    { cosine: 0.05, distance: 107_367_628 },
    { cosine: 0.15, distance: 322_102_886 },
    { cosine: 0.25, distance: 536_838_144 },
  ]);
});

Deno.test("MODELS has names that differ, licences, and tiers that nest", () => {
  assertEquals(new Set(MODELS.map((model) => model.id)).size, MODELS.length);
  for (const model of MODELS) {
    assert(model.licence.name !== "");
    const [close, similar, related] = TIERS.map((tier) => model.thresholds[tier].distance);
    assert(close! < similar! && similar! < related!);
  }
});

Deno.test("MODELS fetches only from a hub what is not free to ship", () => {
  const mobileclip = findModel("Xenova/mobileclip_s2");
  assertEquals(mobileclip.source.kind, "hub");
  assertEquals(mobileclip.licence.note, "Apple's model licence: for scientific research only");
});

Deno.test("findModel() names the known models when there is none of that name", () => {
  const error = assertThrows(() => findModel("nope"), ModelError, '"mediapipe-mobilenetv2-oid"');
  assertEquals((error as ModelError).code, "MODEL_UNKNOWN");
});

Deno.test("thresholds() refuses tiers that do not nest", () => {
  assertThrows(() => thresholds({ close: 0.2, similar: 0.1, related: 0.3 }), RangeError, "nest");
});
