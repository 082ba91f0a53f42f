/**
 * `deno task trash DIR list|restore|delete|empty`: what a clean-up removed, and what becomes of it.
 *
 * @module
 */

import {
  deleteTrash,
  listTrash,
  restoreTrash,
  type TrashedFile,
  type TrashOutcome,
} from "@scenekeep/engine/host";
import { confirm } from "./confirm.ts";
import { csvText } from "./csv.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import type { GivenOptions } from "./options.ts";
import { RECORD_HELP, recordOption } from "./record_option.ts";
import { tellResult } from "./tell_result.ts";
import {
  readCommandLine,
  reportFailures,
  runCommand,
  tellUnfinished,
  type Terminal,
  wrongUsage,
} from "./terminal.ts";
import { userPath } from "./user_path.ts";
import { bytesText, count, printable } from "./wording.ts";

/** What is told of each file in the trash. */
const LIST_COLUMNS = ["number", "path", "bytes", "days", "cause", "held"];

/** What is told of each file that was to come back, or to go. */
export const OUTCOME_COLUMNS: readonly string[] = ["outcome", "number", "path", "bytes", "reason"];

const HELP = `deno task trash DIR list|restore|delete|empty [options]

  list      what is in the trash of the folder DIR: number, days in the trash, size, where it was
  restore   brings files back under all their names: --files 3,7
  delete    deletes files in the trash for good: --files 3,7
  empty     deletes all that is in the trash for good

  --files N,N    which files, by their numbers, with commas between them
  --yes          delete without a question; needed where nobody can be asked
  --json         write one JSON object to standard output
  --csv          write a table to standard output. list: ${LIST_COLUMNS.join(",")};
                 the others: ${OUTCOME_COLUMNS.join(",")}
${RECORD_HELP}
  --help         say this

A removed copy is deleted for good only if the file that stayed in its place reads well.
Exit code: 0 all done · 1 a mistake of the program · 2 wrong usage · 3 the folder cannot be used, or
nothing was ever removed in it · 6 not confirmed, nothing done · 7 done, but for what is named ·
130 stopped
`;

const SHAPE = {
  flags: ["yes", "json", "csv"],
  values: ["files", "record"],
  positionals: ["DIR", "list|restore|delete|empty"],
} as const;

type Given = GivenOptions<"yes" | "json" | "csv" | "help", "files" | "record">;

/** Runs the command. */
export async function trashCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = readCommandLine(terminal, { words, shape: SHAPE, help: HELP });
  if (typeof given === "number") return given;
  const [folder = ".", action = ""] = given.positionals;
  if (!["list", "restore", "delete", "empty"].includes(action)) {
    return wrongUsage(terminal, `Unknown action "${action}": want list, restore, delete or empty`);
  }
  const numbers = numbersOf(given.values.get("files"));
  const needsFiles = action === "restore" || action === "delete";
  if (needsFiles !== given.values.has("files") || numbers === null) {
    const message = needsFiles
      ? "Say which files, by number: --files 3,7"
      : `"${action}" takes no --files`;
    return wrongUsage(terminal, message);
  }
  const root = userPath(folder);
  const record = recordOption(terminal, given.values.get("record"), root);
  if (typeof record === "number") return record;
  return await reportFailures(terminal, async () => {
    const options = {
      root,
      ...record,
      signal: terminal.signal,
      onUnfinished: () => tellUnfinished(terminal),
    };
    if (action === "list") return tellList(terminal, given, await listTrash(options));
    if (action === "restore") {
      return tellOutcome(terminal, given, {
        outcome: await restoreTrash(options, numbers),
        verb: "came back",
      });
    }
    const wanted = new Set(numbers);
    const files = (await listTrash(options))
      .filter(({ number }) => action === "empty" || wanted.has(number));
    let bytes = 0;
    for (const { sizeBytes } of files) bytes += sizeBytes;
    const question = `${count(files.length, "file")} in the trash, ${bytesText(bytes)}, would be ` +
      "deleted for good";
    const refusal = await confirm(terminal, question, given.flags.has("yes"));
    if (refusal !== null) return refusal;
    // What came to the trash since the question was asked was not in it.
    const which = action === "empty" ? { upTo: files.at(-1)?.number ?? 0 } : { numbers };
    const outcome = await deleteTrash(options, which);
    return tellOutcome(terminal, given, { outcome, verb: "was deleted for good" });
  });
}

function numbersOf(text: string | undefined): number[] | null {
  if (text === undefined) return [];
  const numbers = text.split(",").map((part) => /^\d{1,15}$/.test(part) ? Number(part) : 0);
  return numbers.includes(0) ? null : numbers;
}

function tellList(terminal: Terminal, given: Given, files: readonly TrashedFile[]): ExitCode {
  tellResult(terminal, given, {
    json: { files },
    csv: () =>
      csvText(
        LIST_COLUMNS,
        files.map(({ cause, days, file, held, number, sizeBytes }) => [
          number,
          file,
          sizeBytes,
          days,
          cause,
          held,
        ]),
      ),
    text: () => files.length === 0 ? "The trash is empty\n" : files.map(listLine).join(""),
  });
  return EXIT.done;
}

function listLine({ days, file, held, number, sizeBytes }: TrashedFile): string {
  const age = `${count(days, "day")}${held === null ? "" : `, held: ${held}`}`;
  return `${number}\t${age}\t${bytesText(sizeBytes)}\t${printable(file)}\n`;
}

/** Says what became of files in the trash. */
export function tellOutcome(
  terminal: Pick<Terminal, "out">,
  given: { readonly flags: ReadonlySet<string> },
  told: { readonly outcome: TrashOutcome; readonly verb: string },
): ExitCode {
  const { outcome, verb } = told;
  tellResult(terminal, given, {
    json: outcome,
    csv: () =>
      csvText(OUTCOME_COLUMNS, [
        ...outcome.done.map((
          { file, number, sizeBytes },
        ) => [verb, number, file, sizeBytes, null]),
        ...outcome.stays.map((
          { file, number, reason, sizeBytes },
        ) => ["stayed", number, file, sizeBytes, reason]),
      ]),
    text: () => outcomeText(outcome, verb),
  });
  return outcome.stays.length === 0 ? EXIT.done : EXIT.partly;
}

function outcomeText({ done, stays }: TrashOutcome, verb: string): string {
  let bytes = 0;
  for (const { sizeBytes } of done) bytes += sizeBytes;
  const lines = [
    ...done.map(({ file }) => `${printable(file)} ${verb}`),
    ...stays.map(({ file, reason }) => `${printable(file)} stayed: ${printable(reason)}`),
    `${count(done.length, "file")}, ${bytesText(bytes)}`,
  ];
  return `${lines.join("\n")}\n`;
}

if (import.meta.main) await runCommand(trashCommand);
