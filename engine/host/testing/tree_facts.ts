import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { openSystemNames, type SystemNames } from "../folder/system_names.ts";

/** What a tree is made of, as text, by path: kind, permissions, time, and bytes or target. */
export type TreeFacts = ReadonlyMap<string, string>;

/**
 * Reads a tree, all but the program's own folder. Two trees with equal facts have the same names,
 * bytes, targets of links, times to the nanosecond, and permissions.
 *
 * @param options `directoryTimes`: false where a directory may have another time, as after a crash;
 * `system`: by whose knowledge of times, where that is not all that can be known.
 */
export function treeFacts(
  root: string,
  options: { readonly directoryTimes?: boolean; readonly system?: SystemNames } = {},
): TreeFacts {
  const { directoryTimes = true } = options;
  const facts = new Map<string, string>();
  const system = options.system ?? openSystemNames();
  const visit = (path: string): void => {
    const full = path === "" ? root : join(root, path);
    const { mode } = lstatSync(full);
    const about = `${mode.toString(8)} ${system.modifiedNs(full)}`;
    if ((mode & 0o170000) === 0o040000) {
      facts.set(path, `directory ${directoryTimes ? about : mode.toString(8)}`);
      for (const name of readdirSync(full).sort()) {
        const child = path === "" ? name : `${path}/${name}`;
        if (child !== ".scenekeep") visit(child);
      }
    } else if ((mode & 0o170000) === 0o120000) {
      facts.set(path, `link ${about} ${readlinkSync(full)}`);
    } else {
      const bytes = createHash("sha256").update(readFileSync(full)).digest("hex");
      facts.set(path, `file ${about} ${bytes}`);
    }
  };
  try {
    visit("");
  } finally {
    if (options.system === undefined) system.close();
  }
  return facts;
}

/** What differs between two trees, line by line; empty when nothing does. */
export function treeDifferences(before: TreeFacts, after: TreeFacts): string[] {
  const lines: string[] = [];
  for (const [path, fact] of before) {
    const now = after.get(path);
    if (now !== fact) lines.push(`${path}: was ${fact}, is ${now ?? "gone"}`);
  }
  for (const [path, fact] of after) if (!before.has(path)) lines.push(`${path}: new: ${fact}`);
  return lines;
}
