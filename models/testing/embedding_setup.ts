import { join } from "@std/path";
import type { EmbeddedPhoto, EmbeddingOutcome } from "../embedding_outcome.ts";
import type { PreparedModel } from "../model_description.ts";
import { prepareModel } from "../prepare_model.ts";
import { DEFAULT_MODEL_ID, findModel } from "../registry.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary_folder.ts";

/** A folder for photos, and the default model. */
export interface EmbeddingSetup extends AsyncDisposable {
  /** An empty folder, absolute. */
  readonly photos: string;
  /** The default model, in a folder of its own. */
  readonly model: PreparedModel;
}

/** Makes the default model and a folder for photos, for one test. */
export async function embeddingSetup(): Promise<EmbeddingSetup> {
  const folder: TemporaryFolder = await temporaryFolder();
  const photos = join(folder.path, "photos, with a comma");
  await Deno.mkdir(photos);
  const model = await prepareModel(findModel(DEFAULT_MODEL_ID), {
    cacheDirectory: join(folder.path, "cache"),
  });
  return { photos, model, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** The photo's vector and facts; throws when it has none. */
export function embedded(outcome: EmbeddingOutcome): EmbeddedPhoto {
  if (outcome.kind === "embedded") return outcome;
  throw new TypeError(`Expected a vector, got ${outcome.code}: ${outcome.reason}`);
}

/** Cosine of the angle between two vectors. */
export function cosine(a: Int16Array, b: Int16Array): number {
  let product = 0;
  let squaresA = 0;
  let squaresB = 0;
  a.forEach((value, index) => {
    product += value * b[index]!;
    squaresA += value * value;
    squaresB += b[index]! * b[index]!;
  });
  return product / Math.sqrt(squaresA * squaresB);
}
