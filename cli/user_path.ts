import { relative, resolve } from "@std/path";

/**
 * A path as the user means it: relative to where the command was typed. `deno task` runs elsewhere,
 * and says in `INIT_CWD` where that was.
 */
export function userPath(path: string): string {
  return resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), path);
}

/** True when `path` is `folder` or below it. Both absolute. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith("../") && !way.startsWith("..\\"));
}
