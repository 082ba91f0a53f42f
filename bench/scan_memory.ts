/**
 * How much memory scans of libraries of two sizes take, and how long a second scan takes:
 * `deno run -A bench/scan_memory.ts --photos DIR [--small 1000] [--large 10000] [--place DIR]
 * [--write]`.
 *
 * Makes the libraries out of the photos of DIR, as `models/testing/picture_library.ts` says. Prints
 * the most memory that all processes of a scan had together, pages that several share counted once
 * (Linux: the sum of `Pss`). With `--place` libraries that are there already are taken as they are,
 * and stay.
 */

import { join } from "@std/path";
import { parseArgs } from "node:util";
import { taskWords } from "./task_words.ts";
import { writeSection } from "./write_section.ts";

const TITLE = "## Time and memory of a scan";

/** How often memory is looked at. */
const LOOK_EVERY_MS = 500;

const SCAN = new URL("../cli/scan.ts", import.meta.url).pathname;
const MAKE_PICTURES = new URL("../models/testing/picture_library.ts", import.meta.url).pathname;
const MODELS = new URL("../models/packages/deno.json", import.meta.url).pathname;

interface Measured {
  readonly wallMs: number;
  readonly memoryKiB: number;
}

const { values: options } = parseArgs({
  args: Deno.args,
  options: {
    photos: { type: "string" },
    small: { type: "string", default: "1000" },
    large: { type: "string", default: "10000" },
    place: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const place = options.place ?? Deno.makeTempDirSync({ prefix: "scenekeep-memory-" });
try {
  await main();
} finally {
  if (options.place === undefined) Deno.removeSync(place, { recursive: true });
}

async function main(): Promise<void> {
  const { large, photos, small } = options;
  if (photos === undefined) throw new TypeError("Name a folder of photos: --photos DIR");
  const peaks: number[] = [];
  const rows: string[] = [];
  for (const count of [small, large]) {
    const folder = join(place, `pictures-${count}`);
    // deno-lint-ignore no-await-in-loop -- one after the other: they would disturb each other
    if (!(await isThere(folder))) await makeLibrary(photos, folder, count);
    const cache = join(place, `cache-${count}`);
    const command = [...taskWords("scan"), SCAN, folder, "--cache", cache];
    // deno-lint-ignore no-await-in-loop -- as above
    const first = await run(command);
    // deno-lint-ignore no-await-in-loop -- as above
    const second = await run(command);
    peaks.push(first.memoryKiB);
    rows.push(
      `| ${count} | ${seconds(first.wallMs)} | ${mebibytes(first.memoryKiB)} | ` +
        `${seconds(second.wallMs)} | ${mebibytes(second.memoryKiB)} |`,
    );
    say(
      `${count} files: first scan ${seconds(first.wallMs)}, ${mebibytes(first.memoryKiB)}; ` +
        `second ${seconds(second.wallMs)}, ${mebibytes(second.memoryKiB)}, ` +
        `${(100 * second.wallMs / first.wallMs).toFixed(1)} % of the time`,
    );
  }
  const ratio = (peaks[1]! / peaks[0]!).toFixed(2);
  say(`memory of ${large} files to ${small}: ${ratio} (limit 1.2)`);
  if (options.write) await writeSection(TITLE, sectionOf(rows, ratio));
}

function sectionOf(rows: readonly string[], ratio: string): string {
  return `Pictures made of parts of real photos, by \`deno task bench-memory --write\`. Memory is
the most that all processes of a scan had at once, pages that several share counted once.

| files | first scan | memory | second scan | memory |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

The larger library takes ${ratio} times the memory of the smaller one.
`;
}

async function isThere(folder: string): Promise<boolean> {
  try {
    return (await Deno.stat(folder)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function makeLibrary(photos: string, folder: string, count: string): Promise<void> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--config",
      MODELS,
      MAKE_PICTURES,
      photos,
      folder,
      count,
    ],
  }).spawn().status;
  if (code !== 0) throw new Error(`Cannot make ${count} pictures in "${folder}"`);
}

async function run([command = "", ...words]: readonly string[]): Promise<Measured> {
  const startMs = performance.now();
  const child = new Deno.Command(command, { args: words, stdout: "null" }).spawn();
  let memoryKiB = 0;
  const timer = setInterval(() => {
    memoryKiB = Math.max(memoryKiB, memoryOf(child.pid));
  }, LOOK_EVERY_MS);
  const { code } = await child.status;
  clearInterval(timer);
  if (code !== 0) throw new Error(`${command} ${words.join(" ")} ended with ${code}`);
  return { wallMs: performance.now() - startMs, memoryKiB };
}

/** What a process and all that it started take now. */
function memoryOf(root: number): number {
  const childrenOf = new Map<number, number[]>();
  for (const { name } of Deno.readDirSync("/proc")) {
    const stat = /^\d+$/.test(name) ? readText(`/proc/${name}/stat`) : null;
    if (stat === null) continue;
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    childrenOf.set(parent, [...childrenOf.get(parent) ?? [], Number(name)]);
  }
  let sum = 0;
  const waiting = [root];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const rollup = readText(`/proc/${id}/smaps_rollup`) ?? "";
    sum += Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0);
    waiting.push(...childrenOf.get(id) ?? []);
  }
  return sum;
}

/** Null when the process has ended. */
function readText(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function mebibytes(kibibytes: number): string {
  return `${Math.round(kibibytes / 1024)} MiB`;
}

function say(line: string): void {
  // deno-lint-ignore no-console -- a benchmark prints its result
  console.log(line);
}
