import { basename, dirname, join, relative, resolve } from "@std/path";

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

/**
 * The real path of what is there, or of what would be made there: a link that leads nowhere yet
 * leads on. Absolute. What nobody may look at is taken as it is written.
 */
export function realPathOf(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    const holder = dirname(path);
    if (holder === path) return path;
    const real = realPathOf(holder);
    const isMissing = error instanceof Deno.errors.NotFound;
    const target = isMissing ? linkTarget(path) : null;
    return target === null ? join(real, basename(path)) : realPathOf(resolve(real, target));
  }
}

function linkTarget(path: string): string | null {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return null;
  }
}
