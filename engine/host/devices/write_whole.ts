import { dirname } from "@std/path";
import type { SystemNames } from "../folder/system_names.ts";

/** Writes a file of the program's own as a whole, so that a crash leaves the old or the new one. */
export function writeWhole(system: SystemNames, path: string, text: string): void {
  const beside = `${path}.new`;
  Deno.writeTextFileSync(beside, text);
  system.sync(beside);
  system.rename(beside, path);
  system.sync(dirname(path));
}
