import { CleanUpError, JournalError, ScanError } from "@scenekeep/engine/host/failures";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { keysOf } from "./keyboard.ts";
import { type GivenOptions, type OptionShape, parseOptions } from "./options.ts";

/** What a command talks through. */
export interface Terminal {
  /** Writes results to standard output. */
  readonly out: (text: string) => void;
  /** Writes progress and errors to standard error. */
  readonly error: (text: string) => void;
  /** True when standard error is a terminal. */
  readonly isTerminal: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Keys as they are pressed; missing where nobody can press any. */
  readonly keys?: () => AsyncIterator<string>;
}

/** A result that could not be written. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/**
 * Runs a command of this process: gives it the standard streams and Ctrl-C, and sets the exit code.
 * Ctrl-C stops the command cleanly; a second one ends the process at once.
 */
export async function runCommand(
  command: (words: readonly string[], terminal: Terminal) => Promise<ExitCode>,
): Promise<void> {
  const controller = new AbortController();
  const onInterrupt = (): void => {
    if (controller.signal.aborted) Deno.exit(EXIT.stopped);
    controller.abort();
  };
  Deno.addSignalListener("SIGINT", onInterrupt);
  try {
    Deno.exitCode = await command(Deno.args, {
      out: (text) => writeAll(Deno.stdout, text),
      error: (text) => writeAll(Deno.stderr, text),
      isTerminal: Deno.stderr.isTerminal(),
      signal: controller.signal,
      ...(Deno.stdin.isTerminal() && Deno.stderr.isTerminal()
        ? { keys: () => keysOf(Deno.stdin) }
        : {}),
    });
  } catch (error) {
    // Whoever read our output has seen enough, as in `scan DIR | head`.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    Deno.exitCode = EXIT.output;
  } finally {
    Deno.removeSignalListener("SIGINT", onInterrupt);
  }
}

/** Runs what may fail for known reasons; says so, and returns the exit code for it. */
export async function reportFailures(
  terminal: Pick<Terminal, "error">,
  run: () => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    return await run();
  } catch (error) {
    const code = knownCode(error);
    if (code === null || !(error instanceof Error)) throw error;
    terminal.error(`${error.message}\n`);
    return code;
  }
}

/** The code for a failure with a known reason, or null for every other. */
function knownCode(error: unknown): ExitCode | null {
  if (error instanceof OutputError) return EXIT.output;
  if (error instanceof ScanError) return exitCodeOf(error);
  if (error instanceof JournalError) return EXIT.folder;
  if (!(error instanceof CleanUpError)) return null;
  if (error.code === "STOPPED") return EXIT.stopped;
  return error.code === "ENGINE" ? EXIT.mistake : EXIT.folder;
}

function exitCodeOf(error: ScanError): ExitCode {
  switch (error.code) {
    case "FOLDER_MISSING":
    case "FOLDER_UNREADABLE":
      return EXIT.folder;
    case "CACHE_UNUSABLE":
    case "MODEL_UNAVAILABLE":
      return EXIT.environment;
    case "STOPPED":
      return EXIT.stopped;
    case "ENGINE":
      return EXIT.mistake;
  }
}

/**
 * Writes a file as a whole: beside its place first, then renamed over it. The pieces are written
 * one after the other.
 *
 * @throws {OutputError} When that is not possible; what was there is as it was.
 */
export async function writeOutput(path: string, pieces: Iterable<string>): Promise<void> {
  const beside = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    {
      using file = await Deno.open(beside, { write: true, createNew: true });
      for (const piece of pieces) writeAll(file, piece);
    }
    await Deno.rename(beside, path);
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    throw new OutputError(`Cannot write "${path}": ${reason}`);
  }
}

/** Says that what another process began is finished before anything else. */
export function tellUnfinished(terminal: Pick<Terminal, "error">): void {
  terminal.error("Finishing what was begun before; Ctrl-C stops, and it goes on the next time\n");
}

/** A command line to read, and what the command understands. */
export interface CommandLine<
  Flag extends string,
  Value extends string,
  List extends string = never,
> {
  readonly words: readonly string[];
  readonly shape: OptionShape<Flag, Value, List>;
  readonly help: string;
}

/** Reads a command line; the exit code where there is nothing to do but to help or to complain. */
export function readCommandLine<
  Flag extends string,
  Value extends string,
  List extends string = never,
>(
  terminal: Pick<Terminal, "out" | "error">,
  { help, shape, words }: CommandLine<Flag, Value, List>,
): GivenOptions<Flag | "help", Value, List> | ExitCode {
  const given = parseOptions(words, shape);
  if (given.kind === "usage") return wrongUsage(terminal, given.message);
  if (!given.flags.has("help")) {
    const said: ReadonlySet<string> = given.flags;
    const isBoth = said.has("json") && said.has("csv");
    return isBoth ? wrongUsage(terminal, "Choose one of --json and --csv") : given;
  }
  terminal.out(help);
  return EXIT.done;
}

/** Says what is wrong with the command line. */
export function wrongUsage(terminal: Pick<Terminal, "error">, message: string): ExitCode {
  terminal.error(`${message}\nUse --help to see what can be said\n`);
  return EXIT.usage;
}

/** Text that is written at once: a report of a large library has tens of millions of characters. */
const PIECE_LENGTH = 1 << 18;

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const encoder = new TextEncoder();
  for (let start = 0; start < text.length;) {
    let end = Math.min(text.length, start + PIECE_LENGTH);
    // The two halves of a character beyond 16 bits stay together.
    if (end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800) end -= 1;
    let rest = encoder.encode(text.slice(start, end));
    while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
    start = end;
  }
}
