/**
 * What the runtime is told in every run, as the `sim` task of `deno.json` does: to collect garbage
 * before the heap has grown by more than 40 percent. Left to itself it takes more memory for a
 * large library, and a little less time. The young heap may grow to 64 MiB a half: most
 * of what a run makes is over soon, and what is not yet over when it is full has to be moved.
 */
const HEAP_FLAGS: readonly string[] = [
  "--heap-growing-percent=40",
  "--max-semi-space-size=64",
  "--min-semi-space-size=64",
];

/** What a simulator in a process of its own has said. */
export interface ChildOutput {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How another process differs from this one. */
export interface ChildAmbience {
  readonly environment?: Readonly<Record<string, string>>;
  /** Parameters of the runtime, before the program. */
  readonly runtime?: readonly string[];
  /** Flags of the engine below the runtime. */
  readonly v8Flags?: readonly string[];
}

/** Runs the simulator in a fresh process. */
export async function runChild(
  program: string,
  parameters: readonly string[],
  ambience: ChildAmbience = {},
): Promise<ChildOutput> {
  const output = await commandOf(program, parameters, ambience).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}

/**
 * Runs the simulator in a fresh process that prints one JSON value, and gives that.
 *
 * @throws {Error} When it printed none, or a part of one, with what it said.
 */
export async function childJson<Result>(
  program: string,
  parameters: readonly string[],
  ambience: ChildAmbience = {},
): Promise<Result> {
  const { code, stderr, stdout } = await runChild(program, parameters, ambience);
  try {
    return JSON.parse(stdout) as Result;
  } catch {
    throw new Error(`Cannot run ${parameters.join(" ")}: it ended with ${code}: ${stderr}`);
  }
}

/**
 * Runs the simulator in a fresh process and gives each line that it prints as it comes.
 *
 * @throws {Error} When it ends with another code than 0, with what it said.
 */
export async function* childLines(
  program: string,
  parameters: readonly string[],
): AsyncGenerator<string> {
  const child = commandOf(program, parameters, {}).spawn();
  const said = new Response(child.stderr).text();
  let isRead = false;
  try {
    let rest = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    if (rest !== "") yield rest;
    isRead = true;
  } finally {
    // Whoever reads no further wants none of the rest.
    if (!isRead) endChild(child);
    await Promise.all([child.status, said]);
  }
  const { code } = await child.status;
  if (code !== 0) throw new Error(`A simulator ended with ${code}: ${await said}`);
}

function endChild(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
}

function commandOf(
  program: string,
  parameters: readonly string[],
  ambience: ChildAmbience,
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      `--v8-flags=${[...HEAP_FLAGS, ...ambience.v8Flags ?? []].join(",")}`,
      ...ambience.runtime ?? [],
      program,
      ...parameters,
    ],
    ...(ambience.environment === undefined ? {} : { env: { ...ambience.environment } }),
    stdout: "piped",
    stderr: "piped",
  });
}
