import { isAbsolute, relative, resolve } from "@std/path";
import { CleanUpError } from "../clean_up/clean_up_error.ts";

/** A device and a library, both by their real paths. */
export interface FolderPair {
  readonly source: string;
  readonly library: string;
}

/**
 * Finds both folders, and refuses what must not be: one that is not there, one folder twice, and
 * one inside the other, by whatever path they are called.
 *
 * @param what What the source is called in messages: "device" or "export".
 * @throws {CleanUpError} `FOLDER_UNUSABLE` or `REFUSED`.
 */
export async function folderPair(
  source: string,
  library: string,
  what: "device" | "export",
): Promise<FolderPair> {
  const pair = {
    source: await realFolder(source, `the ${what}`),
    library: await realFolder(library, "the library"),
  };
  const [left, right] = await Promise.all([Deno.stat(pair.source), Deno.stat(pair.library)]);
  // One directory that is mounted twice has two paths.
  const isOne = left.ino !== null && left.ino === right.ino && left.dev === right.dev;
  if (isOne || pair.source === pair.library) {
    throw refused(pair, `the ${what} and the library are one folder`);
  }
  if (isInside(pair.source, pair.library)) throw refused(pair, `the ${what} is in the library`);
  if (isInside(pair.library, pair.source)) throw refused(pair, `the library is in the ${what}`);
  return pair;
}

function refused({ library, source }: FolderPair, reason: string): CleanUpError {
  const message = `Cannot use "${source}" with "${library}": ${reason}. Nothing was changed`;
  return new CleanUpError("REFUSED", message);
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith("../") && !isAbsolute(way);
}

async function realFolder(path: string, what: string): Promise<string> {
  try {
    const real = await Deno.realPath(resolve(path));
    if ((await Deno.stat(real)).isDirectory) return real;
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    const reason = isMissing ? "there is no such folder" : String(error);
    throw new CleanUpError("FOLDER_UNUSABLE", `Cannot use ${what} "${path}": ${reason}`, error);
  }
  throw new CleanUpError("FOLDER_UNUSABLE", `Cannot use ${what} "${path}": it is not a folder`);
}
