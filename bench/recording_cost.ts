/**
 * What recording costs: `deno task bench-recording`, with `--write` into `bench/RESULTS.md`.
 *
 * Real clean-ups and their undo, each in a fresh folder, and small commands to a catalog, each in a
 * fresh library; in turn with a recording and without one, so that both meet the same machine.
 * Options: `--copies N --commands N --rounds N`, and `--place DIR` for another disk.
 */

import { identifier } from "@scenekeep/engine/core";
import { applyPlan, LibraryRegistry, scanFolder, undoPlan } from "@scenekeep/engine/host";
import { runReplay } from "@scenekeep/sim";
import { join } from "@std/path";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import process from "node:process";
import { writeSection } from "./write_section.ts";

/** What the catalog's recording is called. */
const RECORDING_NAME = "measured.recording.jsonl";

interface Cost {
  readonly wallMs: number;
  readonly busyMs: number;
}

/** One kind of work: without a recording, and with one. */
interface Work {
  readonly name: string;
  readonly run: (recording: string | null) => Promise<Cost>;
  readonly plain: Cost[];
  readonly recorded: Cost[];
}

const copies = numberOf("--copies", 100);
const commands = numberOf("--commands", 1000);
const rounds = numberOf("--rounds", 9);
const placeAt = Deno.args.indexOf("--place");
const isInMemory = placeAt >= 0 && (Deno.args[placeAt + 1] ?? "").startsWith("/dev/shm");
const TITLE = `## Recording a library${isInMemory ? " in memory" : ""}`;
const place = Deno.makeTempDirSync({
  prefix: "scenekeep-recording-",
  ...(placeAt < 0 ? {} : { dir: Deno.args[placeAt + 1] ?? "" }),
});
try {
  await main();
} finally {
  Deno.removeSync(place, { recursive: true });
}

async function main(): Promise<void> {
  const works: Work[] = [
    { name: "clean-up and undo", run: cleanUp, plain: [], recorded: [] },
    { name: "small commands", run: smallCommands, plain: [], recorded: [] },
  ];
  const told: string[] = [];
  for (const work of works) {
    // deno-lint-ignore no-await-in-loop -- one after the other: they would disturb each other
    told.push(await measure(work));
  }
  const rows = works.flatMap(({ name, plain, recorded }) => [
    row(`${name}: time`, { plain, recorded, part: "wallMs" }),
    row(`${name}: processor time`, { plain, recorded, part: "busyMs" }),
  ]);
  const words = Deno.args.filter((word) => word !== "--write").join(" ");
  const text = [
    `Clean-ups of ${copies} copies in a folder and their undo, and ${commands} small commands to a`,
    `catalog, one after the other, middle of ${rounds} runs each, in turn, by`,
    `\`deno task bench-recording --write ${words}\`.${
      isInMemory ? " No wait for a disk hides anything." : ""
    }`,
    "",
    "| what | without | recorded | more |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    "A few percent either way are noise.",
    ...told,
  ].join("\n");
  say(text);
  if (Deno.args.includes("--write")) await writeSection(TITLE, text);
}

/** Runs one kind of work in turn; returns what its recordings take. */
async function measure({ name, plain, recorded, run }: Work): Promise<string> {
  const recording = join(place, "recording");
  await run(null);
  for (let round = 0; round < rounds; round += 1) {
    // deno-lint-ignore no-await-in-loop -- one after the other
    plain.push(await run(null));
    rmSync(recording, { force: true, recursive: true });
    // deno-lint-ignore no-await-in-loop -- one after the other
    recorded.push(await run(recording));
  }
  const path = statSync(recording).isDirectory() ? join(recording, RECORDING_NAME) : recording;
  const { ending, report } = runReplay(readFileSync(path, "utf-8").split("\n"));
  if (ending !== "clean") throw new Error(`The replay of ${name} ended as ${ending}`);
  const perTurn = Math.round(statSync(path).size / report.turns);
  return `A recording of ${name} takes ${perTurn} bytes for each of its ${report.turns} turns.`;
}

function row(
  name: string,
  costs: Pick<Work, "plain" | "recorded"> & { readonly part: keyof Cost },
): string {
  const { part } = costs;
  const [without, within] = [middle(costs.plain, part), middle(costs.recorded, part)];
  const more = ((within / without - 1) * 100).toFixed(1);
  return `| ${name} | ${seconds(without)} | ${seconds(within)} | ${more} % |`;
}

/** Cleans up a fresh folder and takes it back. */
async function cleanUp(recording: string | null): Promise<Cost> {
  const root = join(place, "photos");
  const cache = join(place, "cache");
  rmSync(root, { recursive: true, force: true });
  for (const directory of ["2020", "2021"]) {
    mkdirSync(join(root, directory), { recursive: true });
    for (let index = 0; index < copies; index += 1) {
      writeFileSync(join(root, directory, `${index}.jpg`), `picture ${index}`);
    }
  }
  const { report: { plan } } = await scanFolder({ root, cache, exactOnly: true });
  if (plan === null) throw new Error("There is nothing to clean up");
  const record = recording === null ? {} : { record: { path: recording } };
  return await costOf(async () => {
    await applyPlan({ root, plan, cache, ...record });
    await undoPlan({ root, plan, ...record });
  });
}

/** Sets the limit of a fresh catalog again and again: as little as a command can ask. */
async function smallCommands(recording: string | null): Promise<Cost> {
  const directory = join(place, "libraries");
  rmSync(directory, { recursive: true, force: true });
  const record = recording === null ? {} : { record: recording };
  const registry = new LibraryRegistry({ directory, ...record });
  const id = identifier<Parameters<typeof registry.describe>[0]>("measured");
  const limitBytes = 1_000;
  const about = {
    folder: null,
    kind: "catalog",
    limitBytes,
    model: null,
    name: "measured",
  } as const;
  registry.create({ id, ...about });
  return await costOf(async () => {
    await registry.use(id, async (library) => {
      for (let index = 0; index < commands; index += 1) {
        const commandId = identifier<never>(`limit/${index}`);
        const body = { kind: "setLimit", limitBytes: limitBytes + index } as const;
        // deno-lint-ignore no-await-in-loop -- one after the other, as a client does
        await library.request(body, { commandId });
      }
    });
    await registry.close();
  });
}

async function costOf(work: () => Promise<void>): Promise<Cost> {
  const busy = process.cpuUsage();
  const startedMs = performance.now();
  await work();
  const wallMs = performance.now() - startedMs;
  const { system, user } = process.cpuUsage(busy);
  return { wallMs, busyMs: (system + user) / 1000 };
}

function middle(costs: readonly Cost[], part: keyof Cost): number {
  const sorted = costs.map((cost) => cost[part]).sort((left, right) => left - right);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[half] ?? 0
    : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function numberOf(name: string, otherwise: number): number {
  const at = Deno.args.indexOf(name);
  return at < 0 ? otherwise : Number(Deno.args[at + 1]);
}

function say(text: string): void {
  // deno-lint-ignore no-console -- a benchmark prints what it measured
  console.log(text);
}
