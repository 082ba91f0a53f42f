/**
 * The models that a command line can name: those of the registry, and any other by a file.
 *
 * @module
 */

import {
  customModel,
  DEFAULT_MODEL_ID,
  findModel,
  type ModelDescription,
  ModelError,
  withThresholds,
} from "@scenekeep/engine/host";
import { dirname, resolve } from "@std/path";
import { z } from "zod";
import { documentProblems } from "./document_problems.ts";
import { userPath } from "./user_path.ts";

/** A cosine distance: 0 for the same direction, 2 for the opposite. */
const COSINE = z.number().positive().max(1);

const ID = /^[\w.-]+(\/[\w.-]+)?$/;

/** The name of the model that is used where none is named. */
export const DEFAULT_MODEL: string = DEFAULT_MODEL_ID;

const TIERS = z.strictObject({ close: COSINE, similar: COSINE, related: COSINE })
  .refine(
    ({ close, related, similar }) => close < similar && similar < related,
    "want close < similar < related",
  );

/** Other distances for a model that is known or described elsewhere: what `calibrate` writes. */
const FITTED_FILE = z.strictObject({
  model: z.string().min(1),
  thresholds: TIERS,
  thresholdsFrom: z.string().optional(),
});

/** A file that describes a model. Strict, so that a name with a slip is not passed over. */
const MODEL_FILE = z.strictObject({
  id: z.string().regex(ID, "want letters, digits, dots, dashes, at most one slash")
    .refine((id) => !id.includes(".."), "want no two dots in a row"),
  folder: z.string().min(1).optional(),
  hub: z.strictObject({
    repository: z.string().regex(ID, "want owner/name"),
    revision: z.string().regex(/^[\w.-]+$/).optional(),
  }).optional(),
  licence: z.string().optional(),
  input: z.strictObject({
    sidePixels: z.int().min(32).max(1024),
    crop: z.enum(["squash", "center"]),
  }),
  pooling: z.enum(["embeds", "cls", "mean"]),
  dimensions: z.int().min(1).max(4096),
  precision: z.enum(["fp32", "fp16", "q8"]).optional(),
  onnxFile: z.string().regex(/^[\w-]+(\/[\w.-]+)*\.onnx$/, "want a path to an .onnx").optional(),
  onnxSha256: z.string().regex(/^[0-9a-fA-F]{64}$/, "want 64 hexadecimal digits").optional(),
  thresholds: TIERS,
  thresholdsFrom: z.string().optional(),
}).refine(({ folder, hub }) => (folder === undefined) !== (hub === undefined), {
  message: "want one of folder and hub",
});

/** What a file that describes a model holds. */
export type ModelFile = z.infer<typeof MODEL_FILE>;

/**
 * The model of a name or a file; a text that says what is wrong where there is none. A word that
 * ends in `.json` is a file; a folder or another file in it is as seen from the file.
 */
export async function readModel(word: string): Promise<ModelDescription | string> {
  return word.endsWith(".json") ? await readFile(userPath(word), true) : knownModel(word);
}

async function readFile(path: string, mayRefer: boolean): Promise<ModelDescription | string> {
  let written: unknown;
  try {
    written = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `Cannot read the description of a model in "${path}": ${why}`;
  }
  // A file that refers to one that refers could go round in a circle.
  if (mayRefer && typeof written === "object" && written !== null && "model" in written) {
    return await fittedModel(path, written);
  }
  const read = MODEL_FILE.safeParse(written);
  if (!read.success) return whatIsWrong(path, read.error);
  const { folder, hub, thresholds, thresholdsFrom, ...rest } = read.data;
  return customModel({
    ...rest,
    source: folder === undefined ? { ...hub! } : { folder: resolve(dirname(path), folder) },
    cosines: thresholds,
    cosinesFrom: thresholdsFrom,
  });
}

async function fittedModel(path: string, written: object): Promise<ModelDescription | string> {
  const read = FITTED_FILE.safeParse(written);
  if (!read.success) return whatIsWrong(path, read.error);
  const { model: word, thresholds, thresholdsFrom } = read.data;
  const model = word.endsWith(".json")
    ? await readFile(resolve(dirname(path), word), false)
    : knownModel(word);
  return typeof model === "string" ? model : withThresholds(model, thresholds, thresholdsFrom);
}

function whatIsWrong(path: string, error: z.ZodError): string {
  return `Cannot use the description of a model in "${path}": ${documentProblems(error)}`;
}

function knownModel(id: string): ModelDescription | string {
  try {
    return findModel(id);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return `${error.message}, or a file that describes one and ends in .json`;
  }
}
