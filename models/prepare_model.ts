import { join } from "@std/path";
import { cacheDirectory } from "./cache_directory.ts";
import { sha256Hex } from "./content_digest.ts";
import { configurationFiles } from "./default_model/configuration_files.ts";
import { runImport } from "./default_model/run_import.ts";
import { downloadHubModel, modelFiles } from "./hub_download.ts";
import type { ModelDescription, PreparedModel } from "./model_description.ts";
import { ModelError } from "./model_error.ts";

/** How a model may be made ready. */
export interface PrepareModelOptions {
  /**
   * The folder under which models are kept.
   *
   * @default {cacheDirectory()}
   */
  readonly cacheDirectory?: string;
  /**
   * Whether a hub model that is not there yet may be fetched over the network.
   *
   * @default {false}
   */
  readonly allowDownload?: boolean;
  /** Told, line by line, what takes long: packages that are being fetched. */
  readonly onNote?: (line: string) => void;
}

/**
 * Makes the files of a model ready and checks them: a model of the cache that is whole is used as
 * it is, a missing or damaged one is made or fetched again. Safe with several processes at once.
 *
 * Needs to read and write the cache folder; the default model also needs leave to run Deno and to
 * read environment variables. Takes a second the first time for the default model once its packages
 * are there, then some milliseconds.
 *
 * @throws {ModelError} with a code that says why the model cannot be had.
 *
 * @example
 * ```ts ignore
 * const model = await prepareModel(findModel(DEFAULT_MODEL_ID));
 * console.log(model.directory, model.onnxSha256);
 * ```
 */
export async function prepareModel(
  description: ModelDescription,
  options: PrepareModelOptions = {},
): Promise<PreparedModel> {
  if (description.source.kind === "folder") {
    return await checkedModel(description, description.source.path);
  }
  const cache = options.cacheDirectory ?? cacheDirectory();
  const directory = join(cache, "models", description.id, versionFolder(description));
  if (description.source.kind === "npm") {
    if (!await isImported(description, directory)) {
      await runImport({ description, directory }, options.onNote ?? ((): void => {}));
    }
  } else if (!await isComplete(description, directory)) {
    refuseUnlessAllowed(description, options.allowDownload ?? false);
    await downloadHubModel(description, directory);
  }
  return await checkedModel(description, directory);
}

/** Each version of the weights has a folder of its own, so that none takes the place of another. */
function versionFolder(description: ModelDescription): string {
  if (description.onnxSha256 !== null) return description.onnxSha256.slice(0, 16);
  return description.source.kind === "hub" ? description.source.revision : "unpinned";
}

function refuseUnlessAllowed(description: ModelDescription, isAllowed: boolean): void {
  if (isAllowed) return;
  throw new ModelError(
    "MODEL_DOWNLOAD_REFUSED",
    `Cannot use the model "${description.id}": it is not in the cache, and fetching it was not ` +
      `allowed (licence of its weights: ${description.licence.name}. ${description.licence.note})`,
  );
}

/** The folder's files as they are now, with the digest of the weights. */
async function checkedModel(
  description: ModelDescription,
  directory: string,
): Promise<PreparedModel> {
  const contents = await Promise.all(
    modelFiles(description).map((file) => readIfThere(join(directory, file))),
  );
  const missing = modelFiles(description).filter((_, index) => contents[index] === null);
  const onnx = contents.at(-1);
  if (missing.length > 0 || !onnx) {
    throw new ModelError(
      "MODEL_FILE_MISSING",
      `Cannot use the model "${description.id}": "${directory}" lacks ${missing.join(", ")}`,
    );
  }
  const onnxSha256 = sha256Hex(onnx);
  if (description.onnxSha256 !== null && description.onnxSha256 !== onnxSha256) {
    throw new ModelError(
      "MODEL_FILE_CHANGED",
      `Cannot use the model "${description.id}": want SHA-256 ${description.onnxSha256} for ` +
        `"${join(directory, description.onnxFile)}", got ${onnxSha256}`,
    );
  }
  return { description, directory, onnxSha256 };
}

/** Whether every file of the default model is there with exactly the bytes that it must have. */
async function isImported(description: ModelDescription, directory: string): Promise<boolean> {
  const [config, preprocessor, onnx] = await Promise.all(
    modelFiles(description).map((file) => readIfThere(join(directory, file))),
  );
  if (!config || !preprocessor || !onnx) return false;
  const [wantedConfig, wantedPreprocessor] = configurationFiles(description);
  return sha256Hex(config) === sha256Hex(wantedConfig) &&
    sha256Hex(preprocessor) === sha256Hex(wantedPreprocessor) &&
    sha256Hex(onnx) === description.onnxSha256;
}

/** Whether the files of a hub model are there; a pinned digest must fit. */
async function isComplete(description: ModelDescription, directory: string): Promise<boolean> {
  const contents = await Promise.all(
    modelFiles(description).map((file) => readIfThere(join(directory, file))),
  );
  const onnx = contents.at(-1);
  if (contents.some((content) => content === null) || !onnx) return false;
  return description.onnxSha256 === null || sha256Hex(onnx) === description.onnxSha256;
}

async function readIfThere(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
