import type { FaultProfile } from "../world/faults/fault_plan.ts";
import { type Ending, ENDING_TEXTS, EXIT_CODES } from "./exit_code.ts";

/** What the command line asks for. */
export interface SimOptions {
  readonly scenarioPath: string;
  readonly seed: number | null;
  readonly runs: number;
  readonly faults: FaultProfile | null;
  readonly tracePath: string | null;
  /** Where to write the page that shows the run. */
  readonly pagePath: string | null;
  readonly json: boolean;
  readonly verify: boolean;
  /** Where to write the hash of each block of the trace, for a comparison. */
  readonly blocksPath: string | null;
}

/** What of the command line means nothing for a recording; null when all of it does. */
export function problemWithRecording(options: SimOptions): string | null {
  const { faults, pagePath, runs, seed, verify } = options;
  const given = [
    ...seed === null ? [] : ["--seed"],
    ...runs === 1 ? [] : ["--runs"],
    ...faults === null ? [] : ["--faults"],
    ...pagePath === null ? [] : ["--html"],
    ...verify ? ["--verify"] : [],
  ];
  if (given.length === 0) return null;
  return `Remove ${given.join(", ")}: a recording is replayed as it was`;
}

/** The command line, read: options, a request for help, or what is wrong with it. */
export type ParsedOptions =
  | { readonly kind: "options"; readonly options: SimOptions }
  | { readonly kind: "help" }
  | { readonly kind: "problem"; readonly message: string };

/** Most seeds of one command. */
const RUNS_MAX = 1_000_000;

/** Reads the command line. */
export function parseOptions(parameters: readonly string[]): ParsedOptions {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  const paths: string[] = [];
  for (let index = 0; index < parameters.length; index += 1) {
    const text = parameters[index]!;
    if (text === "--help" || text === "-h") return { kind: "help" };
    if (!text.startsWith("--")) {
      paths.push(text);
      continue;
    }
    const [name, inline] = splitOption(text);
    if (FLAGS.has(name) && inline === undefined) flags.add(name);
    else if (VALUES.has(name)) {
      const value = inline ?? parameters[index += 1];
      if (value === undefined) return problem(`Give a value after ${name}`);
      values.set(name, value);
    } else return problem(`Remove the unknown option ${text}`);
  }
  return optionsFrom(paths, { values, flags });
}

const FLAGS: ReadonlySet<string> = new Set(["--json", "--verify"]);
const VALUES: ReadonlySet<string> = new Set([
  "--seed",
  "--runs",
  "--faults",
  "--trace",
  "--html",
  "--blocks",
]);

function splitOption(text: string): readonly [string, string | undefined] {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}

function optionsFrom(
  paths: readonly string[],
  given: { values: ReadonlyMap<string, string>; flags: ReadonlySet<string> },
): ParsedOptions {
  const { values, flags } = given;
  const [scenarioPath, ...rest] = paths;
  if (scenarioPath === undefined) return problem("Name a scenario, such as scenarios/NAME.json");
  if (rest.length > 0) return problem(`Name one scenario: got ${paths.length}`);
  const seedText = values.get("--seed");
  const seed = seedText === undefined ? null : wholeNumber(seedText);
  if (seed === undefined) return problem(`Give --seed a whole number: got "${seedText}"`);
  const runs = wholeNumber(values.get("--runs") ?? "1");
  if (runs === undefined || runs < 1 || runs > RUNS_MAX) {
    return problem(`Give --runs a number from 1 to ${RUNS_MAX}: got "${values.get("--runs")}"`);
  }
  const faults = values.get("--faults") ?? null;
  if (faults !== null && !isProfile(faults)) {
    return problem(`Give --faults off, default or brutal: got "${faults}"`);
  }
  const tracePath = values.get("--trace") ?? null;
  const pagePath = values.get("--html") ?? null;
  if (runs > 1 && (tracePath !== null || pagePath !== null || flags.has("--verify"))) {
    return problem("Use --trace, --html and --verify with a single run");
  }
  return {
    kind: "options",
    options: {
      scenarioPath,
      seed,
      runs,
      faults,
      tracePath,
      pagePath,
      json: flags.has("--json"),
      verify: flags.has("--verify"),
      blocksPath: values.get("--blocks") ?? null,
    },
  };
}

function wholeNumber(text: string): number | undefined {
  const value = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(value) ? value : undefined;
}

function isProfile(text: string): text is FaultProfile {
  return text === "off" || text === "default" || text === "brutal";
}

function problem(message: string): ParsedOptions {
  return { kind: "problem", message };
}

/** What the program can do. */
export function helpText(): string {
  const endings = (Object.keys(EXIT_CODES) as Ending[]).map((ending) =>
    `  ${String(EXIT_CODES[ending]).padStart(2)}  ${ENDING_TEXTS[ending]}`
  );
  return [
    "Runs a scenario in a virtual world and checks every promise.",
    "",
    "deno task sim SCENARIO.json [options]",
    "deno task sim RECORDING [--trace FILE] [--json]",
    "",
    "A recording is what --record of serve and of clean-ups writes: its actors are given again",
    "what they were given, and must decide as they did.",
    "",
    "  --seed N        another seed than the scenario's",
    "  --runs N        N seeds, from the given one on, two processes at a time",
    "  --faults WHAT   off, default or brutal, instead of the scenario's",
    "  --trace FILE    write every event as a line of text",
    "  --html FILE     write a page that shows the run: a lane for each actor, what caused",
    "                  what, bytes over virtual time; the first 50,000 steps",
    "  --json          print one JSON object instead of text",
    "  --verify        run again in a fresh process under another locale, time zone, clock and",
    "                  runtime seed, and compare every event",
    "",
    "Ends with:",
    ...endings,
  ].join("\n");
}

/** The command that does the same again. */
export function commandOf(options: SimOptions, seed: number): string {
  const parts = ["deno task sim", options.scenarioPath, "--seed", `${seed}`];
  if (options.faults !== null) parts.push("--faults", options.faults);
  return parts.join(" ");
}
