/**
 * `deno task repair DIR`: lets links of a folder that lead nowhere lead to what they held.
 *
 * @module
 */

import type { LostLink, RepairResult } from "@scenekeep/engine/host";
import { proposeRepair, repairLinks } from "@scenekeep/engine/host";
import { confirm } from "./confirm.ts";
import { csvText } from "./csv.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { isMendable, lostLinkLines, mendText } from "./lost_link_lines.ts";
import { RECORD_HELP, recordOption } from "./record_option.ts";
import { tellResult } from "./tell_result.ts";
import {
  readCommandLine,
  reportFailures,
  runCommand,
  tellUnfinished,
  type Terminal,
} from "./terminal.ts";
import { userPath } from "./user_path.ts";
import { count, printable } from "./wording.ts";

/** What is told of each link. */
const COLUMNS = ["outcome", "path", "target", "reason"];

const HELP = `deno task repair DIR [options]

Mends the links of the folder DIR that lead nowhere, as after somebody moved or deleted the file
that they led to; deno task scan DIR lists them. Where a file of the folder holds what a link held,
by its hash, the link leads there from now on. Where only the trash does, that comes back under its
own name, and the other links lead there. Each file is read and hashed right before. A link of which
nobody knows what it held is left alone and named. Links keep their dates.

  --yes          do it without a question; without it and where nobody can be asked this says
                 what would be mended, and does nothing
  --json         write one JSON object to standard output
  --csv          write one line for each such link to standard output: ${COLUMNS.join(",")}
${RECORD_HELP}
  --cache DIR    remember hashes there instead of in the user's cache directory
  --help         say this

If it is stopped or killed, what was begun is finished the next time the folder is used. What comes
back from the trash is no part of a clean-up any more: deno task undo leaves it, and says so.
Exit code: 0 all done · 1 a mistake of the program · 2 wrong usage · 3 the folder cannot be used ·
4 the cache cannot be had · 6 not confirmed, nothing done · 7 done, but for what is named ·
130 stopped
`;

const SHAPE = {
  flags: ["yes", "json", "csv"],
  values: ["record", "cache"],
  positionals: ["DIR"],
} as const;

/** Runs the command. */
export async function repairCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = readCommandLine(terminal, { words, shape: SHAPE, help: HELP });
  if (typeof given === "number") return given;
  const root = userPath(given.positionals[0] ?? ".");
  const record = recordOption(terminal, given.values.get("record"), root);
  if (typeof record === "number") return record;
  return await reportFailures(terminal, async () => {
    const cache = given.values.get("cache");
    const options = {
      root,
      ...record,
      ...(cache === undefined ? {} : { cache: userPath(cache) }),
      signal: terminal.signal,
      onUnfinished: () => tellUnfinished(terminal),
      onNote: (line: string) => terminal.error(`${printable(line)}\n`),
    };
    const lost = await proposeRepair(options);
    const mendable = lost.filter(isMendable);
    if (mendable.length > 0) {
      const isYes = given.flags.has("yes");
      const isTable = given.flags.has("json") || given.flags.has("csv");
      if (isTable && !isYes && terminal.keys === undefined) {
        const [json, csv] = [{ proposed: lost }, () => proposedCsv(lost)];
        tellResult(terminal, given, { json, csv, text: () => "" });
      }
      const question = questionOf(mendable, options.root);
      const refusal = await confirm(terminal, question, isYes);
      if (refusal !== null) return refusal;
    }
    const result = mendable.length > 0 ? await repairLinks(options) : untouched(lost);
    tellResult(terminal, given, {
      json: result,
      csv: () => csvOf(result),
      text: () => textOf(result),
    });
    return result.stays.length === 0 ? EXIT.done : EXIT.partly;
  });
}

function questionOf(links: readonly LostLink[], root: string): string {
  const what = `Of the links of ${
    printable(root)
  } that lead nowhere ${links.length} would be mended:`;
  return [what, ...lostLinkLines(links)].join("\n");
}

/** Where nothing would be mended the folder is not even opened. */
function untouched(lost: readonly LostLink[]): RepairResult {
  const stays = lost.map((link) => {
    const { file, mend, target } = link;
    return { file, target, reason: mend.kind === "nothing" ? mend.reason : mendText(link) };
  });
  return { mended: [], stays };
}

function proposedCsv(links: readonly LostLink[]): string {
  return csvText(
    COLUMNS,
    links.map((link) => {
      const outcome = link.mend.kind === "nothing" ? "left alone" : "would be mended";
      return [outcome, link.file, link.target, mendText(link)];
    }),
  );
}

function csvOf({ mended, stays }: RepairResult): string {
  return csvText(COLUMNS, [
    ...mended.map((link) => ["mended", link.file, link.target, doneText(link)]),
    ...stays.map(({ file, reason, target }) => ["left alone", file, target, reason]),
  ]);
}

function textOf({ mended, stays }: RepairResult): string {
  if (mended.length + stays.length === 0) return "No link leads nowhere\n";
  const lines = [
    `${count(mended.length, "link")} mended`,
    ...mended.map((link) => `  ${printable(link.file)}: ${doneText(link)}`),
    ...stays.length === 0 ? [] : [`${count(stays.length, "link")} left alone:`],
    ...stays.map(({ file, reason, target }) =>
      `  ${printable(file)}, which leads to ${printable(target)}: ${printable(reason)}`
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function doneText({ file, mend }: LostLink): string {
  switch (mend.kind) {
    case "copy":
      return `leads to ${printable(mend.file)}`;
    case "trash":
      return mend.file === file
        ? `is number ${mend.number} of the trash again`
        : `leads to ${printable(mend.file)}, number ${mend.number} of the trash before`;
    default:
      return "leads somewhere again";
  }
}

if (import.meta.main) await runCommand(repairCommand);
