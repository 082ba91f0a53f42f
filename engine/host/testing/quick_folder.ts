import { statSync } from "node:fs";

/** A file system in memory, where there is one. */
const MEMORY = "/dev/shm";

/**
 * Makes an empty folder where waiting for the disk costs nothing, if there is such a place: for
 * tests of many changes that each have the disk keep what they did.
 */
export async function quickFolder(prefix: string): Promise<string> {
  const path = await Deno.makeTempDir({ prefix, ...(hasMemory() ? { dir: MEMORY } : {}) });
  return await Deno.realPath(path);
}

function hasMemory(): boolean {
  try {
    return statSync(MEMORY).isDirectory();
  } catch {
    return false;
  }
}
