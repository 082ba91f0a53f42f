import type { ModelDescription, ModelId, Tier } from "./model_description.ts";
import { hubSource, preprocessingName, thresholds } from "./registry.ts";

/** What a user says of a model that is not in the registry; read from a file. */
export interface CustomModel {
  /** Its name: letters, digits, `.`, `_`, `-` and `/`. */
  readonly id: string;
  /** The folder that has it, absolute, or its name on a hub. */
  readonly source:
    | { readonly folder: string }
    | { readonly repository: string; readonly revision?: string | undefined };
  readonly licence?: string | undefined;
  readonly input: ModelDescription["input"];
  readonly pooling: ModelDescription["pooling"];
  readonly dimensions: number;
  readonly precision?: ModelDescription["precision"] | undefined;
  readonly onnxFile?: string | undefined;
  /** Hexadecimal; absent: whatever is there. */
  readonly onnxSha256?: string | undefined;
  /** Cosine distances, ascending. */
  readonly cosines: Readonly<Record<Tier, number>>;
  readonly cosinesFrom?: string | undefined;
}

/** The description of a model that a user describes. What is not said is what most models have. */
export function customModel(model: CustomModel): ModelDescription {
  const { source } = model;
  return {
    id: model.id as ModelId,
    source: "folder" in source
      ? { kind: "folder", path: source.folder }
      : hubSource(source.repository, source.revision),
    licence: {
      name: model.licence ?? "unknown",
      note: "What it allows is for whoever uses it to know",
    },
    input: model.input,
    pooling: model.pooling,
    dimensions: model.dimensions,
    precision: model.precision ?? "fp32",
    onnxFile: model.onnxFile ?? "onnx/model.onnx",
    onnxSha256: model.onnxSha256?.toLowerCase() ?? null,
    preprocessing: preprocessingName(model.input),
    thresholds: thresholds(model.cosines),
    thresholdsFrom: model.cosinesFrom ?? "The user's description of the model",
  };
}

/** A model with other cosine distances, ascending, for its tiers. Its vectors are the same. */
export function withThresholds(
  model: ModelDescription,
  cosines: Readonly<Record<Tier, number>>,
  cosinesFrom: string | undefined,
): ModelDescription {
  return {
    ...model,
    thresholds: thresholds(cosines),
    thresholdsFrom: cosinesFrom ?? "The user's description of the model",
  };
}
