import {
  CLEAN_UP_FILES,
  type CleanUpFiles,
  type CleanUpTree,
  FEW_FILES,
  makeCleanUpTree,
  problemsAtAnyMoment,
  problemsAtRest,
} from "./clean_up_tree.ts";
import type { StandInKind } from "../folder/swap_names.ts";
import type { CleanUpAction } from "./clean_up_program.ts";
import { withDisk } from "./disk_test_case.ts";
import { diskMissing, reflinkDisk } from "./loop_disk.ts";
import { quickFolder } from "./quick_folder.ts";
import { killDevicesAtEachPoint, runDeviceKills } from "./device_kills.ts";
import { killImportAtEachPoint, runImportKills } from "./import_kills.ts";
import { killRepairAtEachPoint } from "./repair_kills.ts";
import { randomNumbers } from "./random_numbers.ts";
import { KILLED, runAction } from "./run_clean_up.ts";
import { treeDifferences, treeFacts } from "./tree_facts.ts";

/** What is killed. */
export type KilledAction = Exclude<CleanUpAction, "settle" | "repair">;

/** What a loop of kills met. */
export interface KillReport {
  readonly kills: Readonly<Record<KilledAction, number>>;
  /** Actions that came to their end, after kills or without. */
  readonly ended: Readonly<Record<KilledAction, number>>;
}

/** What is done to one folder, in turn. */
const LIFE: readonly KilledAction[] = ["apply", "undo", "apply", "sweep"];

/** So often one action is killed before it may come to its end. */
const KILLS_IN_A_ROW_MAX = 4;
/** So long an action is taken to last where none is known yet. */
const ACTION_GUESS_MS = 300;

/**
 * Cleans folders up, undoes that, and empties their trash, killing the process again and again at
 * random moments. After each kill every directory must show what it showed; after the next start
 * nothing may be left over, and the action must come to its end.
 *
 * @throws {Error} When a promise is broken; the message says which.
 */
export async function runCleanUpKills(
  options: { readonly kills: number; readonly seed: number },
): Promise<KillReport> {
  const kills = { apply: 0, undo: 0, sweep: 0 };
  const ended = { apply: 0, undo: 0, sweep: 0 };
  const draw = randomNumbers(options.seed);
  const lastedMs = new Map<KilledAction, number>();
  const total = (): number => kills.apply + kills.undo + kills.sweep;
  while (total() < options.kills) {
    // deno-lint-ignore no-await-in-loop -- one folder after the other
    await inFolder(CLEAN_UP_FILES, async (tree) => {
      for (const action of LIFE) {
        let isOver = false;
        for (let life = 1; !isOver; life += 1) {
          const guessMs = lastedMs.get(action) ?? ACTION_GUESS_MS;
          const mayKill = total() < options.kills && life <= KILLS_IN_A_ROW_MAX;
          const waitMs = mayKill ? Math.round(guessMs * (draw() % 1000) / 800) : null;
          const fromMs = performance.now();
          // deno-lint-ignore no-await-in-loop -- one life after the other
          const code = await runAction(tree, action, { waitMs });
          if (code === KILLED) kills[action] += 1;
          else if (code !== 0) throw new Error(`${action} ended with exit code ${code}`);
          else {
            ended[action] += 1;
            lastedMs.set(action, performance.now() - fromMs);
            isOver = true;
          }
          fail(problemsAtAnyMoment(tree), `${action}, killed`);
          // deno-lint-ignore no-await-in-loop -- as above
          if (isOver) await checkEnd(tree, action, `${action}, killed at random`);
        }
      }
    });
  }
  return { kills, ended };
}

/**
 * Kills one action at each of its points: before each call of the system and after each event. Then
 * it must come to its end, and all be as if it had not been killed. Returns how many points.
 */
