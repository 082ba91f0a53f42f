import {
  customModel,
  DEFAULT_MODEL_ID,
  findModel,
  type ModelDescription,
  ModelError,
  prepareModel,
  withThresholds,
} from "@scenekeep/models";
import { ScanError } from "./scan_error.ts";
import { scanCache } from "./scan_cache.ts";

export {
  customModel,
  DEFAULT_MODEL_ID,
  findModel,
  type ModelDescription,
  ModelError,
  withThresholds,
};

/**
 * Puts a model into the cache, over the network if it comes from a hub, and returns the folder that
 * has it. This is the only thing here that goes to the network for a model, and it reads no photo.
 *
 * @param cache Null for the user's cache directory.
 * @throws {ScanError} `CACHE_UNUSABLE` or `MODEL_UNAVAILABLE`.
 */
export async function getModel(
  description: ModelDescription,
  { cache, onNote }: { readonly cache: string | null; readonly onNote: (line: string) => void },
): Promise<string> {
  const cacheDirectory = scanCache(cache);
  try {
    const options = { cacheDirectory, allowDownload: true, onNote };
    return (await prepareModel(description, options)).directory;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new ScanError("MODEL_UNAVAILABLE", error.message, error);
  }
}
