import { join } from "@std/path";
import { readFileSync } from "node:fs";
import type { DeviceAction, DeviceReport } from "./device_program.ts";
import {
  DEVICE_FILES,
  type DeviceTree,
  leftBehind,
  LIBRARY_FILES,
  withDevice,
} from "./device_tree.ts";
import { startProgram } from "./program.ts";
import { randomNumbers } from "./random_numbers.ts";
import { treeDifferences, type TreeFacts, treeFacts } from "./tree_facts.ts";

/** What is killed. */
export type KilledDeviceAction = Exclude<DeviceAction, "settle">;

/** What a loop of kills met. */
export interface DeviceKillReport {
  readonly kills: Readonly<Record<KilledDeviceAction, number>>;
  /** Actions that came to their end, after kills or without. */
  readonly ended: Readonly<Record<KilledDeviceAction, number>>;
}

/** What is done to one device, in turn. */
const LIFE: readonly KilledDeviceAction[] = ["backup", "free", "return", "backup", "free"];

/** The exit code after SIGKILL. */
const KILLED = 128 + 9;
/** So often one action is killed before it may come to its end. */
const KILLS_IN_A_ROW_MAX = 4;
/** So long an action is taken to last where none is known yet. */
const ACTION_GUESS_MS = 500;

/** Fewer files, for kills at each point: a copy, a shot of two parts. */
const FEW_FILES: Readonly<Record<string, string>> = {
  "Camera/IMG_2.jpg": "two",
  "Camera/shot.cr2": "raw",
  "Camera/shot.jpg": "picture",
};

/**
 * Backs devices up, frees them and brings their items back, killing the process again and again at
 * random moments. No content may be without a whole copy at any moment, no half of one may have a
 * name; once an action has ended nothing may lie aside, and all be as if it had not been killed.
 *
 * @throws {Error} When a promise is broken; the message says which.
 */
export async function runDeviceKills(
  options: { readonly kills: number; readonly seed: number },
): Promise<DeviceKillReport> {
  const kills = { backup: 0, free: 0, return: 0 };
  const ended = { backup: 0, free: 0, return: 0 };
  const draw = randomNumbers(options.seed);
  const lastedMs = new Map<KilledDeviceAction, number>();
  const total = (): number => kills.backup + kills.free + kills.return;
  while (total() < options.kills) {
    // deno-lint-ignore no-await-in-loop -- one device after the other
    await withDevice(async (tree) => {
      const before = treeFacts(tree.device, { directoryTimes: false });
      for (const action of LIFE) {
        let isOver = false;
        for (let life = 1; !isOver; life += 1) {
          const mostMs = lastedMs.get(action) ?? ACTION_GUESS_MS;
          const mayKill = total() < options.kills && life <= KILLS_IN_A_ROW_MAX;
          const waitMs = mayKill ? Math.round(mostMs * (draw() % 1000) / 900) : null;
          const fromMs = performance.now();
          // deno-lint-ignore no-await-in-loop -- one life after the other
          const code = await runAction(tree, action, { waitMs });
          if (code === KILLED) kills[action] += 1;
          else {
            ended[action] += 1;
            lastedMs.set(action, performance.now() - fromMs);
            isOver = true;
          }
          fail(problemsAtAnyMoment(tree, DEVICE_FILES), `${action}, killed`);
          if (isOver) fail(problemsAtEnd(tree, { action, before }), `${action}, ended`);
        }
      }
    });
  }
  return { kills, ended };
}

/**
 * Kills one action at each of its points, before each call of the system that changes names. Then it
 * must come to its end, and all be as if it had not been killed. Returns how many points.
 */
