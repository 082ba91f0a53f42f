import { dirname, fromFileUrl } from "@std/path";

/** A program of this room, to run in a process of its own. */
export interface DenoProgram {
  /** Its file. */
  readonly url: URL;
  /** What it may do: arguments such as `--allow-ffi`. */
  readonly permissions: readonly string[];
  /** Options of the engine that runs it, see `deno --v8-flags=--help`. @default none */
  readonly engineOptions?: readonly string[];
  /** The one argument that it gets, as JSON. */
  readonly argument: unknown;
  /** Whether it takes jobs on its standard input. */
  readonly stdin: "piped" | "null";
  /**
   * `inherited`: the whole environment, for a program that meets only files that we trust.
   * `limited`: where things are, and how packages are reached; not the rest, which may hold
   * secrets.
   */
  readonly environment: "inherited" | "limited";
}

/** What is left of a limited environment. */
const PASSED_VARIABLES: readonly string[] = [
  "ALL_PROXY",
  "APPDATA",
  "DENO_CERT",
  "DENO_DIR",
  "DENO_TLS_CA_STORE",
  "HOME",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "LOCALAPPDATA",
  "NODE_EXTRA_CA_CERTS",
  "NO_PROXY",
  "NPM_CONFIG_REGISTRY",
  "NPM_CONFIG_USERCONFIG",
  "PATH",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
  "SYSTEMROOT",
  "TEMP",
  "TMPDIR",
  "USERPROFILE",
  "XDG_CACHE_HOME",
  "all_proxy",
  "http_proxy",
  "https_proxy",
  "no_proxy",
];

/**
 * The command that runs a program with this room's own `deno.json`, whatever the configuration of
 * the program that starts it: only that one names the packages that models need.
 */
export function denoCommand(program: DenoProgram): Deno.Command {
  const { engineOptions = [] } = program;
  const config = fromFileUrl(new URL("./packages/deno.json", import.meta.url));
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      `--config=${config}`,
      ...engineOptions.length === 0 ? [] : [`--v8-flags=${engineOptions.join(",")}`],
      ...program.permissions,
      program.url.href,
      JSON.stringify(program.argument),
    ],
    clearEnv: program.environment === "limited",
    env: program.environment === "limited" ? limitedEnvironment() : {},
    stdin: program.stdin,
    stdout: "piped",
    stderr: "piped",
  });
}

/**
 * A list of folders for a permission. The list is separated by commas and knows no other way to
 * write one, so a folder whose path has a comma is stood for by the nearest folder above that has
 * none.
 */
export function permittedFolders(folders: readonly string[]): string {
  return folders.map(withoutComma).join(",");
}

function withoutComma(folder: string): string {
  let above = folder;
  while (above.includes(",")) above = dirname(above);
  return above;
}

function limitedEnvironment(): Record<string, string> {
  // Each of glibc's arenas keeps what it freed: two are enough, and hold less memory.
  const environment: Record<string, string> = { MALLOC_ARENA_MAX: "2", NO_COLOR: "1" };
  for (const name of PASSED_VARIABLES) {
    const value = Deno.env.get(name);
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}
