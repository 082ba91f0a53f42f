import { isAbsolute, join } from "@std/path";
import { ModelError } from "./model_error.ts";

/** Looks up an environment variable. */
export type EnvironmentLookup = (name: string) => string | undefined;

/**
 * The folder for what can be made again: models, and later hashes and embeddings.
 *
 * `SCENEKEEP_CACHE` if set; else `scenekeep` under `XDG_CACHE_HOME` (which counts only if it is an
 * absolute path, as the XDG Base Directory Specification says), under `LOCALAPPDATA`, or under
 * `.cache` of the home folder. The folder need not exist.
 *
 * @throws {ModelError} `CACHE_DIRECTORY_UNKNOWN` when none of these is set.
 *
 * @example
 * ```ts
 * import { cacheDirectory } from "@scenekeep/models";
 * import { assertEquals } from "@std/assert";
 *
 * const environment: Record<string, string> = { HOME: "/home/ada" };
 * assertEquals(cacheDirectory((name) => environment[name]), "/home/ada/.cache/scenekeep");
 * ```
 */
export function cacheDirectory(
  lookup: EnvironmentLookup = (name) => Deno.env.get(name),
): string {
  const own = lookup("SCENEKEEP_CACHE");
  if (own) return own;
  const shared = lookup("XDG_CACHE_HOME");
  if (shared && isAbsolute(shared)) return join(shared, "scenekeep");
  const local = lookup("LOCALAPPDATA");
  if (local) return join(local, "scenekeep");
  const home = lookup("HOME");
  if (home) return join(home, ".cache", "scenekeep");
  throw new ModelError(
    "CACHE_DIRECTORY_UNKNOWN",
    "Cannot find the user's cache folder: set SCENEKEEP_CACHE to a folder that may be written",
  );
}
