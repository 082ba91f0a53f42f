/**
 * `deno task undo PLAN.json`: takes back what `apply` did.
 *
 * @module
 */

import { undoPlan, type UndoResult } from "@scenekeep/engine/host";
import { confirm } from "./confirm.ts";
import { countLine } from "./count_line.ts";
import { csvText } from "./csv.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { planTarget } from "./plan_target.ts";
import { RECORD_HELP, recordOption } from "./record_option.ts";
import { tellResult } from "./tell_result.ts";
import {
  readCommandLine,
  reportFailures,
  runCommand,
  tellUnfinished,
  type Terminal,
} from "./terminal.ts";
import { count, printable } from "./wording.ts";

const COLUMNS = ["outcome", "count", "reason"];

const HELP = `deno task undo PLAN.json [options]

Takes back what deno task apply PLAN.json did: every file that is still in the trash comes back
under all its names, with its time and permissions, and the links that stood in for it go. What
somebody has changed since stays as it is and is named.

  --yes          do it without a question; needed where nobody can be asked
  --folder DIR   the folder, if it is not where it was when the plan was made
  --json         write one JSON object to standard output
  --csv          write a table to standard output, one line for all that was taken back and one for
                 each thing that stayed: ${COLUMNS.join(",")}
${RECORD_HELP}
  --help         say this

Exit code: 0 all done · 1 a mistake of the program · 2 wrong usage · 3 the folder or the plan cannot
be used · 6 not confirmed, nothing done · 7 done, but for what is named · 130 stopped
`;

const SHAPE = {
  flags: ["yes", "json", "csv"],
  values: ["folder", "record"],
  positionals: ["PLAN.json"],
} as const;

/** Runs the command. */
export async function undoCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = readCommandLine(terminal, { words, shape: SHAPE, help: HELP });
  if (typeof given === "number") return given;
  return await reportFailures(terminal, async () => {
    const file = given.positionals[0] ?? "";
    const target = await planTarget(terminal, file, given.values.get("folder"));
    if (typeof target === "number") return target;
    const { plan, root } = target;
    const record = recordOption(terminal, given.values.get("record"), root);
    if (typeof record === "number") return record;
    const question = `What the plan did in ${printable(root)} would be taken back`;
    const refusal = await confirm(terminal, question, given.flags.has("yes"));
    if (refusal !== null) return refusal;
    const progress = countLine(terminal, "files");
    const result = await undoPlan({
      root,
      plan,
      ...record,
      signal: terminal.signal,
      onUnfinished: () => tellUnfinished(terminal),
      onProgress: progress.show,
    }).finally(progress.clear);
    const { stays, undone } = result;
    tellResult(terminal, given, {
      json: result,
      csv: () =>
        csvText(COLUMNS, [
          ["taken back", undone, null],
          ...stays.map((line) => ["stayed", 1, line]),
        ]),
      text: () => textOf(result),
    });
    return stays.length === 0 ? EXIT.done : EXIT.partly;
  });
}

function textOf({ stays, undone }: UndoResult): string {
  const lines = [
    `${count(undone, "removal")} taken back`,
    ...stays.length === 0 ? [] : [`${count(stays.length, "thing")} stayed as it is:`],
    ...stays.map((line) => `  ${printable(line)}`),
  ];
  return `${lines.join("\n")}\n`;
}

if (import.meta.main) await runCommand(undoCommand);
