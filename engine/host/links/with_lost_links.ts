import { resolve } from "@std/path";
import type { ScanOptions, ScanResult } from "../scan/scan_folder.ts";
import type { UnreadableFile } from "../scan/scan_report.ts";
import { leadsNowhere } from "./leads_nowhere.ts";

/**
 * The result of a scan with its links that lead nowhere, which are no unreadable files then. Loads
 * what it takes only where there is such a link; what mends one is not part of what is remembered
 * of the folder, as it is in its journal.
 */
export async function withLostLinks(
  { numbers, report }: ScanResult,
  options: Pick<ScanOptions, "root" | "cache" | "selection" | "signal" | "onNote">,
): Promise<ScanResult> {
  const root = resolve(options.root);
  const unreadable = report.unreadable.map(({ file, reason }) => ({ file, reason }));
  if (!(await hasLostLink(root, report.unreadable))) {
    return { numbers, report: { ...report, unreadable } };
  }
  const { lostLinksOf } = await loadLook();
  const lostLinks = await lostLinksOf(root, options);
  const lost = new Set(lostLinks.map(({ file }) => file));
  const left = unreadable.filter(({ file }) => !lost.has(file));
  return { numbers, report: { ...report, unreadable: left, lostLinks } };
}

/** See [Note: Late modules]. */
async function loadLook(): Promise<typeof import("./look_for_lost_links.ts")> {
  return await import(import.meta.resolve("./look_for_lost_links.ts"));
}

async function hasLostLink(root: string, files: readonly UnreadableFile[]): Promise<boolean> {
  for (const { file, target } of files) {
    // deno-lint-ignore no-await-in-loop -- one is enough
    if (target !== undefined && await leadsNowhere(`${root}/${file}`)) return true;
  }
  return false;
}