export async function killDevicesAtEachPoint(
  action: KilledDeviceAction,
  options: { readonly from?: number; readonly step?: number } = {},
): Promise<number> {
  const { from = 1, step = 1 } = options;
  for (let at = from;; at += step) {
    let isLast = false;
    // deno-lint-ignore no-await-in-loop -- one kill after the other
    await withDevice(async (tree) => {
      const before = treeFacts(tree.device, { directoryTimes: false });
      if (action !== "backup") await runAction(tree, "backup", {});
      if (action === "return") await runAction(tree, "free", {});
      const code = await runAction(tree, action, { killAt: at });
      const where = `${action}, killed at ${at}`;
      fail(problemsAtAnyMoment(tree, FEW_FILES), where);
      isLast = code === 0;
      if (code === KILLED) await runAction(tree, action, {});
      fail(problemsAtAnyMoment(tree, FEW_FILES), `${where}, ended`);
      fail(problemsAtEnd(tree, { action, before }), `${where}, ended`);
    }, FEW_FILES);
    if (isLast) return at - 1;
  }
}

/** Every content is somewhere, whole; whatever has a name is whole; the library lost nothing. */
function problemsAtAnyMoment(
  { device, library }: DeviceTree,
  files: Readonly<Record<string, string>>,
): string[] {
  const contents = new Set([...Object.values(files), ...Object.values(LIBRARY_FILES)]);
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const root of [device, library]) {
    for (const [path, fact] of treeFacts(root)) {
      if (!fact.startsWith("file ") || path.includes(".scenekeep-")) continue;
      const text = readFileSync(join(root, path), "utf8");
      const content = text.slice(0, text.length / 1000);
      if (contents.has(content) && text === content.repeat(1000)) seen.add(content);
      else problems.push(`Half of a file: ${path}`);
    }
  }
  for (const content of contents) if (!seen.has(content)) problems.push(`Lost: ${content}`);
  for (const [path, content] of Object.entries(LIBRARY_FILES)) {
    const text = readFileSync(join(library, path), "utf8");
    if (text !== content.repeat(1000)) problems.push(`Changed: ${path}`);
  }
  return problems;
}

function problemsAtEnd(
  { device, library }: DeviceTree,
  ended: { readonly action: KilledDeviceAction; readonly before: TreeFacts },
): string[] {
  const now = treeFacts(device, { directoryTimes: false });
  const isAway = (path: string, fact: string): boolean =>
    ended.action === "free" && fact.startsWith("file ") && !now.has(path);
  const expected = new Map([...ended.before].filter(([path, fact]) => !isAway(path, fact)));
  const left = ended.action === "free"
    ? [...now].flatMap(([path, fact]) => fact.startsWith("file ") ? [`Not freed: ${path}`] : [])
    : [];
  const album = treeFacts(join(library, "Devices/Phone"));
  const missing = [...ended.before].flatMap(([path, fact]) =>
    fact.startsWith("file ") && !album.has(path) ? [`Not backed up: ${path}`] : []
  );
  return [
    ...treeDifferences(expected, now),
    ...left,
    ...missing,
    ...[...album.keys()].filter((path) => path.includes("(2)")).map((path) => `Twice: ${path}`),
    ...leftBehind(library).map((name) => `Left behind: ${name}`),
  ];
}

async function runAction(
  tree: DeviceTree,
  action: KilledDeviceAction,
  options: { readonly waitMs?: number | null; readonly killAt?: number },
): Promise<number> {
  const { killAt = 0, waitMs = null } = options;
  const program = startProgram({
    file: "device_program.ts",
    args: [action, tree.device, tree.library, tree.cache, `${killAt}`],
    flags: ["--allow-all"],
  });
  const timer = waitMs === null ? undefined : setTimeout(() => program.kill(), waitMs);
  let report: DeviceReport | null = null;
  try {
    for (let line = await program.nextLine(); line !== null;) {
      report = JSON.parse(line);
      // deno-lint-ignore no-await-in-loop -- until it has ended
      line = await program.nextLine();
    }
  } finally {
    clearTimeout(timer);
  }
  const code = await program.ended();
  if (code !== 0 && code !== KILLED) throw new Error(`${action} ended with exit code ${code}`);
  // A link on the device is left out, always.
  const left = report?.left.filter(({ file }) => file !== "link.jpg") ?? [];
  if (code === 0 && left.length > 0) throw new Error(`${action}: ${JSON.stringify(left)}`);
  return code;
}

function fail(problems: readonly string[], where: string): void {
  if (problems.length > 0) throw new Error(`${where}: ${problems.slice(0, 5).join("; ")}`);
}
