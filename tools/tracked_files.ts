/** The files that git tracks, for the tidy test. */

import { fromFileUrl, join } from "@std/path";

const ROOT = fromFileUrl(new URL("../", import.meta.url));

/** The extensions whose text is read; others are listed with an empty text. */
const TEXT_FILE = /(\.(ts|md|json|jsonc|lock|txt|html|css|js|yml|yaml)|\/run|LICENSE|NOTICE)$/;

/**
 * Every tracked file that exists, by its path relative to the root of the checkout, with its text.
 * Binary files are listed with an empty text.
 *
 * @throws {Error} when git cannot list the files.
 */
export async function trackedFiles(): Promise<Map<string, string>> {
  // Reading the list of a checkout that another user owns is harmless.
  const args = ["-c", "safe.directory=*", "ls-files", "-z"];
  const listing = await new Deno.Command("git", { args, cwd: ROOT }).output();
  if (!listing.success) {
    const reason = new TextDecoder().decode(listing.stderr).trim();
    throw new Error(`Cannot list the tracked files: git must succeed, it said "${reason}"`);
  }
  const paths = new TextDecoder().decode(listing.stdout).split("\0").filter((path) => path !== "");
  const files = await Promise.all(paths.map(async (path) => [path, await readText(path)] as const));
  return new Map(files.flatMap(([path, text]) => text === null ? [] : [[path, text] as const]));
}

/** The reason to skip a test over tracked files, or null in a git checkout. */
export function checkoutMissing(): string | null {
  if (Deno.permissions.querySync({ name: "read" }).state !== "granted") return null;
  try {
    Deno.statSync(join(ROOT, ".git"));
    return null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "needs a git checkout";
    throw error;
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    const file = join(ROOT, path);
    if (TEXT_FILE.test(path)) return await Deno.readTextFile(file);
    await Deno.lstat(file);
    return "";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
