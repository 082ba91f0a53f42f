/** What `deno.json` and the configurations of the members say, as far as the tidy test asks. */

import { resolveRelative } from "./rooms.ts";

/** The part of a configuration file that matters here. */
export interface DenoConfiguration {
  readonly name?: string;
  readonly workspace?: readonly string[];
  readonly exports?: string | Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, string>>;
  readonly tasks?: Readonly<Record<string, string | { readonly command?: string }>>;
  readonly nodeModulesDir?: string;
  readonly minimumDependencyAge?: string;
  readonly compilerOptions?: Readonly<Record<string, unknown>>;
  readonly fmt?: { readonly lineWidth?: number };
  readonly test?: { readonly sanitizeOps?: boolean; readonly sanitizeResources?: boolean };
  readonly lint?: {
    readonly plugins?: readonly string[];
    readonly rules?: {
      readonly tags?: readonly string[];
      readonly include?: readonly string[];
      readonly exclude?: readonly string[];
    };
  };
}

/** The configuration of the packages that run models, which is no member of the workspace. */
export const MODEL_PACKAGES_PATH = "models/packages/deno.json";

/** The root configuration, those of its members and the one of the model packages, by path. */
export type Configurations = ReadonlyMap<string, DenoConfiguration>;

/**
 * Reads the root configuration, those of the members it names and the one of the model packages.
 */
export function readConfigurations(files: ReadonlyMap<string, string>): Configurations {
  const root = parse(files, "deno.json");
  const members = (root.workspace ?? []).map((folder) =>
    resolveRelative("deno.json", `${folder}/deno.json`)
  );
  return new Map([
    ["deno.json", root],
    ...[...members, MODEL_PACKAGES_PATH].map((path) => [path, parse(files, path)] as const),
  ]);
}

function parse(files: ReadonlyMap<string, string>, path: string): DenoConfiguration {
  const text = files.get(path);
  if (text === undefined) throw new Error(`Cannot read "${path}": it must be tracked`);
  return JSON.parse(text.replace(/^\s*\/\/.*$/gm, "")) as DenoConfiguration;
}

/** The names under which files of the checkout are imported: the import map and the exports. */
export function entryNames(configurations: Configurations): Map<string, string> {
  const entries = new Map<string, string>();
  for (const [path, configuration] of configurations) {
    for (const [name, target] of Object.entries(configuration.imports ?? {})) {
      if (target.startsWith(".")) entries.set(name, resolveRelative(path, target));
    }
    for (const [name, target] of Object.entries(exportsOf(configuration))) {
      entries.set(`${configuration.name}${name.slice(1)}`, resolveRelative(path, target));
    }
  }
  return entries;
}

function exportsOf({ exports }: DenoConfiguration): Readonly<Record<string, string>> {
  return typeof exports === "string" ? { ".": exports } : exports ?? {};
}

/** The source files that the configurations name: exports, import map, lint plugins and tasks. */
export function configuredFiles(configurations: Configurations): Set<string> {
  const paths = new Set<string>(entryNames(configurations).values());
  for (const [path, { lint, tasks }] of configurations) {
    for (const plugin of lint?.plugins ?? []) paths.add(resolveRelative(path, plugin));
    for (const task of Object.values(tasks ?? {})) {
      const command = typeof task === "string" ? task : task.command ?? "";
      for (const word of command.split(" ")) {
        if (word.endsWith(".ts")) paths.add(resolveRelative(path, word));
      }
    }
  }
  return paths;
}

/** The lint rules that the configurations name. */
export function namedLintRules(configurations: Configurations): Set<string> {
  const names = new Set<string>();
  for (const { lint } of configurations.values()) {
    for (const name of lint?.rules?.include ?? []) names.add(name);
    for (const name of lint?.rules?.exclude ?? []) names.add(name);
  }
  return names;
}

/**
 * What must hold in every room alike, and so must be the same in the root configuration and in a
 * package apart.
 */
export function sharedSettings(configuration: DenoConfiguration): Record<string, unknown> {
  const { nodeModulesDir, minimumDependencyAge, compilerOptions, fmt, lint, test } = configuration;
  return {
    nodeModulesDir,
    minimumDependencyAge,
    compilerOptions,
    lineWidth: fmt?.lineWidth,
    lintRules: lint?.rules,
    sanitizers: [test?.sanitizeOps, test?.sanitizeResources],
  };
}

/** The packages of the import map that are not pinned to one exact version. */
export function looseVersions(configurations: Configurations): string[] {
  return [...configurations.values()].flatMap(({ imports }) =>
    Object.values(imports ?? {}).filter((target) =>
      /^(npm|jsr):/.test(target) && !/@\d+\.\d+\.\d+[\w.+-]*(\/|$)/.test(target)
    )
  ).sort();
}
