import { denoCommand, permittedFolders } from "./deno_program.ts";
import {
  type EmbeddingJob,
  type JobOutcome,
  type ProcessMessage,
  type ProcessSetup,
  readMessage,
  writeJob,
} from "./embedding_protocol.ts";
import { readLines } from "./lines.ts";

/** What a process tells its pool, each in its own turn of the event loop. */
export interface ChildEvents {
  /** The model is loaded. At most once. */
  onReady(): void;
  /** A job is done. */
  onResult(id: number, outcome: JobOutcome): void;
  /** The process is gone; nothing comes after. Exactly once, after everything that it had said. */
  onExit(why: string): void;
}

/** A process that embeds, as the pool sees it. */
export interface EmbeddingChild {
  /** Number of the process in the operating system. */
  readonly processId: number;
  /** Hands over a job. After the end of the process this does nothing. */
  send(job: EmbeddingJob): void;
  /** Says that no more jobs come: the process ends when it is done. */
  finish(): void;
  /** Ends the process at once. */
  kill(): void;
}

/** Starts a process. */
export type StartChild = (events: ChildEvents) => EmbeddingChild;

/** What a process may read and runs. */
export interface ChildOptions extends ProcessSetup {
  /** Folders with photos, absolute. A link in one of them may lead elsewhere. */
  readonly roots: readonly string[];
}

/** How much of the end of standard error is kept, in characters. */
const ERROR_TAIL_LENGTH = 2000;

/** Nearly all that a process makes is let go of at once: pixels, and products of descriptions. */
const EMBEDDING_HEAP: readonly string[] = ["--max-semi-space-size=4", "--heap-growing-percent=20"];

/**
 * Those that compare run while the library has most in memory: a twentieth more processor time for
 * a fifth less memory, measured with a hundred photos.
 */
const COMPARING_HEAP: readonly string[] = ["--max-semi-space-size=2", "--heap-growing-percent=10"];

/**
 * Starts a process of `embedding_process.ts` that may read the photos and the model, load native
 * libraries and ask for facts of the system. It may not write, start programs or use the network.
 *
 * Native libraries are not bound by these permissions; they keep honest code honest.
 */
export function startEmbeddingChild(options: ChildOptions, events: ChildEvents): EmbeddingChild {
  const { inFlightMax, model, roots } = options;
  const setup: ProcessSetup = { model, inFlightMax };
  const readable = permittedFolders(model === null ? roots : [...roots, model.directory]);
  const command = denoCommand({
    url: new URL("./embedding_process.ts", import.meta.url),
    permissions: [
      `--allow-read=${readable}`,
      "--allow-env",
      "--allow-ffi",
      "--allow-sys",
      "--deny-net",
      "--deny-write",
      "--deny-run",
    ],
    engineOptions: model === null ? COMPARING_HEAP : EMBEDDING_HEAP,
    argument: setup,
    stdin: "piped",
    // The image decoder is native code that reads files of strangers.
    environment: "limited",
  });
  const process = command.spawn();
  const input = new JobWriter(process.stdin);
  void watch(process, input, events);
  return {
    processId: process.pid,
    send: (job) => input.write(writeJob(job)),
    finish: () => input.close(),
    kill: () => killIfAlive(process),
  };
}

/**
 * Writes to the pipe; a broken one is no error here, as the end of the process is told elsewhere.
 */
class JobWriter {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  constructor(stream: WritableStream<Uint8Array>) {
    this.#writer = stream.getWriter();
    this.#writer.closed.catch(() => {});
  }

  write(line: string): void {
    this.#writer.write(new TextEncoder().encode(line)).catch(() => {});
  }

  /** Lets what was written through, then says that there is no more. */
  close(): void {
    this.#writer.close().catch(() => {});
  }

  /** Lets go of the pipe of a process that is gone. */
  abort(): void {
    this.#writer.abort().catch(() => {});
  }
}

async function watch(
  process: Deno.ChildProcess,
  input: JobWriter,
  events: ChildEvents,
): Promise<void> {
  const errors = readTail(process.stderr);
  let protocolError: string | null = null;
  try {
    for await (const line of readLines(process.stdout)) dispatch(readMessage(line), events);
  } catch (error) {
    protocolError = error instanceof Error ? error.message : String(error);
    killIfAlive(process);
  }
  const [status, tail] = await Promise.all([process.status, errors]);
  input.abort();
  const ending = status.signal === null ? `exit code ${status.code}` : status.signal;
  events.onExit([ending, protocolError, tail].filter((part) => part).join(": "));
}

function dispatch(message: ProcessMessage, events: ChildEvents): void {
  switch (message.kind) {
    case "ready":
      events.onReady();
      break;
    case "result":
      events.onResult(message.id, message.outcome);
      break;
  }
}

async function readTail(stream: ReadableStream<Uint8Array>): Promise<string> {
  let tail = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    tail = (tail + text).slice(-ERROR_TAIL_LENGTH);
  }
  return tail.trim();
}

function killIfAlive(process: Deno.ChildProcess): void {
  try {
    process.kill("SIGKILL");
  } catch (error) {
    // It ended by itself in the meantime.
    const isGone = error instanceof Deno.errors.NotFound || error instanceof TypeError;
    if (!isGone) throw error;
  }
}
