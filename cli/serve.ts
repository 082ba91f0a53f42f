import { createApp, refuseOpenListening, TOKEN_LENGTH_MIN } from "@scenekeep/api";
import { LibraryRegistry } from "@scenekeep/engine/host";
import { resolve } from "@std/path";
import { parseArgs } from "node:util";
import { type FolderSweep, startFolderSweeps } from "./folder_sweeps.ts";
import { RECORDED_LINES } from "./record_option.ts";
import { isInside, realPathOf } from "./user_path.ts";
import { count } from "./wording.ts";

const USAGE = `Usage: deno task serve [--data DIR] [--port N] [--host H] [--folders DIR]
                       [--token-file FILE] [--record DIR]

Serves the HTTP API until it is interrupted. What has been in a trash for 30 days is deleted for
good meanwhile, also in the trash of folders that were cleaned up on the command line.

  --data DIR         where the libraries are kept (default: scenekeep-data)
  --port N           port to listen on (default: 8787; 0 for any free one)
  --host H           address to listen on (default: 127.0.0.1)
  --folders DIR      allow folder libraries inside DIR (default: none)
  --token-file FILE  file with the token that clients must bring; or set SCENEKEEP_TOKEN
  --record DIR       write down what each library is given, as DIR/ID.recording.jsonl, at most
                     256 MiB each: deno task sim FILE replays it. DIR must be where no folder
                     library is or can be made. What is deleted from the trash of folders that
                     were cleaned up on the command line is not recorded.
${RECORDED_LINES.map((line) => " ".repeat(21) + line).join("\n")}

Without a token only the loopback address is served.
Exit code: 0 stopped by a signal · 1 it failed · 2 wrong usage`;

/** How a call of the program ended: 0 well, 1 it failed, 2 it was called wrongly. */
type ExitCode = 0 | 1 | 2;

/** A call that cannot be carried out as it is. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

interface ServeOptions {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly folders: string | null;
  readonly token: string | null;
  readonly record: string | null;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

/** Serves until a signal comes. */
async function main(args: readonly string[]): Promise<ExitCode> {
  try {
    const options = readOptions(args);
    if (options === "help") {
      console.log(USAGE);
      return 0;
    }
    await serve(options);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function serve(options: ServeOptions): Promise<void> {
  const { data, host, port, folders, record, token } = options;
  if (record !== null) await refuseRecordInside(record, { data, folders });
  const registry = new LibraryRegistry({
    directory: data,
    ...(record === null ? {} : { record }),
    heard: (library, output) => {
      if (output.kind === "note" && output.note.level === "warning") {
        console.error(`${library}: ${output.note.code}: ${output.note.detail}`);
      }
    },
  });
  const app = createApp({
    registry,
    token,
    foldersUnder: folders,
    cache: null,
    failed: (requestId, error) => console.error(`Request ${requestId} failed:`, error),
  });
  // Whatever happens from here on, the libraries are closed in order.
  try {
    const sweeps = startFolderSweeps({ folders: () => sweptFolders(registry), heard: tellSweep });
    const server = Deno.serve({
      hostname: host,
      port,
      onListen: ({ hostname, port }) => console.log(`Listening on ${urlOf(hostname, port)}`),
    }, app.fetch);
    await interrupted();
    console.error("Stopping");
    await sweeps.stop();
    // First the registry: it ends the event streams, for which the server would wait.
    const closed = registry.close();
    await server.shutdown();
    await closed;
  } finally {
    await registry.close();
  }
}

/** None where they cannot be listed now, which is told; the next time may be better. */
async function sweptFolders(registry: LibraryRegistry): Promise<string[]> {
  try {
    return await foldersOf(registry);
  } catch (error) {
    console.error("The libraries cannot be listed, so nothing is swept:", error);
    return [];
  }
}

/** Refuses to make recordings in a folder library, or where one can be made. */
async function refuseRecordInside(
  record: string,
  { data, folders }: Pick<ServeOptions, "data" | "folders">,
): Promise<void> {
  const registry = new LibraryRegistry({ directory: data });
  const used = await foldersOf(registry).finally(() => registry.close());
  const taken = folders === null ? used : [folders, ...used];
  const path = realPathOf(resolve(record));
  const folder = taken.find((known) => isInside(path, realPathOf(known)));
  if (folder === undefined) return;
  throw new UsageError(
    `Cannot record in "${record}": it is inside "${folder}", which is for folder libraries: ` +
      "name a directory outside of it",
  );
}

/** The folders of all folder libraries. */
async function foldersOf(registry: LibraryRegistry): Promise<string[]> {
  return (await registry.list()).flatMap((id) => registry.describe(id)?.folder ?? []);
}

function tellSweep({ folder, problems, purged }: FolderSweep): void {
  if (purged.length > 0) {
    console.log(`${folder}: 30 days in its trash and deleted: ${count(purged.length, "file")}`);
  }
  for (const problem of problems) console.error(`${folder}: its trash: ${problem}`);
}

/** Fulfilled by the first signal that asks to stop; a second one ends the program at once. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      Deno.removeSignalListener("SIGINT", stop);
      Deno.removeSignalListener("SIGTERM", stop);
      resolve();
    };
    Deno.addSignalListener("SIGINT", stop);
    Deno.addSignalListener("SIGTERM", stop);
  });
}

function readOptions(args: readonly string[]): ServeOptions | "help" {
  const values = parse(args);
  if (values.help) return "help";
  const token = readToken(values["token-file"] ?? null);
  const host = values.host ?? "127.0.0.1";
  const refusal = refuseOpenListening({ host, token });
  if (refusal !== null) throw new UsageError(refusal);
  return {
    data: values.data ?? "scenekeep-data",
    host,
    port: portOf(values.port ?? "8787"),
    folders: values.folders === undefined ? null : folderOf(values.folders),
    token,
    record: values.record ?? null,
  };
}

function parse(args: readonly string[]) {
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: text,
        port: text,
        host: text,
        folders: text,
        "token-file": text,
        record: text,
        help: { type: "boolean" },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`Cannot listen on port "${text}": it must be 0 to 65535`);
}

function folderOf(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new UsageError(`Cannot allow folders inside "${path}": there is no such folder`);
  }
}

/** The token, from a file before the environment: a file does not show in a list of processes. */
function readToken(path: string | null): string | null {
  const token = path === null ? Deno.env.get("SCENEKEEP_TOKEN") : readTokenFile(path);
  if (token === undefined) return null;
  const from = path === null ? "SCENEKEEP_TOKEN" : `"${path}"`;
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError(
      `Cannot use the token of ${from}: it must be visible ASCII without spaces`,
    );
  }
  if (token.length >= TOKEN_LENGTH_MIN) return token;
  throw new UsageError(
    `Cannot use the token of ${from}: it must have at least ${TOKEN_LENGTH_MIN} characters: ` +
      `got ${token.length}`,
  );
}

function readTokenFile(path: string): string {
  try {
    return Deno.readTextFileSync(path).trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read the token file "${path}": ${reason}`);
  }
}

function urlOf(hostname: string, port: number): string {
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
