import type { ExitCode } from "../exit_codes.ts";
import type { Terminal } from "../terminal.ts";

/** What a command said, and how it ended. */
export interface CommandRun {
  readonly code: ExitCode;
  readonly out: string;
  readonly error: string;
}

/**
 * Runs a command as where there is no terminal.
 *
 * @param given `pressed`: keys of somebody who answers questions; `signal`: stops the command.
 */
export async function runQuietly(
  command: (words: readonly string[], terminal: Terminal) => Promise<ExitCode>,
  words: readonly string[],
  given: { readonly pressed?: string | undefined; readonly signal?: AbortSignal } = {},
): Promise<CommandRun> {
  const { pressed, signal = new AbortController().signal } = given;
  let out = "";
  let error = "";
  const code = await command(words, {
    out: (text) => out += text,
    error: (text) => error += text,
    isTerminal: false,
    signal,
    ...(pressed === undefined ? {} : { keys: () => keysOf(pressed) }),
  });
  return { code, out, error };
}

async function* keysOf(pressed: string): AsyncGenerator<string, void> {
  yield* ReadableStream.from([...pressed]);
}
