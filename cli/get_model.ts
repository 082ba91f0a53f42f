/**
 * `deno task get-model MODEL`: fetches a model into the cache.
 *
 * @module
 */

import { getModel } from "@scenekeep/engine/host";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { readModel } from "./model_file.ts";
import {
  readCommandLine,
  reportFailures,
  runCommand,
  type Terminal,
  wrongUsage,
} from "./terminal.ts";
import { userPath } from "./user_path.ts";

const HELP = `deno task get-model MODEL [options]

Puts a model into the cache, so that deno task scan DIR --model MODEL can use it; a scan itself
never goes to the network. MODEL is a name that is known, or a file that describes a model.

  --cache DIR    the cache, if not the user's own
  --help         say this

Exit code: 0 it is there · 1 a mistake of the program · 2 wrong usage · 4 it cannot be had
`;

const SHAPE = { flags: [], values: ["cache"], positionals: ["MODEL"] } as const;

/** Runs the command. */
export async function getModelCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = readCommandLine(terminal, { words, shape: SHAPE, help: HELP });
  if (typeof given === "number") return given;
  const description = await readModel(given.positionals[0] ?? "");
  if (typeof description === "string") return wrongUsage(terminal, description);
  return await reportFailures(terminal, async () => {
    const cache = given.values.get("cache");
    const { name, note } = description.licence;
    terminal.error(`Licence of the weights: ${name}. ${note}\n`);
    const directory = await getModel(description, {
      cache: cache === undefined ? null : userPath(cache),
      onNote: (line) => terminal.error(`${line}\n`),
    });
    terminal.out(`${description.id} is in ${directory}\n`);
    return EXIT.done;
  });
}

if (import.meta.main) await runCommand(getModelCommand);
