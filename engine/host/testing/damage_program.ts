/**
 * `deno task damage-test [COUNT [SEED [DIR]]]`: scans damaged pictures beside whole ones: of the
 * photos of DIR, with `images/` and `labels.json`, that belong to no other; else of drawn ones.
 *
 * @module
 */

import { join } from "@std/path";
import { checkDamage, drawnOriginals } from "./damage_check.ts";

/** Photos that are damaged. */
const ORIGINALS_MAX = 40;

/** Photos that show nothing that another one shows. */
async function realOriginals(folder: string): Promise<Uint8Array[]> {
  const { ignore_pairs: doubtful, singles } = JSON.parse(
    await Deno.readTextFile(join(folder, "labels.json")),
  ) as { ignore_pairs: string[][]; singles: string[] };
  const alone = singles.filter((name) => !doubtful.some((pair) => pair.includes(name)));
  const names = alone.sort().slice(0, ORIGINALS_MAX);
  return await Promise.all(names.map((name) => Deno.readFile(join(folder, "images", name))));
}

if (import.meta.main) {
  const [count = 1000, seed = 1] = Deno.args.slice(0, 2).map(Number);
  if (!(Number.isInteger(count) && count > 0 && Number.isInteger(seed))) {
    throw new TypeError(
      `Give a COUNT, a SEED and a DIR, in this order: got "${Deno.args.join(" ")}"`,
    );
  }
  const folder = Deno.args[2];
  const originals = folder === undefined ? drawnOriginals() : await realOriginals(folder);
  const startMs = performance.now();
  const { problems, ...numbers } = await checkDamage({ count, seed, originals });
  const seconds = Math.round((performance.now() - startMs) / 1000);
  // deno-lint-ignore no-console -- the program prints its result
  console.log([...problems, JSON.stringify({ ...numbers, seconds })].join("\n"));
  Deno.exit(problems.length === 0 ? 0 : 1);
}
