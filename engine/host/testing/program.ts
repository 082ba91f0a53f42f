import { fromFileUrl } from "@std/path";

/** A program of this folder, running in a process of its own, with lines in and out. */
export interface Program {
  /** Number of the process. */
  readonly pid: number;
  /** Writes one line to it. A program that has ended is not written to. */
  say(line: string): void;
  /** The next line that it wrote, or null once it has ended. */
  nextLine(): Promise<string | null>;
  /** Ends its input, which asks it to end. */
  endInput(): Promise<void>;
  /** Ends it at once, with SIGKILL: it gets no chance to clean up. */
  kill(): void;
  /** Ends its input and waits: its exit code, 128 and more after a signal. Closes what is left. */
  ended(): Promise<number>;
}

/** How to start a program. */
export interface ProgramOptions {
  /** Its file in this folder, for instance `ledger_program.ts`. */
  readonly file: string;
  readonly args: readonly string[];
  /** Flags of `deno run`, for instance permissions. */
  readonly flags: readonly string[];
  /**
   * A command that runs its arguments as a command, to run the program in another surrounding.
   *
   * @default {[]}
   */
  readonly wrapper?: readonly string[];
  /** True to let nobody see what it says of errors. @default {false} */
  readonly quiet?: boolean;
}

/** Starts a program with the runtime that runs this. */
export function startProgram(options: ProgramOptions): Program {
  const file = fromFileUrl(new URL(options.file, import.meta.url));
  const config = fromFileUrl(new URL("../../../deno.json", import.meta.url));
  const [command = "", ...rest] = [
    ...options.wrapper ?? [],
    Deno.execPath(),
    "run",
    // Types are checked with the rest; here the time to start counts.
    "--no-check",
    "--no-prompt",
    "--cached-only",
    `--config=${config}`,
    ...options.flags,
    file,
    ...options.args,
  ];
  const child = new Deno.Command(command, {
    args: rest,
    stdin: "piped",
    stdout: "piped",
    stderr: options.quiet ? "null" : "inherit",
  }).spawn();
  return new RunningProgram(child);
}

class RunningProgram implements Program {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #rest = "";
  #ready: string[] = [];

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#input = child.stdin.getWriter();
    this.#lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  get pid(): number {
    return this.#child.pid;
  }

  say(line: string): void {
    // Once it has ended nobody hears; whoever waits for an answer learns so from `nextLine`.
    this.#input.write(new TextEncoder().encode(`${line}\n`)).catch(() => {});
  }

  async nextLine(): Promise<string | null> {
    while (this.#ready.length === 0) {
      // deno-lint-ignore no-await-in-loop -- each part follows the one before
      const { value, done } = await this.#lines.read();
      if (done) return null;
      const parts = (this.#rest + value).split("\n");
      this.#rest = parts.pop() ?? "";
      this.#ready = parts;
    }
    return this.#ready.shift() ?? null;
  }

  async endInput(): Promise<void> {
    await this.#input.close().catch(() => {});
  }

  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  async ended(): Promise<number> {
    await this.endInput();
    const { code } = await this.#child.status;
    await this.#lines.cancel();
    return code;
  }
}
