import { isAbsolute, relative } from "@std/path";
import { ApiProblem } from "./problem.ts";

/**
 * The real path of a folder that a client named. It must be the folder in which libraries may lie,
 * or inside it, after all links on the way are followed.
 *
 * @throws {ApiProblem} `FOLDER_NOT_ALLOWED` or `FOLDER_UNUSABLE`.
 */
export async function allowedFolder(path: string, under: string | null): Promise<string> {
  if (under === null) {
    throw new ApiProblem(
      "FOLDER_NOT_ALLOWED",
      "Cannot use folders: start the server with --folders DIR to allow those inside DIR",
    );
  }
  if (!isAbsolute(path) || path.includes("\0")) {
    throw new ApiProblem("FOLDER_UNUSABLE", "Cannot use the folder: its path must be absolute");
  }
  const real = await realFolder(path);
  // The same answer for what is outside, whether it exists or not.
  if (real === null || !isInside(real, under)) {
    throw new ApiProblem("FOLDER_NOT_ALLOWED", `Cannot use "${path}": no such folder may be used`);
  }
  return real;
}

async function realFolder(path: string): Promise<string | null> {
  try {
    const real = await Deno.realPath(path);
    return (await Deno.stat(real)).isDirectory ? real : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return null;
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith("../") && !isAbsolute(way));
}
