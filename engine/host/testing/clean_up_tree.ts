import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { dirname, join } from "@std/path";
import { readdir } from "node:fs/promises";
import { listTrash } from "../clean_up/folder_trash.ts";
import { codeOf } from "../folder/name_failure.ts";
import { scanFolder } from "../scan/scan_folder.ts";
import { treeFacts } from "./tree_facts.ts";

/** A folder that is cleaned up and killed, with its plan, and what it was like before. */
export interface CleanUpTree {
  readonly root: string;
  readonly plan: string;
  readonly cache: string;
  /** Items of the plan. */
  readonly items: number;
  readonly before: ReturnType<typeof treeFacts>;
  /** What each directory shows, see `shownIn`. */
  readonly shown: readonly string[];
}

/** Names and what they hold. */
export type CleanUpFiles = readonly (readonly [string, string])[];

/** A copy beside its like, one elsewhere that has more names, and a shot of two parts. */
export const FEW_FILES: CleanUpFiles = [
  ["2021/y.jpg", "one"],
  ["2021/z.jpg", "one"],
  ["ä/x.jpg", "one"],
  ["2020/shot.cr2", "raw"],
  ["2020/shot.jpg", "picture"],
  ["2022/shot.cr2", "raw"],
  ["2022/shot.jpg", "picture"],
];

/** One copy, elsewhere, and more names of one of the two. */
export const ONE_COPY: CleanUpFiles = [["2020/y.jpg", "one"], ["ä/x.jpg", "one"]];

/** Copies near and far, two shots of one, odd names. */
export const CLEAN_UP_FILES: CleanUpFiles = [
  ["a.jpg", "one"],
  ["2020/copy of a.jpg", "one"],
  ["2020/again.jpg", "one"],
  ["2021/new\nline.jpg", "one"],
  ["2021/own.jpg", "own"],
  ["2020/shot.cr2", "raw"],
  ["2020/shot.jpg", "picture"],
  ["2021/shot.cr2", "raw"],
  ["2021/shot.jpg", "picture"],
  ["ä/x.jpg", "two"],
  ["2021/y.jpg", "two"],
];

/**
 * Makes the folder `photos` below `beside`, and a plan to remove its copies.
 *
 * @param elsewhere Where the plan and the cache are.
 */
export async function makeCleanUpTree(
  beside: string,
  files: CleanUpFiles,
  elsewhere: string = beside,
): Promise<CleanUpTree> {
  const root = join(beside, "photos");
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text.repeat(1000));
  }
  symlinkSync("../ä/x.jpg", join(root, "2020/link to x.jpg"));
  mkdirSync(join(root, "ö"));
  linkSync(join(root, "ä/x.jpg"), join(root, "ö/hard.jpg"));
  const cache = join(elsewhere, "cache");
  const { report } = await scanFolder({ root, cache, exactOnly: true });
  const plan = join(elsewhere, "plan.json");
  writeFileSync(plan, JSON.stringify(report.plan));
  const before = treeFacts(root, { directoryTimes: false });
  return { root, plan, cache, items: report.plan?.items.length ?? 0, before, shown: shownIn(root) };
}

/** What each directory shows to whoever opens the names in it, sorted. */
export function shownIn(root: string): string[] {
  const shown = new Set<string>();
  for (const path of treeFacts(root).keys()) {
    const content = contentAt(join(root, path));
    if (content !== null) shown.add(`${dirname(join("/", path))} shows ${content}`);
  }
  return [...shown].sort();
}

/**
 * What is wrong with the tree at any moment, also right after a kill: each directory must show what
 * it showed.
 */
export function problemsAtAnyMoment(
  { root, shown }: Pick<CleanUpTree, "root" | "shown">,
): string[] {
  const now = new Set(shownIn(root));
  return shown.filter((line) => !now.has(line)).map((line) => `No more: ${line}`);
}

/**
 * The same on a disk that fails: directories that it cannot read now, or not to their end, are
 * passed over, and shall be looked at again when it is mended.
 */
export async function problemsOnFailingDisk(
  { root, shown }: Pick<CleanUpTree, "root" | "shown">,
): Promise<string[]> {
  const now = new Set<string>();
  const unread: string[] = [];
  const visit = async (directory: string): Promise<void> => {
    try {
      for (const child of await readdir(join(root, directory), { withFileTypes: true })) {
        const path = join(directory, child.name);
        // deno-lint-ignore no-await-in-loop -- one after the other
        if (child.isDirectory()) await visit(path);
        else now.add(`${directory} shows ${digestOf(readFileSync(join(root, path)))}`);
      }
    } catch (error) {
      if (codeOf(error) !== "EIO") throw error;
      unread.push(directory);
    }
  };
  await visit("/");
  const isUnread = (line: string): boolean =>
    unread.some((it) => line.startsWith(`${it} shows `) || line.startsWith(join(it, "/")));
  return shown.filter((line) => !now.has(line) && !isUnread(line))
    .map((line) => `No more: ${line}`);
}

/** What is wrong once a library was opened and has settled, besides that. */
export async function problemsAtRest(
  tree: Pick<CleanUpTree, "root" | "shown">,
): Promise<string[]> {
  const { root } = tree;
  const own = join(root, ".scenekeep");
  const left = [...namesIn(join(own, "aside")), ...namesIn(join(own, "rescued"))]
    .map((name) => `Left behind: ${name}`);
  const slots = await readdir(join(own, "trash"));
  const numbers = new Set((await listTrash({ root })).map(({ number }) => `${number}`));
  const slotted = new Set(slots.map((slot) => slot.split(".")[0] ?? ""));
  return [
    ...problemsAtAnyMoment(tree),
    ...left,
    ...[...numbers].filter((number) => !slotted.has(number)).map((it) => `Not in the trash: ${it}`),
    ...[...slotted].filter((number) => !numbers.has(number)).map((it) => `Nobody's trash: ${it}`),
  ];
}

function contentAt(full: string): string | null {
  try {
    return digestOf(readFileSync(full));
  } catch {
    // A directory, or a link to nothing.
    return null;
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
