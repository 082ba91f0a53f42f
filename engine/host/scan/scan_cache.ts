import { ModelError } from "@scenekeep/models/model_error";
import { cacheDirectory } from "@scenekeep/models/cache_directory";
import { join, resolve } from "@std/path";
import type { DatabaseSync } from "node:sqlite";
import { openCacheFile } from "../cache/cache_file.ts";
import { ScanError } from "./scan_error.ts";

/** The file with all that is remembered of files and contents. */
const CACHE_FILE = "scan.sqlite";

/**
 * Where a scan remembers things: `cache`, or the user's cache directory. Absolute.
 *
 * @throws {ScanError} `CACHE_UNUSABLE` when there is none.
 */
export function scanCache(cache: string | null): string {
  try {
    return resolve(cache ?? cacheDirectory());
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new ScanError("CACHE_UNUSABLE", `${error.message}, or name one with --cache`, error);
  }
}

/**
 * Opens what a scan remembers; `cache` as above.
 *
 * @throws {ScanError} `CACHE_UNUSABLE`.
 */
export function openScanCache(cache: string | null): DatabaseSync {
  const path = join(scanCache(cache), CACHE_FILE);
  try {
    return openCacheFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Cannot use the cache "${path}": ${reason}: name another folder with --cache`;
    throw new ScanError("CACHE_UNUSABLE", message, error);
  }
}
