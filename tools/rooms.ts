/**
 * The rooms of the house and the doors between them: which folder may import which.
 *
 * Pure functions over paths and specifiers; the lint rule `scenekeep/boundaries` and the tidy test
 * both ask here.
 */

/** A folder with its own right to import. */
export type Room =
  | "core"
  | "host"
  | "models"
  | "sim"
  | "api"
  | "cli"
  | "std"
  | "tools"
  | "bench"
  | "docs"
  | "scenarios"
  | "root";

interface Door {
  /** The other rooms whose public entry may be imported. */
  readonly rooms: readonly Room[];
  /** The packages that may be imported. */
  readonly packages: readonly string[];
  /** Whether the `node:` modules of the runtime may be imported. */
  readonly node: boolean;
}

const EVERY_ROOM: readonly Room[] = ["core", "host", "models", "sim", "api", "cli"];

const DOORS: Readonly<Record<Room, Door>> = {
  core: { rooms: ["std"], packages: [], node: false },
  host: { rooms: ["std", "core", "models"], packages: [], node: true },
  models: {
    rooms: ["std"],
    packages: ["@huggingface/transformers", "@mediapipe/objectron", "libheif-js", "sharp"],
    node: true,
  },
  sim: { rooms: ["std", "core"], packages: ["fast-check", "zod"], node: true },
  api: {
    rooms: ["std", "core", "host"],
    packages: ["@hono/zod-openapi", "hono", "zod"],
    node: true,
  },
  cli: { rooms: ["std", "core", "host", "sim", "api"], packages: ["zod"], node: true },
  std: { rooms: [], packages: [], node: true },
  tools: { rooms: ["std"], packages: ["ajv", "zod"], node: true },
  bench: { rooms: ["std", "tools", ...EVERY_ROOM], packages: ["fast-check"], node: true },
  docs: { rooms: [], packages: [], node: false },
  scenarios: { rooms: [], packages: [], node: false },
  root: { rooms: [], packages: [], node: false },
};

/** What tests and benchmarks may import on top of their room. */
const TEST_ROOMS: readonly Room[] = ["std", "tools"];
const TEST_PACKAGES: readonly string[] = ["fast-check"];

/** The names under which a room is imported from another one. */
const ENTRIES: ReadonlyMap<string, Room> = new Map([
  ["@scenekeep/engine/core", "core"],
  ["@scenekeep/engine/host", "host"],
  // Parts of rooms for a command that is over before the whole room would be loaded.
  ["@scenekeep/engine/host/copies", "host"],
  ["@scenekeep/engine/host/failures", "host"],
  ["@scenekeep/engine/core/printable", "core"],
  ["@scenekeep/models", "models"],
  ["@scenekeep/models/cache_directory", "models"],
  ["@scenekeep/models/model_error", "models"],
  ["@scenekeep/sim", "sim"],
  ["@scenekeep/api", "api"],
  ["@scenekeep/tools/browser", "tools"],
  ["@scenekeep/tools/commit_seed", "tools"],
  ["@scenekeep/tools/permitted", "tools"],
  ["@std/assert", "std"],
  ["@std/crypto", "std"],
  ["@std/path", "std"],
]);

/** Why an import is not allowed and what to do instead. */
export interface Refusal {
  /** What is wrong, and where. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
}

/** The room that a path relative to the root of the checkout lies in. */
export function roomOf(path: string): Room {
  const [first, second] = path.split("/");
  if (first === "engine") return second === "core" || second === "host" ? second : "root";
  return first !== undefined && path.includes("/") && first in DOORS ? first as Room : "root";
}

/**
 * Whether a path is a test, a benchmark or in a folder of generators and fixtures for them, which
 * may import more than the code beside it.
 */
export function isTestPath(path: string): boolean {
  return /_(test|bench)\.ts$/.test(path) || path.startsWith("engine/core/testing/");
}

/**
 * Whether the code of this path must be free of ambient clocks, randomness, timers and input: the
 * core, and the simulator but for its command line.
 */
export function isDeterministicPath(path: string): boolean {
  const room = roomOf(path);
  if (room === "core") return true;
  return room === "sim" && path !== "sim/main.ts" && !path.startsWith("sim/cli/");
}

/**
 * The path that a relative specifier names, seen from the folder of a file. Neither may be
 * absolute. A path that leaves the checkout starts with `..`.
 */
export function resolveRelative(fromPath: string, specifier: string): string {
  const parts = fromPath.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "." || part === "") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}

