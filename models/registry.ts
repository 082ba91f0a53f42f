import { ModelError } from "./model_error.ts";
import type { ModelDescription, ModelId, Threshold, Tier } from "./model_description.ts";
import { integerDistance } from "./vector.ts";

/**
 * Version of the way in which a photo becomes the square picture that a model takes: read
 * `images/image_pixels.ts`. It is part of every model's `preprocessing`.
 */
const PICTURE_VERSION = "lanczos3-twice-2";

/** The model that is used unless the user configures another. */
export const DEFAULT_MODEL_ID: ModelId = "mediapipe-mobilenetv2-oid" as ModelId;

const HUB_HOST = "https://huggingface.co";

/** The distances at which Ente groups MobileCLIP-S2 embeddings. */
const ENTE_COSINES: Readonly<Record<Tier, number>> = { close: 0.001, similar: 0.02, related: 0.04 };

/** The distances from which a model of widely spread vectors starts. */
const SPREAD_COSINES: Readonly<Record<Tier, number>> = {
  close: 0.05,
  similar: 0.15,
  related: 0.25,
};

/**
 * The known models, the default first. The others are fetched from a hub only if the user
 * configures one of them.
 */
export const MODELS: readonly ModelDescription[] = [
  {
    id: DEFAULT_MODEL_ID,
    source: {
      kind: "npm",
      package: "@mediapipe/objectron",
      version: "0.4.1675468480",
      file: "objectron_solution_packed_assets.data",
      sha256: "470986ca5df183f41698da6de74b027d838fe289d77b5ab094497d350bee664e",
    },
    licence: { name: "Apache-2.0", note: "Free to use and pass on; see NOTICE" },
    input: { sidePixels: 224, crop: "squash" },
    pooling: "embeds",
    dimensions: 576,
    precision: "fp32",
    onnxFile: "onnx/model.onnx",
    onnxSha256: "446df178e3803539f4183c245f8ef9ce9ecda7846f383635320c6a39452fa71b",
    preprocessing: `${PICTURE_VERSION}-squash-224`,
    thresholds: thresholds(SPREAD_COSINES),
    thresholdsFrom: "Recompressed, cropped and second shots of about 110 photos; to be calibrated",
  },
  {
    id: "Xenova/dinov2-small" as ModelId,
    source: hubSource("Xenova/dinov2-small"),
    licence: { name: "Apache-2.0", note: "Free to use and pass on" },
    input: { sidePixels: 256, crop: "center" },
    pooling: "cls",
    dimensions: 384,
    precision: "fp32",
    onnxFile: "onnx/model.onnx",
    onnxSha256: null,
    preprocessing: `${PICTURE_VERSION}-center-256`,
    thresholds: thresholds(SPREAD_COSINES),
    thresholdsFrom: "A guess from the default model; calibrate before use",
  },
  {
    id: "Xenova/clip-vit-base-patch32" as ModelId,
    source: hubSource("Xenova/clip-vit-base-patch32"),
    licence: {
      name: "MIT",
      note: "The licence of OpenAI's CLIP repository; the model card advises against some uses",
    },
    input: { sidePixels: 224, crop: "center" },
    pooling: "embeds",
    dimensions: 512,
    precision: "fp32",
    onnxFile: "onnx/vision_model.onnx",
    onnxSha256: null,
    preprocessing: `${PICTURE_VERSION}-center-224`,
    thresholds: thresholds(ENTE_COSINES),
    thresholdsFrom: "Those of another CLIP model; calibrate before use",
  },
  {
    id: "Xenova/mobileclip_s2" as ModelId,
    source: hubSource("Xenova/mobileclip_s2"),
    licence: {
      name: "LicenseRef-Apple-AMLR",
      note: "Apple's model licence: for scientific research only",
    },
    input: { sidePixels: 256, crop: "center" },
    pooling: "embeds",
    dimensions: 512,
    precision: "fp32",
    onnxFile: "onnx/vision_model.onnx",
    onnxSha256: null,
    preprocessing: `${PICTURE_VERSION}-center-256`,
    thresholds: thresholds(ENTE_COSINES),
    thresholdsFrom: "Ente, which uses the same weights with another shrinking step",
  },
];

/**
 * The description of a known model.
 *
 * @throws {ModelError} `MODEL_UNKNOWN` when there is none of that name.
 *
 * @example
 * ```ts
 * import { DEFAULT_MODEL_ID, findModel } from "@scenekeep/models";
 * import { assertEquals } from "@std/assert";
 *
 * const model = findModel(DEFAULT_MODEL_ID);
 * assertEquals(model.dimensions, 576);
 * assertEquals(model.thresholds.similar, { cosine: 0.15, distance: 322102886 });
 * ```
 */
export function findModel(id: string): ModelDescription {
  const found = MODELS.find((model) => model.id === id);
  if (found !== undefined) return found;
  throw new ModelError(
    "MODEL_UNKNOWN",
    `Cannot find the model "${id}": known are ${MODELS.map((model) => `"${model.id}"`).join(", ")}`,
  );
}

/** Thresholds of the three tiers from cosine distances. */
export function thresholds(
  cosines: Readonly<Record<Tier, number>>,
): Readonly<Record<Tier, Threshold>> {
  if (!(cosines.close < cosines.similar && cosines.similar < cosines.related)) {
    throw new RangeError(
      `Cannot nest the tiers: want close < similar < related, got ${JSON.stringify(cosines)}`,
    );
  }
  return {
    close: threshold(cosines.close),
    similar: threshold(cosines.similar),
    related: threshold(cosines.related),
  };
}

function threshold(cosine: number): Threshold {
  return { cosine, distance: integerDistance(cosine) };
}

/** Names how a photo becomes the square picture that a model takes. */
export function preprocessingName({ crop, sidePixels }: ModelDescription["input"]): string {
  return `${PICTURE_VERSION}-${crop}-${sidePixels}`;
}

/** A model of the hub. */
export function hubSource(repository: string, revision = "main"): ModelDescription["source"] {
  return { kind: "hub", host: HUB_HOST, repository, revision };
}
