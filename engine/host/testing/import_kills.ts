import { join } from "@std/path";
import { existsSync, readFileSync } from "node:fs";
import { KeptLibrary } from "../clean_up/kept_library.ts";
import { leftBehind } from "./device_tree.ts";
import { type ExportTree, OWN_FILES, TAKEOUT, withExport } from "./export_tree.ts";
import type { ImportReport } from "./import_program.ts";
import { startProgram } from "./program.ts";
import { randomNumbers } from "./random_numbers.ts";
import { treeDifferences, type TreeFacts, treeFacts } from "./tree_facts.ts";

/** What a loop of kills met. */
export interface ImportKillReport {
  readonly kills: number;
  /** Imports that came to their end, after kills or without. */
  readonly ended: number;
}

/** The exit code after SIGKILL. */
const KILLED = 128 + 9;
/** So often one import is killed before it may come to its end. */
const KILLS_IN_A_ROW_MAX = 4;

/** What an import comes to that nobody disturbs. */
interface Expected {
  readonly tree: TreeFacts;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Imports exports, killing the process again and again at random moments. Whatever has a name is
 * whole at any moment, no link leads nowhere, and the export stays as it is; at the end the library
 * is as if nothing had happened, with all that the export says.
 *
 * @throws {Error} When a promise is broken; the message says which.
 */
export async function runImportKills(
  options: { readonly kills: number; readonly seed: number },
): Promise<ImportKillReport> {
  const startMs = performance.now();
  const expected = await undisturbed();
  const importMs = performance.now() - startMs;
  const draw = randomNumbers(options.seed);
  let [kills, ended] = [0, 0];
  while (kills < options.kills) {
    // deno-lint-ignore no-await-in-loop -- one export after the other
    await withExport(TAKEOUT, async (place) => {
      const before = treeFacts(place.source);
      for (let life = 1;; life += 1) {
        const mayKill = kills < options.kills && life <= KILLS_IN_A_ROW_MAX;
        const waitMs = mayKill ? Math.round(importMs * (draw() % 1000) / 900) : null;
        // deno-lint-ignore no-await-in-loop -- one life after the other
        const code = await runImport(place, { waitMs });
        fail(problemsAtAnyMoment(place, before), "import, killed");
        if (code !== KILLED) break;
        kills += 1;
      }
      ended += 1;
      fail(await problemsAtEnd(place, expected), "import, ended");
    });
  }
  return { kills, ended };
}

/**
 * Kills an import at each of its points: before each call of the system that changes names, and
 * after each event. Then it must come to its end, and all be as if it had not been killed. Returns
 * how many points.
 */
export async function killImportAtEachPoint(
  options: { readonly from?: number; readonly step?: number } = {},
): Promise<number> {
  const { from = 1, step = 1 } = options;
  const expected = await undisturbed();
  for (let at = from;; at += step) {
    let isLast = false;
    // deno-lint-ignore no-await-in-loop -- one kill after the other
    await withExport(TAKEOUT, async (place) => {
      const before = treeFacts(place.source);
      const code = await runImport(place, { killAt: at });
      const where = `import, killed at ${at}`;
      fail(problemsAtAnyMoment(place, before), where);
      isLast = code === 0;
      if (code === KILLED) await runImport(place, {});
      fail(problemsAtAnyMoment(place, before), `${where}, ended`);
      fail(await problemsAtEnd(place, expected), `${where}, ended`);
    });
    if (isLast) return at - 1;
  }
}

async function undisturbed(): Promise<Expected> {
  let expected: Expected | null = null;
  await withExport(TAKEOUT, async (place) => {
    await runImport(place, {});
    expected = { tree: importedTree(place), metadata: await metadataOf(place) };
  });
  if (expected === null) throw new Error("Nothing was imported");
  return expected;
}

/** The library without what is nobody's choice: its own files bear the time of their making. */
function importedTree({ root }: ExportTree): TreeFacts {
  const isSettled = ([path, fact]: [string, string]): boolean =>
    !(path in OWN_FILES) && !path.includes("unsaid") && !fact.includes("link");
  const facts = [...treeFacts(root, { directoryTimes: false })];
  return new Map(facts.map(([path, fact]) => {
    const words = fact.split(" ");
    return [path, isSettled([path, fact]) ? fact : [words[0], words.at(-1)].join(" ")];
  }));
}

async function metadataOf({ root }: ExportTree): Promise<Map<string, string>> {
  await using kept = await KeptLibrary.open({ root, makes: false });
  const favorites = kept.state.favorites.get(kept.state.owner!);
  return new Map(
    [...kept.state.files].map(([file, { entries, metadata }]) => {
      const isFavorite = favorites !== undefined && entries.has(favorites);
      return [file, JSON.stringify({ ...metadata, isFavorite })];
    }),
  );
}

function problemsAtAnyMoment({ root, source }: ExportTree, before: TreeFacts): string[] {
  const texts = new Set([...Object.values(TAKEOUT), ...Object.values(OWN_FILES)]);
  const problems = treeDifferences(before, treeFacts(source));
  for (const [path, fact] of treeFacts(root)) {
    const full = join(root, path);
    if (fact.startsWith("link ") && !existsSync(full)) problems.push(`Leads nowhere: ${path}`);
    if (fact.startsWith("file ") && !texts.has(readFileSync(full, "utf8"))) {
      problems.push(`Half of a file: ${path}`);
    }
  }
  for (const [path, text] of Object.entries(OWN_FILES)) {
    if (readFileSync(join(root, path), "utf8") !== text) problems.push(`Changed: ${path}`);
  }
  return problems;
}

async function problemsAtEnd(place: ExportTree, expected: Expected): Promise<string[]> {
  return [
    ...treeDifferences(expected.tree, importedTree(place)),
    ...treeDifferences(expected.metadata, await metadataOf(place)),
    ...leftBehind(place.root).map((name) => `Left behind: ${name}`),
  ];
}

async function runImport(
  place: ExportTree,
  options: { readonly waitMs?: number | null; readonly killAt?: number },
): Promise<number> {
  const { killAt = 0, waitMs = null } = options;
  const program = startProgram({
    file: "import_program.ts",
    args: [place.source, place.root, place.cache, `${killAt}`],
    flags: ["--allow-all"],
  });
  const timer = waitMs === null ? undefined : setTimeout(() => program.kill(), waitMs);
  let report: ImportReport | null = null;
  try {
    for (let line = await program.nextLine(); line !== null;) {
      report = JSON.parse(line) as ImportReport;
      // deno-lint-ignore no-await-in-loop -- until it has ended
      line = await program.nextLine();
    }
  } finally {
    clearTimeout(timer);
  }
  const code = await program.ended();
  if (code !== 0 && code !== KILLED) throw new Error(`import ended with exit code ${code}`);
  const left = report?.left ?? [];
  if (code === 0 && left.length > 0) throw new Error(`import: ${JSON.stringify(left)}`);
  return code;
}

function fail(problems: readonly string[], where: string): void {
  if (problems.length > 0) throw new Error(`${where}: ${problems.slice(0, 5).join("; ")}`);
}