export async function killAtEachPoint(
  action: "apply" | "undo",
  options: {
    readonly from?: number;
    readonly step?: number;
    readonly standIns?: StandInKind;
    /** What is in the folder. @default {FEW_FILES} */
    readonly files?: CleanUpFiles;
    /** Where the folder is made. @default where it is quick */
    readonly within?: string;
  } = {},
): Promise<number> {
  const { files = FEW_FILES, from = 1, standIns = "symbolic", step = 1, within } = options;
  for (let at = from;; at += step) {
    // deno-lint-ignore no-await-in-loop -- one kill after the other
    const isLast = await inFolder(files, async (tree) => {
      if (action === "undo") await runAction(tree, "apply", { standIns });
      const code = await runAction(tree, action, { killAt: at, standIns });
      if (code === 0) return true;
      if (code !== KILLED) throw new Error(`${action} ended with exit code ${code} at ${at}`);
      const where = `${action}, killed at ${at}`;
      fail(problemsAtAnyMoment(tree), where);
      // Every second time it is taken back instead of finished.
      const next = at % 2 === 0 ? action : "undo";
      if (next === action || action === "undo") await runAction(tree, action, { standIns });
      if (next !== action || action === "undo") await undoWhatThereIs(tree, where);
      else await checkEnd(tree, action, where);
      return false;
    }, within);
    if (isLast) return at - 1;
  }
}

/** An apply that was killed early was never begun: then there is nothing to undo. */
async function undoWhatThereIs(tree: CleanUpTree, where: string): Promise<void> {
  const code = await runAction(tree, "undo", { mayFail: true });
  if (code === 0) await checkEnd(tree, "undo", where);
  else fail(differences(tree), `${where}, not begun`);
}

async function checkEnd(tree: CleanUpTree, action: KilledAction, where: string): Promise<void> {
  fail(await problemsAtRest(tree), `${where}, ended`);
  const different = differences(tree);
  if (action === "undo") fail(different, `${where}, undone`);
  else if (different.length === 0) throw new Error(`${action} did nothing`);
}

function differences({ before, root }: CleanUpTree): string[] {
  return treeDifferences(before, treeFacts(root, { directoryTimes: false }));
}

function fail(problems: readonly string[], where: string): void {
  if (problems.length > 0) throw new Error(`${where}: ${problems.slice(0, 5).join("; ")}`);
}

async function inFolder<Result>(
  files: CleanUpFiles,
  use: (tree: CleanUpTree) => Promise<Result>,
  within?: string,
): Promise<Result> {
  const prefix = "scenekeep-kill-";
  const beside = within === undefined
    ? await quickFolder(prefix)
    : await Deno.makeTempDir({ dir: within, prefix });
  try {
    return await use(await makeCleanUpTree(beside, files));
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}

/** The same points where reflinks take the place of copies, or why there are none. */
async function killWithReflinks(): Promise<string | Record<"apply" | "undo", number>> {
  const missing = diskMissing(reflinkDisk);
  if (missing !== null) return `skipped: ${missing}`;
  return await withDisk(reflinkDisk, async (disk) => {
    const options = { standIns: "reflink", within: disk.path } as const;
    return {
      apply: await killAtEachPoint("apply", options),
      undo: await killAtEachPoint("undo", options),
    };
  });
}

/**
 * `deno task kill-test [KILLS [SEED]]`: so many of clean-ups, half as many with devices, an eighth
 * of imports.
 */
async function main([kills = "2000", seed = "1"]: readonly string[]): Promise<void> {
  const report = await runCleanUpKills({ kills: Number(kills), seed: Number(seed) });
  const devices = await runDeviceKills({ kills: Math.ceil(Number(kills) / 2), seed: Number(seed) });
  const imports = await runImportKills({ kills: Math.ceil(Number(kills) / 8), seed: Number(seed) });
  const points = {
    import: await killImportAtEachPoint(),
    apply: await killAtEachPoint("apply"),
    undo: await killAtEachPoint("undo"),
    repairMoved: await killRepairAtEachPoint("moved"),
    repairDeleted: await killRepairAtEachPoint("deleted"),
    backup: await killDevicesAtEachPoint("backup"),
    free: await killDevicesAtEachPoint("free"),
    return: await killDevicesAtEachPoint("return"),
  };
  const reflinks = await killWithReflinks();
  const text = JSON.stringify({
    ...report,
    devices,
    imports,
    points,
    reflinks,
    seed: Number(seed),
  });
  await Deno.stdout.write(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) await main(Deno.args);