/** Why this file may not import this specifier, or null when it may. */
export function judgeImport(fromPath: string, specifier: string): Refusal | null {
  const room = roomOf(fromPath);
  if (/^(npm|jsr|https?|file|data):/.test(specifier) || specifier.startsWith("/")) {
    return {
      message: `Import "${specifier}" does not go through the import map`,
      hint: "Name the package with an exact version in deno.json and import it by that name",
    };
  }
  if (specifier.startsWith(".")) return judgeRelative(fromPath, room, specifier);
  if (specifier.startsWith("node:")) return judgeNode(fromPath, room, specifier);
  const entry = ENTRIES.get(specifier);
  if (entry !== undefined) return judgeEntry(fromPath, room, entry, specifier);
  if (/^@(scenekeep|std)\//.test(specifier)) {
    return {
      message: `Import "${specifier}" is not a public entry of a room`,
      hint: `Import one of ${[...ENTRIES.keys()].join(", ")}, and export there what is missing`,
    };
  }
  return judgePackage(fromPath, room, specifier);
}

function judgeRelative(fromPath: string, room: Room, specifier: string): Refusal | null {
  const target = roomOf(resolveRelative(fromPath, specifier));
  if (target === room) return null;
  const names = [...ENTRIES].filter(([, owner]) => owner === target).map(([name]) => name);
  return {
    message: `Relative import "${specifier}" leaves the room "${room}" for "${target}"`,
    hint: names.length === 0
      ? "Keep relative imports inside the room"
      : `Keep relative imports inside the room; the names of the other one: ${names.join(", ")}`,
  };
}

function judgeNode(fromPath: string, room: Room, specifier: string): Refusal | null {
  const pureSim = room === "sim" && isDeterministicPath(fromPath) && !isTestPath(fromPath);
  if (DOORS[room].node && !pureSim) return null;
  return {
    message: `Room "${room}" must not import "${specifier}" here`,
    hint: "Ask the outside world through an effect, or move the code to a room that may touch it",
  };
}

function judgeEntry(
  fromPath: string,
  room: Room,
  target: Room,
  specifier: string,
): Refusal | null {
  if (target === room) {
    return {
      message: `Room "${room}" imports itself as "${specifier}"`,
      hint: "Inside a room use relative paths: the entry would make a cycle",
    };
  }
  const allowed = DOORS[room].rooms.includes(target) ||
    (isTestPath(fromPath) && TEST_ROOMS.includes(target));
  if (allowed) return null;
  return {
    message: `Room "${room}" must not import "${specifier}"`,
    hint: DOORS[room].rooms.length === 0
      ? `Room "${room}" imports no other room`
      : `Room "${room}" may import: ${DOORS[room].rooms.join(", ")}`,
  };
}

function judgePackage(fromPath: string, room: Room, specifier: string): Refusal | null {
  const name = specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
  const allowed = DOORS[room].packages.includes(name) ||
    (isTestPath(fromPath) && TEST_PACKAGES.includes(name));
  if (allowed) return null;
  const { packages } = DOORS[room];
  return {
    message: `Room "${room}" must not import the package "${name}"`,
    hint: packages.length === 0
      ? `Room "${room}" uses no packages`
      : `Room "${room}" may use: ${packages.join(", ")}`,
  };
}
