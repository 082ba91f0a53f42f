/**
 * The block hash of each picture of a folder by imghash: run by `similar_peers.ts` as a program of
 * its own. Writes one JSON object, hashes by name.
 */

import imghash from "imghash";

/** Bits of a row of the hash, which it has by default. */
const BITS = 16;

const [folder] = Deno.args;
const hashes: Record<string, string> = {};
for (const { name } of Deno.readDirSync(folder!)) {
  try {
    // deno-lint-ignore no-await-in-loop -- one after another, for the times
    hashes[name] = await imghash.hash(`${folder}/${name}`, BITS, "hex");
  } catch {
    // What it cannot read it does not find.
  }
}
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(hashes)));
