/**
 * The exact scan beside jdupes on one tree, in one go: `deno run -A bench/exact_scan.ts`.
 *
 * Makes a tree in a temporary folder, runs each command in turn so that all meet the same machine,
 * prints the shortest and the middle time of each and their ratios, and removes the tree. The pages
 * are in memory when it starts. Options: `--files N --bytes N --copies SHARE --rounds N
 * --json 0`, which leaves the runs with a plan out.
 */

import { join } from "@std/path";
import { makeExactTree } from "./exact_tree.ts";
import { taskWords } from "./task_words.ts";

/** How often a child is asked what it has used. */
const LOOK_EVERY_MS = 10;

const SCAN = new URL("../cli/scan.ts", import.meta.url).pathname;

interface Measured {
  readonly wallMs: number;
  readonly memoryKiB: number;
  /** Of the processors, as seen last before it ended. */
  readonly busyMs: number;
}

interface Contender {
  readonly name: string;
  readonly command: string;
  readonly words: readonly string[];
  /** Called before each run. */
  readonly prepare: () => void;
  readonly runs: Measured[];
}

const options = optionsOf(Deno.args);
const place = Deno.makeTempDirSync({ prefix: "scenekeep-exact-" });
try {
  await main();
} finally {
  Deno.removeSync(place, { recursive: true });
}

async function main(): Promise<void> {
  const root = join(place, "tree");
  const bytes = makeExactTree(root, { ...options, seed: 7 });
  say(`${options.files} files, ${(bytes / 1e9).toFixed(2)} GB, ${options.copies * 100} % copies`);
  const contenders = contendersOf(root);
  for (const { command, words } of contenders) {
    // deno-lint-ignore no-await-in-loop -- one after the other: they would disturb each other
    await run(command, words);
  }
  for (let round = 0; round < options.rounds; round += 1) {
    for (const contender of contenders) {
      contender.prepare();
      // deno-lint-ignore no-await-in-loop -- one after the other
      contender.runs.push(await run(contender.command, contender.words));
    }
  }
  const [base] = contenders;
  for (const { name, runs } of contenders) {
    const walls = runs.map(({ wallMs }) => wallMs).sort((left, right) => left - right);
    const least = walls[0] ?? 0;
    const middle = walls[walls.length >> 1] ?? 0;
    const memory = Math.max(...runs.map(({ memoryKiB }) => memoryKiB)) / 1024;
    const busy = Math.min(...runs.map(({ busyMs }) => busyMs));
    const ratios = [least / least0(base), middle / middle0(base)];
    say(
      `${name.padEnd(24)} least ${seconds(least)} middle ${seconds(middle)}` +
        `  ratio ${ratios.map((ratio) => ratio.toFixed(2)).join(" / ")}` +
        `  busy ${seconds(busy)}  memory ${Math.round(memory)} MiB`,
    );
  }
}

function contendersOf(root: string): Contender[] {
  const cache = join(place, "cache");
  const [command = "", ...words] = taskWords("scan");
  const scan = (name: string, prepare: () => void, ...more: string[]): Contender => ({
    name,
    command,
    words: [
      ...words,
      SCAN,
      root,
      "--exact-only",
      ...more,
      "--cache",
      cache,
    ],
    prepare,
    runs: [],
  });
  const forget = (): void => {
    for (const suffix of ["", "-wal", "-shm"]) {
      try {
        Deno.removeSync(join(cache, `scan.sqlite${suffix}`));
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  };
  const jdupes = { name: "jdupes", command: "jdupes", words: ["-r", "-q", "-j", root] };
  return [
    { ...jdupes, prepare: () => {}, runs: [] },
    scan("scan, nothing remembered", forget),
    scan("scan again", () => {}),
    scan("scan, one file changed", () => touchOne(root)),
    ...(options.json === 0 ? [] : [
      scan("scan --json, forgotten", forget, "--json"),
      scan("scan --json again", () => {}, "--json"),
    ]),
  ];
}

/** Gives the first file another time of modification. */
function touchOne(root: string): void {
  let path = root;
  while (Deno.statSync(path).isDirectory) {
    const [first] = [...Deno.readDirSync(path)].map(({ name }) => name).sort();
    path = join(path, first ?? "");
  }
  Deno.utimeSync(path, 1, 1 + Math.floor(performance.now()));
}

async function run(command: string, words: readonly string[]): Promise<Measured> {
  const startMs = performance.now();
  const child = new Deno.Command(command, { args: [...words], stdout: "null", stderr: "null" })
    .spawn();
  let memoryKiB = 0;
  let busyMs = 0;
  const timer = setInterval(() => {
    memoryKiB = memoryOf(child.pid) ?? memoryKiB;
    busyMs = busyMsOf(child.pid) ?? busyMs;
  }, LOOK_EVERY_MS);
  const { code } = await child.status;
  clearInterval(timer);
  if (code !== 0) throw new Error(`${command} ${words.join(" ")} ended with ${code}`);
  return { wallMs: performance.now() - startMs, memoryKiB, busyMs };
}

/** The most memory that a process has had so far, as Linux tells it. */
function memoryOf(processId: number): number | null {
  try {
    const status = Deno.readTextFileSync(`/proc/${processId}/status`);
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return found === undefined ? null : Number(found);
  } catch {
    // It has ended, or this is no Linux.
    return null;
  }
}

/** The processor time of a process and its threads so far; Linux counts hundredths of a second. */
function busyMsOf(processId: number): number | null {
  try {
    const stat = Deno.readTextFileSync(`/proc/${processId}/stat`);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
}

function least0(contender: Contender | undefined): number {
  return Math.min(...(contender?.runs ?? []).map(({ wallMs }) => wallMs));
}

function middle0(contender: Contender | undefined): number {
  const walls = (contender?.runs ?? []).map(({ wallMs }) => wallMs);
  return walls.sort((left, right) => left - right)[walls.length >> 1] ?? 0;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

function say(line: string): void {
  // deno-lint-ignore no-console -- a benchmark prints its result
  console.log(line);
}

function optionsOf(
  words: readonly string[],
): { files: number; bytes: number; copies: number; rounds: number; json: number } {
  const found = { files: 50_000, bytes: 5e9, copies: 0.2, rounds: 5, json: 1 };
  for (let index = 0; index < words.length; index += 2) {
    const name = words[index]?.slice(2);
    if (name === undefined || !(name in found)) throw new Error(`Unknown option ${words[index]}`);
    found[name as keyof typeof found] = Number(words[index + 1]);
  }
  return found;
}
