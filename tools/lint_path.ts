/** The path of a linted file, relative to the root of the checkout, with `/` between its parts. */

const ROOT = decodeURIComponent(new URL("../", import.meta.url).pathname);

/**
 * The lint tool hands over absolute paths, `Deno.lint.runPlugin` whatever the test said; both come
 * out relative to the root.
 */
export function lintPath(filename: string): string {
  const path = filename.replace(/^file:\/\//, "").replaceAll("\\", "/");
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : path;
}
