import { env, pipeline, RawImage, Tensor } from "@huggingface/transformers";
import { basename, dirname } from "@std/path";
import { type EmbeddingOutcome, fault } from "./embedding_outcome.ts";
import type { SquarePixels } from "./images/pixel_facts.ts";
import { readPicture } from "./images/picture_reader.ts";
import type { PreparedModel } from "./model_description.ts";
import { openPhoto } from "./photo_file.ts";
import { type InputNumbers, type PictureInput, pictureInput } from "./picture_input.ts";
import { type ModelOutput, poolOutput } from "./pooling.ts";
import { quantise } from "./vector.ts";

/** Turns photos into vectors, in this process. */
export interface Embedder {
  /**
   * The vector and facts of one photo, or why it has none. May be called again before it is done; a
   * few at a time keep decoding and model busy, more only hold memory.
   *
   * @param photo Path of a file, or its bytes.
   * @param expectedHash Content hash that the photo must have; null to take what is there.
   */
  embed(photo: string | Uint8Array<ArrayBuffer>, expectedHash: string | null): Promise<
    EmbeddingOutcome
  >;
  /** Lets go of the model. */
  dispose(): Promise<void>;
}

/**
 * Loads a model through transformers.js, without the network and with one thread.
 *
 * One picture goes through it at once, so that a description that is not of this model is found
 * here and not with the first photo.
 *
 * @throws {ModelError} `MODEL_OUTPUT_UNEXPECTED` when what comes out has not the described shape.
 * @throws {Error} as transformers.js throws, when the files are not a model that it can load.
 */
export async function createEmbedder(model: PreparedModel): Promise<Embedder> {
  const { description } = model;
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = `${dirname(model.directory)}/`;
  env.useFSCache = false;
  const extract = await pipeline("image-feature-extraction", basename(model.directory), {
    dtype: description.precision,
    local_files_only: true,
    session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
  });

  const { sidePixels } = description.input;
  // As many as were used at once: memory that is let go of makes work for who collects it.
  const spaces: Float32Array[] = [];
  let inputOf: PictureInput = processed;

  async function processed({ pixels }: SquarePixels): Promise<InputNumbers> {
    const image = new RawImage(new Uint8ClampedArray(pixels), sidePixels, sidePixels, 3);
    const { pixel_values: tensor } = await extract.processor([image]);
    return { dims: tensor.dims, data: tensor.data as Float32Array };
  }

  async function vectorOf(picture: SquarePixels): Promise<Float64Array> {
    const space = spaces.pop() ?? new Float32Array(picture.pixels.length);
    const { data, dims } = await inputOf(picture, space);
    const outputs = await extract.model({ pixel_values: new Tensor("float32", data, [...dims]) });
    // As the pipeline chooses.
    const tensor = outputs.last_hidden_state ?? outputs.logits ?? outputs.image_embeds;
    spaces.push(space);
    const output: ModelOutput = { dims: tensor.dims, data: tensor.data as Float32Array };
    return poolOutput(output, description);
  }

  try {
    inputOf = await pictureInput(processed, sidePixels);
    await vectorOf({ pixels: new Uint8Array(sidePixels * sidePixels * 3).fill(128), sidePixels });
  } catch (error) {
    await extract.dispose();
    throw error;
  }

  return {
    async embed(photo, expectedHash): Promise<EmbeddingOutcome> {
      const file = await openPhoto(photo, expectedHash);
      if (file.kind === "failed") return file;
      const decoded = await readPicture({ ...file, input: description.input });
      if (decoded.kind === "failed") return decoded;
      const vector = quantise(await vectorOf(decoded.picture));
      if (vector === null) return fault("CORRUPT", "Cannot embed the photo: the vector is zero");
      const { facts, prints } = decoded;
      return { kind: "embedded", vector, prints, facts };
    },
    async dispose(): Promise<void> {
      await extract.dispose();
    },
  };
}
