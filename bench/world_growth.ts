/**
 * How fast the simulator runs libraries of several sizes, and how much memory that takes:
 * `deno task bench-world [--files 10000,100000,200000] [--write]`.
 *
 * Each library is `scenarios/large-library.json` with another number of files, albums and items on
 * devices, and the same sixty days. Memory is the most that the process had (Linux: `VmHWM`).
 */

import { join } from "@std/path";
import { parseArgs } from "node:util";
import { taskWords } from "./task_words.ts";
import { writeSection } from "./write_section.ts";

const TITLE = "## Libraries in a virtual world";
const MAIN_JOB = new URL("../scenarios/large-library.json", import.meta.url);
const SIM = new URL("../sim/main.ts", import.meta.url).pathname;

/** Files of the main job, those that arrive included. */
const MAIN_JOB_FILES = 200_000;
/** What the main job may take. */
const LIMIT_SECONDS = 60;
const LIMIT_MIB = 2048;
/** Events a second that are asked of every size. */
const FLOOR_PER_SECOND = 150_000;
/** The runtime gives a heap some 4 GB, which is not enough for more files than this. */
const HEAP_FILES_MAX = 400_000;
const LARGE_HEAP_MIB = 16_384;
/** How the simulator ends where a rare fault never struck, as in small libraries. */
const VACUOUS = 13;
/** How often memory is looked at; what is read is the most so far. */
const LOOK_EVERY_MS = 200;

interface Measured {
  readonly files: number;
  readonly events: number;
  readonly seconds: number;
  readonly memoryMiB: number;
}

if (import.meta.main) await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      files: { type: "string", default: "10000,100000,200000" },
      write: { type: "boolean", default: false },
    },
  });
  const place = await Deno.makeTempDir({ prefix: "scenekeep-growth-" });
  const measured: Measured[] = [];
  try {
    for (const files of values.files.split(",").map(Number)) {
      // deno-lint-ignore no-await-in-loop -- one after the other: they would disturb each other
      measured.push(await measure(files, place));
      say(lineOf(measured.at(-1)!));
    }
  } finally {
    await Deno.remove(place, { recursive: true });
  }
  for (const line of judged(measured)) say(line);
  if (values.write) await writeSection(TITLE, sectionOf(measured));
}

async function measure(files: number, place: string): Promise<Measured> {
  const path = join(place, `library-${files}.json`);
  await Deno.writeTextFile(path, JSON.stringify(await libraryOf(files)));
  const words = taskWords("sim").map((word) =>
    word.startsWith("--v8-flags=") && files > HEAP_FILES_MAX
      ? `${word},--max-old-space-size=${LARGE_HEAP_MIB}`
      : word
  );
  const child = new Deno.Command(words[0]!, {
    args: [...words.slice(1), SIM, path, "--json"],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let memoryKiB = 0;
  const timer = setInterval(() => {
    memoryKiB = Math.max(memoryKiB, peakKiB(child.pid));
  }, LOOK_EVERY_MS);
  const { code, stdout } = await child.output();
  clearInterval(timer);
  if (code !== 0 && code !== VACUOUS) {
    throw new Error(`A library of ${files} files ended with ${code}`);
  }
  const { events, wallMs } = JSON.parse(new TextDecoder().decode(stdout));
  return { files, events, seconds: wallMs / 1000, memoryMiB: memoryKiB / 1024 };
}

/** The main job with so many files. */
async function libraryOf(files: number): Promise<unknown> {
  const mainJob = JSON.parse(await Deno.readTextFile(MAIN_JOB));
  const { albums, filesAtStart, itemsArriving } = mainJob.world;
  const scaled = (count: number): number => Math.max(1, Math.round(count * files / MAIN_JOB_FILES));
  return {
    ...mainJob,
    id: `library-${files}`,
    library: { ...mainJob.library, limitBytes: scaled(mainJob.library.limitBytes) },
    world: {
      ...mainJob.world,
      albums: scaled(albums),
      filesAtStart: scaled(filesAtStart),
      itemsArriving: scaled(itemsArriving),
    },
    expect: {},
  };
}

/** The most memory that a process has had; 0 when it has ended. */
function peakKiB(id: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${id}/status`);
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function judged(measured: readonly Measured[]): string[] {
  const lines: string[] = [];
  for (const { events, files, memoryMiB, seconds } of measured) {
    if (files !== MAIN_JOB_FILES) continue;
    lines.push(
      `the main job takes ${(seconds / LIMIT_SECONDS).toFixed(2)} of ${LIMIT_SECONDS} s, ` +
        `${(memoryMiB / LIMIT_MIB).toFixed(2)} of ${LIMIT_MIB} MiB, and makes ` +
        `${
          (events / seconds / FLOOR_PER_SECOND).toFixed(2)
        } of ${FLOOR_PER_SECOND} events a second`,
    );
  }
  const [first, last] = [measured[0], measured.at(-1)];
  if (first !== undefined && last !== undefined && last.files > first.files) {
    const power = Math.log(last.seconds / first.seconds) / Math.log(last.files / first.files);
    lines.push(`time grows with the power ${power.toFixed(2)} of the files`);
  }
  return lines;
}

function lineOf({ events, files, memoryMiB, seconds }: Measured): string {
  return `${files} files: ${events} events in ${seconds.toFixed(1)} s, ` +
    `${Math.round(events / seconds)} a second, ${Math.round(memoryMiB)} MiB`;
}

function sectionOf(measured: readonly Measured[]): string {
  const sizes = measured.map(({ files }) => files).join(",");
  const rows = measured.map(({ events, files, memoryMiB, seconds }) =>
    `| ${files} | ${events} | ${seconds.toFixed(1)} s | ${Math.round(events / seconds)} | ` +
    `${(seconds * 1_000_000 / events).toFixed(1)} µs | ${Math.round(memoryMiB)} MiB |`
  );
  const verdicts = judged(measured).map((line) => `- ${line};`).join("\n").replace(/;$/, ".");
  return `The main job with other numbers of files, each promise checked after every event, by
\`deno task bench-world --files ${sizes} --write\`.

| files | events | time | events a second | an event | memory |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

${verdicts}
`;
}

function say(text: string): void {
  // deno-lint-ignore no-console -- a benchmark prints what it measured
  console.log(text);
}
