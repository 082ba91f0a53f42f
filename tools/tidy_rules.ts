/**
 * What every tracked file must be, as pure functions over its path and text. The tidy test reads
 * the files; nothing here does.
 *
 * Function length, room boundaries and ambient names are lint rules, since they need a syntax tree.
 */

/** A tracked file. */
export interface TidyFile {
  /** Relative to the root of the checkout, with `/`. */
  readonly path: string;
  /** The whole text. */
  readonly text: string;
}

/** The most lines of a source file or document. */
export const FILE_LINES_MAX = 400;

/** The most columns of a line of TypeScript; a line that holds a web address may be longer. */
export const LINE_COLUMNS_MAX = 100;

/** Parts of a path that say nothing about what is inside. */
const EMPTY_NAMES: ReadonlySet<string> = new Set([
  "util",
  "utils",
  "helper",
  "helpers",
  "common",
  "misc",
]);

/**
 * What a text must not contain, why, and what to do; written in pieces so as not to match itself.
 */
const BANNED_TEXT: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [wordPattern("FIX" + "ME"), "fix it, or write TODO with a name or number that can be followed"],
  [wordPattern("XX" + "X"), "say what is wrong in words"],
  [new RegExp("/wo" + "rk/"), "use a path relative to the file"],
  [new RegExp("/tmp/" + "brief"), "the project speaks of itself alone"],
  [new RegExp("shared/(design|" + "reference|sealed|seed|hooks)"), "say here what it says there"],
  [new RegExp("registry\\." + "npmjs|npm\\." + "jsr\\.io"), "name the package, not its registry"],
  [new RegExp("\\bissue " + "#?\\d"), "explain the reason here"],
  [new RegExp("\\b(our|this) CI " + "machine\\b", "i"), "name the hardware, not whose it is"],
  [new RegExp("\\b(this|last|next|previous) " + "session\\b", "i"), "say what is, not when"],
  [
    new RegExp("\\b(Cla" + "ude|Anthr" + "opic|sub-?agent)\\b", "i"),
    "the project speaks of itself alone",
  ],
];

function wordPattern(word: string): RegExp {
  return new RegExp(`\\b${word}\\b`);
}

/** Calls that end a list of names where the disk fails, without a word. */
const SILENT_LISTING = /\b(readDirSync|readdirSync|opendirSync)\b/;

/** Every finding of every rule of this file, as `path:line: what and what to do`. */
export function tidyFindings(file: TidyFile): string[] {
  return [
    ...pathFindings(file.path),
    ...lengthFindings(file),
    ...bannedTextFindings(file),
    ...suppressionFindings(file),
    ...silentListingFindings(file),
  ];
}

/** Names that say nothing, and files that the project must not have. */
export function pathFindings(path: string): string[] {
  const parts = path.split("/");
  const findings: string[] = [];
  for (const part of parts) {
    const stem = part.replace(/(_test|_bench)?\.[a-z.]+$/, "");
    if (EMPTY_NAMES.has(stem)) findings.push(`${path}: "${stem}" says nothing, name what it holds`);
  }
  const name = parts.at(-1) ?? "";
  if (name === "package.json" || name === "package-lock.json") {
    findings.push(`${path}: dependencies belong in deno.json`);
  }
  if (parts.includes("node_modules")) findings.push(`${path}: third-party code is not tracked`);
  if (name === "index.ts") findings.push(`${path}: "index.ts" is called mod.ts here`);
  if (name.endsWith(".ts") && !/^_?[a-z0-9]+(_[a-z0-9]+)*(\.d)?\.ts$/.test(name)) {
    findings.push(`${path}: source files are named in snake_case`);
  }
  return findings;
}

/** Files and lines that are too long. */
export function lengthFindings({ path, text }: TidyFile): string[] {
  if (!/\.(ts|md)$/.test(path)) return [];
  const lines = text.replace(/\n$/, "").split("\n");
  const findings: string[] = [];
  if (lines.length > FILE_LINES_MAX) {
    findings.push(`${path}: ${lines.length} lines, the limit is ${FILE_LINES_MAX}`);
  }
  if (!path.endsWith(".ts")) return findings;
  for (const [index, line] of lines.entries()) {
    const columns = [...line].length;
    if (columns <= LINE_COLUMNS_MAX || /https?:\/\//.test(line)) continue;
    findings.push(`${path}:${index + 1}: ${columns} columns, the limit is ${LINE_COLUMNS_MAX}`);
  }
  return findings;
}

/** Words and mentions that no tracked text may contain. */
export function bannedTextFindings({ path, text }: TidyFile): string[] {
  if (path === "deno.lock" || path === "LICENSE") return [];
  const findings: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    for (const [pattern, advice] of BANNED_TEXT) {
      const found = pattern.exec(line);
      if (found !== null) findings.push(`${path}:${index + 1}: "${found[0]}" is banned, ${advice}`);
    }
  }
  return findings;
}

/** Suppressed checks without the rule or the reason. */
export function suppressionFindings({ path, text }: TidyFile): string[] {
  if (!path.endsWith(".ts")) return [];
  const findings: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const at = `${path}:${index + 1}`;
    const lint = /^\s*\/\/ deno-lint-ignore(?:-file)?(.*)$/.exec(line)?.[1];
    if (lint !== undefined && !/^( [a-z][a-z0-9/-]*)+ -- \S/.test(lint)) {
      findings.push(`${at}: write "deno-lint-ignore RULE -- REASON"`);
    }
    const types = /^\s*\/\/ @ts-(ignore|nocheck|expect-error)(.*)$/.exec(line);
    if (types === null) continue;
    if (types[1] !== "expect-error") {
      findings.push(`${at}: "@ts-${types[1]}" is banned, use @ts-expect-error with a reason`);
    } else if (!/\S/.test(types[2] ?? "")) {
      findings.push(`${at}: write "@ts-expect-error REASON"`);
    }
  }
  return findings;
}

/** Calls that take a directory that cannot be read for an empty one; tests may use them. */
export function silentListingFindings({ path, text }: TidyFile): string[] {
  if (!/^(engine|api|cli|models|sim)\//.test(path) || !path.endsWith(".ts")) return [];
  if (path.endsWith("_test.ts") || path.includes("/testing/")) return [];
  const findings: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const found = /^\s*(\*|\/\/)/.test(line) ? null : SILENT_LISTING.exec(line);
    if (found === null) continue;
    findings.push(
      `${path}:${index + 1}: "${found[0]}" takes a directory that fails for an empty one, wait ` +
        "for Deno.readDir or for readdir of node:fs/promises",
    );
  }
  return findings;
}
