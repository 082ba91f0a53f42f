/**
 * The perceptual hash of each picture of a folder by sharp-phash: run by `similar_peers.ts` as a
 * program of its own. Writes one JSON object, hashes by name.
 */

import sharp from "sharp";
import phash from "sharp-phash";

const [folder] = Deno.args;
const hashes: Record<string, string> = {};
for (const { name } of Deno.readDirSync(folder!)) {
  try {
    // deno-lint-ignore no-await-in-loop -- one after another, for the times
    hashes[name] = await phash(`${folder}/${name}`);
  } catch {
    // What it cannot read it does not find.
  }
}
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(hashes)));
void sharp;
