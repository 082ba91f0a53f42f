/**
 * How much embedding costs above decoding and calling the model: `deno task bench-embedding
 * [--photos DIR] [--count 60] [--rounds 3] [--write]`.
 *
 * @module
 */

import { photosDev } from "@scenekeep/tools/permitted";
import { join, resolve } from "@std/path";
import { parseArgs } from "node:util";
import type { MeasuredSpeed } from "@scenekeep/models";
import { measureBy } from "./measure_program.ts";
import { writeSection } from "./write_section.ts";

const TITLE = "## Embedding beside bare calls";

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      photos: { type: "string" },
      count: { type: "string", default: "60" },
      rounds: { type: "string", default: "3" },
      write: { type: "boolean", default: false },
    },
  });
  const folder = values.photos ?? photosDev();
  if (folder === null) return say("Skipped: there are no photos; name a folder with --photos");
  const images = join(resolve(folder), "images");
  const parameters = [images, "--photos", values.count, "--rounds", values.rounds];
  const program = import.meta.resolve("../models/measure_speed.ts");
  const text = resultText(await measureBy<MeasuredSpeed>(program, parameters));
  say(text);
  if (values.write) await writeSection(TITLE, text);
}

function resultText(measured: MeasuredSpeed): string {
  const { bareDecode, call, check, decodeOnly, embed, photos, picture, read, run, views } =
    measured;
  const rest = embed - check - picture - views * run;
  const row = (name: string, ms: number): string =>
    `| ${name} | ${ms.toFixed(1)} ms | ${(100 * ms / embed).toFixed(0)} % |`;
  const ratio = (bare: number): string => `${(embed / bare).toFixed(2)}x`;
  return [
    `${photos} real photos, one process and core; processor time a photo, the least of the ` +
    "rounds; by `deno task bench-embedding --write`.",
    "",
    "| part | time | of all |",
    "| --- | --- | --- |",
    row("read, hash and tell the format", check),
    row("of it: read", read),
    row("decode, shrink twice, measure the pixels", picture),
    row("of it: decode, with the decoder's own shrinking", decodeOnly),
    row(`model, ${views.toFixed(2)} views a photo`, views * run),
    row("the rest", rest),
    row("embedding as a scan does it", embed),
    "",
    "Bare is one call of the image library that decodes and shrinks to the model's side " +
    `(${
      bareDecode.toFixed(1)
    } ms), and for each view a run of the model on numbers that are ready ` +
    `(${run.toFixed(1)} ms) or a call of the pipeline of transformers.js (${
      call.toFixed(1)
    } ms). ` +
    "A photo is embedded as it is, turned, and without its border where it has one:",
    "",
    `- beside bare decoding and as many runs: ${ratio(bareDecode + views * run)};`,
    `- beside bare decoding and as many calls of the pipeline: ${
      ratio(bareDecode + views * call)
    };`,
    `- beside bare decoding and one call, which finds no turned or framed copies: ${
      ratio(bareDecode + call)
    }.`,
  ].join("\n");
}

function say(text: string): void {
  // deno-lint-ignore no-console -- the program prints its result
  console.log(text);
}

if (import.meta.main) await main();
