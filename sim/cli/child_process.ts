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
}

/** Runs the simulator in a fresh process. */
export async function runChild(
  program: string,
  parameters: readonly string[],
  ambience: ChildAmbience = {},
): Promise<ChildOutput> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      ...ambience.runtime ?? [],
      program,
      ...parameters,
    ],
    ...(ambience.environment === undefined ? {} : { env: { ...ambience.environment } }),
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return {
    code: output.code,
    stdout: decoder.decode(output.stdout),
    stderr: decoder.decode(output.stderr),
  };
}
