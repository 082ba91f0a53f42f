/**
 * `deno task identity-test DIR`: scans the files of DIR in other ways, and says where the result
 * differs.
 *
 * @module
 */

import { scanDifferences } from "./scan_identity.ts";

if (import.meta.main) {
  const folder = Deno.args[0] ?? ".";
  const names: string[] = [];
  for await (const { isFile, name } of Deno.readDir(folder)) if (isFile) names.push(name);
  const startMs = performance.now();
  // deno-lint-ignore no-console -- the program prints its result
  const say = (line: string): void => console.log(line);
  const differences = await scanDifferences(folder, names, say);
  const seconds = Math.round((performance.now() - startMs) / 1000);
  say(`${names.length} files in ${seconds} s: ${differences.join(", ") || "the same each time"}`);
  Deno.exit(differences.length === 0 ? 0 : 1);
}
