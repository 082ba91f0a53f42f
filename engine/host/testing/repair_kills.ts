import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { applyPlan } from "../clean_up/apply_plan.ts";
import { scanFolder } from "../scan/scan_folder.ts";
import { problemsAtRest } from "./clean_up_tree.ts";
import { quickFolder } from "./quick_folder.ts";
import { KILLED, runAction } from "./run_clean_up.ts";
import { treeDifferences, type TreeFacts, treeFacts } from "./tree_facts.ts";

/** What became of the file that links lead to. */
export type Loss = "moved" | "deleted";

/** The links of the folder. */
const LINKS = ["b/two.jpg", "c/three.jpg"];

/**
 * Kills a repair at each of its points: before each call of the system and after each event. At
 * each moment a link leads to what it held or to nothing; and once it was finished, by another
 * repair or by any other command and then a repair, all is as if it had not been killed. Returns
 * how many points there are.
 *
 * @param step 2 for every second point, and so on.
 * @throws {Error} When a promise is broken; the message says which.
 */
export async function killRepairAtEachPoint(loss: Loss, step = 1): Promise<number> {
  const wanted = await inLostFolder(loss, async (place) => {
    await runAction(place, "repair", {});
    return factsOf(place.root);
  });
  for (let at = 1;; at += step) {
    // deno-lint-ignore no-await-in-loop -- one kill after the other
    const isLast = await inLostFolder(loss, async (place) => {
      const code = await runAction(place, "repair", { killAt: at });
      const where = `repair, ${loss}, killed at ${at}`;
      if (code !== KILLED) {
        fail(treeDifferences(wanted, factsOf(place.root)), where);
        return true;
      }
      fail(wrongLinks(place.root), where);
      if (at % 2 === 0) await runAction(place, "settle", {});
      fail(wrongLinks(place.root), `${where}, settled`);
      await runAction(place, "repair", {});
      fail(treeDifferences(wanted, factsOf(place.root)), `${where}, ended`);
      fail(await problemsAtRest({ root: place.root, shown: [] }), `${where}, ended`);
      return false;
    });
    if (isLast) return at - 1;
  }
}

interface LostFolder {
  readonly root: string;
  readonly plan: string;
  readonly cache: string;
}

async function inLostFolder<Result>(
  loss: Loss,
  use: (place: LostFolder) => Promise<Result>,
): Promise<Result> {
  const beside = await quickFolder("scenekeep-repair-kill-");
  try {
    const [root, cache] = [join(beside, "photos"), join(beside, "cache")];
    for (const path of ["a/one.jpg", ...LINKS]) {
      mkdirSync(join(root, path, ".."), { recursive: true });
      writeFileSync(join(root, path), "one");
    }
    const { report } = await scanFolder({ root, cache, exactOnly: true });
    if (report.plan === null) throw new Error("Nothing to clean up");
    await applyPlan({ root, cache, plan: report.plan });
    if (loss === "deleted") rmSync(join(root, "a/one.jpg"));
    else renameSync(join(root, "a/one.jpg"), join(root, "a/moved.jpg"));
    return await use({ root, cache, plan: "" });
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}

/** All but times, which are those of the moment at which the folder was made. */
function factsOf(root: string): TreeFacts {
  const facts = treeFacts(root, { directoryTimes: false });
  return new Map([...facts].map(([path, fact]) => [path, fact.replace(/ \d{15,} /, " ")]));
}

function wrongLinks(root: string): string[] {
  return LINKS.flatMap((path) => {
    try {
      const text = readFileSync(join(root, path), "utf8");
      return text === "one" ? [] : [`${path} holds ${text}`];
    } catch {
      // It leads to nothing, as before.
      return [];
    }
  });
}

function fail(problems: readonly string[], where: string): void {
  if (problems.length > 0) throw new Error(`${where}: ${problems.slice(0, 5).join("; ")}`);
}
