/**
 * How well and how fast others find pictures of one thing, beside this project, in one run:
 * `deno task bench-peers [--photos DIR] [--write]`.
 *
 * Each program starts without anything remembered and looks at the same labelled photos:
 * findimagedupes (Debian) with its own grouping; sharp-phash (npm) with pairs up to 10 differing
 * bits; imghash (npm) with pairs up to 12 differing digits of 64, as its own example has; this
 * project with the settings that a user gets. Time is processor time with all children.
 *
 * @module
 */

import { photosDev } from "@scenekeep/tools/permitted";
import { basename, fromFileUrl, resolve } from "@std/path";
import { parseArgs } from "node:util";
import {
  countPairs,
  groupedPairs,
  type LabelledPair,
  type LabelledPhotos,
  ratesOf,
  readLabelledPhotos,
} from "./labelled_photos.ts";
import { writeSection } from "./write_section.ts";

const TITLE = "## Similar pictures beside others";
/** What users of sharp-phash take for the same picture. */
const HASH_BITS_MAX = 10;
/** What users of imghash do. */
const HASH_DIGITS_MAX = 12;

interface Ran {
  readonly output: string;
  readonly cpuSeconds: number;
}

interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  readonly read: (output: string) => (pair: Pick<LabelledPair, "left" | "right">) => boolean;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: { photos: { type: "string" }, write: { type: "boolean", default: false } },
  });
  const folder = values.photos ?? photosDev();
  if (folder === null) return say("Skipped: there are no photos; name a folder with --photos");
  const photos = await readLabelledPhotos(resolve(folder));
  const cache = await Deno.makeTempDir();
  try {
    const rows: string[] = [];
    for (const contender of contenders(photos, cache)) {
      // deno-lint-ignore no-await-in-loop -- one after another, for the times
      rows.push(await rowOf(contender, photos));
      say(rows.at(-1)!);
    }
    const text = [
      "By `deno task bench-peers --write`: each starts without anything remembered; time is " +
      "processor time with all children, decoding included.",
      "",
      "| program | right | wrong | missed | look-alikes | precision | recall | F1 | time |",
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
      ...rows,
    ].join("\n");
    if (values.write) await writeSection(TITLE, text);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
}

function contenders({ images }: LabelledPhotos, cache: string): Contender[] {
  const scan = fromFileUrl(new URL("../cli/scan.ts", import.meta.url));
  const deno = Deno.execPath();
  const hashBy = (program: URL): readonly string[] => [
    ...[deno, "run", "-A", "--config", fromFileUrl(new URL("./peers/deno.json", import.meta.url))],
    fromFileUrl(program),
    images,
  ];
  return [
    {
      name: "findimagedupes, 90 %",
      command: ["findimagedupes", "-q", images],
      read: (output) => groupedPairs(output.trim().split("\n").map(namesOf)),
    },
    {
      name: `sharp-phash, ${HASH_BITS_MAX} bits`,
      command: hashBy(new URL("./peers/hash_by_sharp_phash.ts", import.meta.url)),
      read: (output) => nearHashes(JSON.parse(output), HASH_BITS_MAX),
    },
    {
      name: `imghash, ${HASH_DIGITS_MAX} digits`,
      command: hashBy(new URL("./peers/hash_by_imghash.ts", import.meta.url)),
      read: (output) => nearHashes(JSON.parse(output), HASH_DIGITS_MAX),
    },
    {
      name: "this project",
      command: [deno, "run", "-A", scan, images, "--json", "--cache", cache],
      read: (output) => {
        const { exact, similar } = JSON.parse(output) as Record<string, { files: string[] }[]>;
        return groupedPairs([...exact!, ...similar!].map(({ files }) => files));
      },
    },
  ];
}

/** The names in one line of findimagedupes: paths, with a space between. */
function namesOf(line: string): string[] {
  return line.split(" ").map((path) => basename(path));
}

/** Pairs of which so many places at most differ. */
function nearHashes(
  hashes: Readonly<Record<string, string>>,
  most: number,
): ReturnType<Contender["read"]> {
  return ({ left, right }) => {
    const [one, other] = [hashes[left], hashes[right]];
    if (one === undefined || other === undefined) return false;
    let apart = 0;
    for (let at = 0; at < one.length; at += 1) apart += one[at] === other[at] ? 0 : 1;
    return apart <= most;
  };
}

async function rowOf({ command, name, read }: Contender, photos: LabelledPhotos): Promise<string> {
  const { cpuSeconds, output } = await run(command);
  const counts = countPairs(photos.pairs, read(output));
  const { f1, precision, recall } = ratesOf(counts);
  const { lookAlikes, missed, right, wrong } = counts;
  const rates = [precision, recall, f1].map((rate) => `${(100 * rate).toFixed(1)} %`).join(" | ");
  return `| ${name} | ${right} | ${wrong} | ${missed} | ${lookAlikes} | ${rates} | ` +
    `${cpuSeconds.toFixed(1)} s |`;
}

/** Runs a program; the shell says what it and its children took. */
async function run(command: readonly string[]): Promise<Ran> {
  const { code, stderr, stdout } = await new Deno.Command("bash", {
    args: ["-c", 'TIMEFORMAT="cpu %U %S"; time "$@"', "time", ...command],
  }).output();
  const said = new TextDecoder().decode(stderr);
  const times = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(said);
  if (code !== 0 || times === null) {
    throw new Error(`Cannot measure ${command[0]}: exit code ${code}: ${said.slice(-500)}`);
  }
  return {
    output: new TextDecoder().decode(stdout),
    cpuSeconds: Number(times[1]) + Number(times[2]),
  };
}

function say(text: string): void {
  // deno-lint-ignore no-console -- the program prints its result
  console.log(text);
}

if (import.meta.main) await main();
