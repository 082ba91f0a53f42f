/**
 * Which source file names which other one, read from the text. Coarser than a compiler's graph: a
 * module that is started as a worker or a program by a literal path counts as named too.
 */

import { resolveRelative } from "./rooms.ts";

/** Every static, dynamic, type, worker or program reference to a module, by a literal. */
const REFERENCE = new RegExp(
  [
    String.raw`(?<=[\s}*])from\s*["']([^"']+)["']`,
    String.raw`\bimport\s*["']([^"']+)["']`,
    String.raw`\bimport\s*\(\s*["'\x60]([^"'\x60]+)["'\x60]\s*\)`,
    String.raw`\bimport\.meta\.resolve\(\s*["']([^"']+)["']\s*\)`,
    String.raw`\bnew URL\(\s*["']([^"']+)["']\s*,\s*import\.meta\.url`,
  ].join("|"),
  "g",
);

/** The specifiers that a module names, each once, in order of appearance; comments do not count. */
export function specifiersOf(text: string): string[] {
  const code = text.replace(/^\s*\/\*[\s\S]*?\*\//gm, "").replace(/^\s*\/\/.*$/gm, "");
  const found = new Set<string>();
  for (const match of code.matchAll(REFERENCE)) {
    const specifier = match.slice(1).find((group) => group !== undefined);
    if (specifier !== undefined) found.add(specifier);
  }
  return [...found];
}

/** The modules of a checkout and what each of them names. */
export interface ModuleGraph {
  /** For each path: the paths it names inside the checkout. */
  readonly modules: ReadonlyMap<string, readonly string[]>;
  /** For each path: the packages and runtime modules it names. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
}

/**
 * The graph of the TypeScript files.
 *
 * @param entries The names that stand for a file, such as `@std/path`; as in the import map.
 */
export function moduleGraph(
  files: ReadonlyMap<string, string>,
  entries: ReadonlyMap<string, string>,
): ModuleGraph {
  const modules = new Map<string, string[]>();
  const packages = new Map<string, string[]>();
  for (const [path, text] of files) {
    if (!path.endsWith(".ts")) continue;
    const inside: string[] = [];
    const outside: string[] = [];
    for (const specifier of specifiersOf(text)) {
      const target = specifier.startsWith(".")
        ? resolveRelative(path, specifier)
        : entries.get(specifier);
      if (target === undefined) outside.push(specifier);
      else inside.push(target);
    }
    modules.set(path, inside);
    packages.set(path, outside);
  }
  return { modules, packages };
}

/** Everything that can be reached from a module, itself included; sorted. */
export function reachableFrom(graph: ModuleGraph, start: string): string[] {
  const seen = new Set<string>([start]);
  for (const path of seen) {
    for (const target of graph.modules.get(path) ?? []) seen.add(target);
  }
  return [...seen].sort();
}

/** The modules that no other module names and that are not an entry; sorted. */
export function orphans(graph: ModuleGraph, isEntry: (path: string) => boolean): string[] {
  const named = new Set<string>();
  for (const [path, targets] of graph.modules) {
    for (const target of targets) if (target !== path) named.add(target);
  }
  return [...graph.modules.keys()].filter((path) => !named.has(path) && !isEntry(path)).sort();
}
