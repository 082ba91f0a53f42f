/**
 * `deno task sweep DIR`: deletes for good what has been in the trash for 30 days.
 *
 * @module
 */

import { sweepFolder } from "@scenekeep/engine/host";
import type { ExitCode } from "./exit_codes.ts";
import { RECORD_HELP, recordOption } from "./record_option.ts";
import {
  readCommandLine,
  reportFailures,
  runCommand,
  tellUnfinished,
  type Terminal,
} from "./terminal.ts";
import { OUTCOME_COLUMNS, tellOutcome } from "./trash.ts";
import { userPath } from "./user_path.ts";

const HELP = `deno task sweep DIR [options]

Deletes for good what has been in the trash of the folder DIR for 30 days. Time counts as far as it
was witnessed: all that passes while the machine is up, and of the time between two uses before and
after a restart of it only what exceeds two days, five at most, since a clock may be a day wrong
either way. After more than a week of such a time the clock is not trusted, and nothing is deleted,
until it has run evenly for a day or --trust-clock says that it is right.

  --trust-clock  the clock of this machine is right
  --json         write one JSON object to standard output
  --csv          write a table to standard output: ${OUTCOME_COLUMNS.join(",")}
${RECORD_HELP}
  --help         say this

Exit code: 0 all done · 1 a mistake of the program · 2 wrong usage · 3 the folder cannot be used, or
nothing was ever removed in it · 7 something that is due stays and is named · 130 stopped
`;

const SHAPE = {
  flags: ["json", "csv", "trust-clock"],
  values: ["record"],
  positionals: ["DIR"],
} as const;

/** Runs the command. */
export async function sweepCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = readCommandLine(terminal, { words, shape: SHAPE, help: HELP });
  if (typeof given === "number") return given;
  const root = userPath(given.positionals[0] ?? ".");
  const record = recordOption(terminal, given.values.get("record"), root);
  if (typeof record === "number") return record;
  return await reportFailures(terminal, async () => {
    const options = {
      root,
      ...record,
      signal: terminal.signal,
      onUnfinished: () => tellUnfinished(terminal),
    };
    const outcome = await sweepFolder(options, given.flags.has("trust-clock"));
    if (outcome.isClockSuspect) {
      terminal.error(
        "The clock is not trusted: nothing was deleted. If it is right, say so with " +
          "--trust-clock\n",
      );
    }
    return tellOutcome(terminal, given, { outcome, verb: "was deleted for good" });
  });
}

if (import.meta.main) await runCommand(sweepCommand);
