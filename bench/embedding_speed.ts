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
  const { bareDecode, call, check, decodeOnly, embed, photos, picture, plain, read, run } =
    measured;
  const rest = embed - check - picture - run;
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
    row("model", run),
    row("the rest", rest),
    row("embedding as a scan does it", embed),
    "",
    "Bare is one decoding of the photo and one call of the pipeline of transformers.js, as that " +
    `library does it with a file: all pixels, which its processor shrinks (${
      plain.toFixed(1)
    } ms).`,
    "What is faster: the image library shrinks to the model's side while it decodes " +
    `(${bareDecode.toFixed(1)} ms), and the pipeline is called with that ` +
    `(${call.toFixed(1)} ms), or its session is run on numbers that are ready ` +
    `(${run.toFixed(1)} ms):`,
    "",
    `- beside decoding and a call of the pipeline: ${ratio(plain)} (limit 1.3x);`,
    `- beside decoding to the model's side and a call: ${ratio(bareDecode + call)};`,
    `- beside decoding to the model's side and a run of the session: ${ratio(bareDecode + run)}.`,
    "",
    "Nothing is measured on the pixels there, neither sharpness nor borders nor prints, and what " +
    "is shrunk at once gives other vectors for copies of other sizes.",
  ].join("\n");
}

function say(text: string): void {
  // deno-lint-ignore no-console -- the program prints its result
  console.log(text);
}

if (import.meta.main) await main();
