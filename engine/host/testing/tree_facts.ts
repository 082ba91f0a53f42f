import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "@std/path";

/** What a tree is made of, as text, by path: kind, permissions, time, and bytes or target. */
export type TreeFacts = ReadonlyMap<string, string>;

/**
 * Reads a tree, all but the program's own folder. Two trees with equal facts have the same names,
 * bytes, targets of links, times to the nanosecond, and permissions.
 *
 * @param options `directoryTimes`: false where a directory may have another time, as after a crash.
 */
export function treeFacts(
  root: string,
  options: { readonly directoryTimes?: boolean } = {},
): TreeFacts {
  const { directoryTimes = true } = options;
  const facts = new Map<string, string>();
  const visit = (path: string): void => {
    const full = path === "" ? root : join(root, path);
    const { mode, mtimeNs } = lstatSync(full, { bigint: true });
    const about = `${mode.toString(8)} ${mtimeNs}`;
    if ((mode & 0o170000n) === 0o040000n) {
      facts.set(path, `directory ${directoryTimes ? about : mode.toString(8)}`);
      for (const name of readdirSync(full).sort()) {
        const child = path === "" ? name : `${path}/${name}`;
        if (child !== ".scenekeep") visit(child);
      }
    } else if ((mode & 0o170000n) === 0o120000n) {
      facts.set(path, `link ${about} ${readlinkSync(full)}`);
    } else {
      const bytes = createHash("sha256").update(readFileSync(full)).digest("hex");
      facts.set(path, `file ${about} ${bytes}`);
    }
  };
  visit("");
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
