/**
 * Whether a folder gives the same report however it is scanned.
 *
 * @module
 */

import { extname, join } from "@std/path";
import { scanFolder } from "../scan/scan_folder.ts";
import type { ScanReport } from "../scan/scan_report.ts";

const FILE_TIME = new Date("2020-02-02T02:02:02Z");

/**
 * Scans the files with two processes and with one, the one half before the other, and under other
 * names in another order. Returns in what ways the results differ; nothing where all is well.
 */
export async function scanDifferences(
  folder: string,
  names: readonly string[],
  onStep: (step: string) => void = () => {},
): Promise<string[]> {
  const place = await Deno.makeTempDir({ prefix: "scenekeep-identity-" });
  try {
    const sorted = [...names].sort();
    const add = async (root: string, some: readonly string[], nameOf = (name: string) => name) => {
      await Deno.mkdir(root, { recursive: true });
      await Promise.all(
        some.map(async (name) => {
          const path = join(root, nameOf(name));
          await Deno.copyFile(join(folder, name), path);
          // The time of the file is a fact of it, and must not differ.
          await Deno.utime(path, FILE_TIME, FILE_TIME);
        }),
      );
    };
    const scan = async (name: string, processes: number): Promise<ScanReport> => {
      onStep(`${name}, processes: ${processes}`);
      const cache = join(place, `cache-${name}-${processes}`);
      return (await scanFolder({ root: join(place, name), cache, processes })).report;
    };
    await add(join(place, "all"), sorted);
    const two = await scan("all", 2);
    if (two.similar.length === 0) return ["nothing is similar: there is nothing to compare"];
    const differences: string[] = [];
    if (!isSame(two, await scan("all", 1))) differences.push("with one process");
    const half = sorted.filter((_, at) => at % 2 === 0);
    await add(join(place, "grown"), half);
    await scan("grown", 2);
    await add(join(place, "grown"), sorted.filter((_, at) => at % 2 === 1));
    if (!isSame(two, await scan("grown", 2))) differences.push("the second half later");
    const other = new Map(sorted.map((name, at) => [name, otherName(name, at, sorted.length)]));
    await add(join(place, "renamed"), sorted, (name) => other.get(name)!);
    const back = new Map([...other].map(([name, renamed]) => [renamed, name]));
    const renamed = groupsOf(await scan("renamed", 2), (name) => back.get(name)!);
    if (JSON.stringify(groupsOf(two, (name) => name)) !== JSON.stringify(renamed)) {
      differences.push("under other names");
    }
    return differences;
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

/** Whether the reports are the same, byte by byte, but for where the folder is. */
function isSame(left: ScanReport, right: ScanReport): boolean {
  return placeless(left) === placeless(right);
}

function placeless(report: ScanReport): string {
  const { plan } = report;
  return JSON.stringify({ ...report, plan: plan === null ? null : { ...plan, library: "" } });
}

/** A name that sorts somewhere else: places times a prime, which is none of their divisors. */
function otherName(name: string, at: number, count: number): string {
  const step = [7919, 6007].find((prime) => count % prime !== 0)!;
  return `n${String(at * step % count).padStart(6, "0")}${extname(name)}`;
}

/** Which files are together, in an order that does not depend on their names in the folder. */
function groupsOf(report: ScanReport, nameOf: (name: string) => string): string[] {
  return [...report.similar, ...report.exact]
    .map(({ files }) => files.map(nameOf).sort().join(" "))
    .sort();
}
