/**
 * How well traces of compression tell a photo from a poorer copy of it, on labelled real photos:
 * `deno task bench-compression [--photos DIR] [--count 30] [--write]`.
 *
 * Copies are made of so many photos of each source, and the copies that the labels name are taken
 * as they are. The first step is chosen on every second source: the lowest at which no kind of copy
 * comes before its photo more than once in twenty. The others say what that is worth.
 *
 * @module
 */

import { photosDev } from "@scenekeep/tools/permitted";
import { resolve } from "@std/path";
import { parseArgs } from "node:util";
import type { MeasuredCompression, MeasuredCopy } from "@scenekeep/models";
import { measureBy } from "./measure_program.ts";
import { writeSection } from "./write_section.ts";

const TITLE = "## Traces of compression";

/** Largest share of a kind of copies that may come before their photos. */
const WRONG_SHARE_MAX = 1 / 20;

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      photos: { type: "string" },
      count: { type: "string", default: "30" },
      write: { type: "boolean", default: false },
    },
  });
  const folder = values.photos ?? photosDev();
  if (folder === null) {
    return say("Skipped: there are no labelled photos; name a folder of them with --photos");
  }
  const parameters = [resolve(folder), "--photos", values.count];
  const program = import.meta.resolve("../models/measure_compression.ts");
  const text = resultText(await measureBy<MeasuredCompression>(program, parameters));
  say(text);
  if (values.write) await writeSection(TITLE, text);
}

/** How copies rank: after their photo, with it, or before it. */
interface Ranks {
  readonly count: number;
  readonly right: number;
  readonly tie: number;
  readonly wrong: number;
}

function ranksOf(copies: readonly MeasuredCopy[], tried: number): Ranks {
  let [right, wrong] = [0, 0];
  for (const { copy, photo } of copies) {
    if (copy[tried]! > photo[tried]!) right += 1;
    if (copy[tried]! < photo[tried]!) wrong += 1;
  }
  const count = copies.length;
  return { count, right, tie: count - right - wrong, wrong };
}

function byKind(copies: readonly MeasuredCopy[]): Map<string, MeasuredCopy[]> {
  return Map.groupBy(copies, ({ kind }) => kind);
}

/** The kind that is most often wrong. A handful of copies that the labels name is no share. */
function worstOf(copies: readonly MeasuredCopy[], tried: number): readonly [string, number] {
  let worst: readonly [string, number] = ["none", 0];
  for (const [kind, some] of byKind(copies)) {
    if (kind.startsWith("edit: ")) continue;
    const { count, wrong } = ranksOf(some, tried);
    if (wrong / count > worst[1]) worst = [kind, wrong / count];
  }
  return worst;
}

function resultText({ copies, divisors, shots }: MeasuredCompression): string {
  const sources = [...new Set(copies.map(({ source }) => source))].sort();
  const chosenOn = new Set(sources.filter((_, at) => at % 2 === 0));
  const chosen = copies.filter(({ source }) => chosenOn.has(source));
  const others = copies.filter(({ source }) => !chosenOn.has(source));
  const found = divisors.findIndex((_, tried) => worstOf(chosen, tried)[1] <= WRONG_SHARE_MAX);
  const tried = found < 0 ? divisors.length - 1 : found;
  const poor = byKind(chosen).get("JPEG 40") ?? [];
  const apart = (at: number): number =>
    shots.filter(({ one, other }) => one[at] !== other[at]).length;
  return [
    "Copies of real photos, by `deno task bench-compression --write`. Right: the photo comes " +
    "before its copy; wrong: after it. The first step is the lowest of those tried at which, on " +
    `every second source (${[...chosenOn].join(", ")}), no kind of copy is wrong more than once ` +
    `in twenty: 1/${divisors[tried]} of what hides the edges of blocks.`,
    "",
    "| first step | JPEG 40, right | worst kind | wrong | shots of one thing that differ |",
    "| --- | --- | --- | --- | --- |",
    ...divisors.map((divisor, at) => {
      const [kind, share] = worstOf(chosen, at);
      const { count, right } = ranksOf(poor, at);
      return `| 1/${divisor} | ${percent(right / count)} | ${kind} | ${percent(share)} | ` +
        `${apart(at)} of ${shots.length} |`;
    }),
    "",
    "| copy | chosen on: right | tie | wrong | others: right | tie | wrong |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...[...byKind(copies).keys()].map((kind) => {
      const cells = [chosen, others].map((some) => cellsOf(byKind(some).get(kind) ?? [], tried));
      return `| ${kind} | ${cells.join(" | ")} |`;
    }),
    "",
    "| source | JPEG 40: right | tie | wrong | all copies: right | tie | wrong |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...sources.map((source) => {
      const all = copies.filter((copy) => copy.source === source);
      const cells = [byKind(all).get("JPEG 40") ?? [], all].map((some) => cellsOf(some, tried));
      return `| ${source} | ${cells.join(" | ")} |`;
    }),
  ].join("\n");
}

function cellsOf(copies: readonly MeasuredCopy[], tried: number): string {
  const { right, tie, wrong } = ranksOf(copies, tried);
  return `${right} | ${tie} | ${wrong}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function say(line: string): void {
  // deno-lint-ignore no-console -- the program prints its result
  console.log(line);
}

if (import.meta.main) await main();
