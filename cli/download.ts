/**
 * `deno task download DEVICE LIBRARY`: brings back what a free-up removed from a device.
 *
 * @module
 */

import { download, type DownloadResult, type FreedFile, listFreed } from "@scenekeep/engine/host";
import { countLine } from "./count_line.ts";
import { csvText } from "./csv.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
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
import { bareText, bytesText, count, printable } from "./wording.ts";

/** What is told of each file that is away. */
const LIST_COLUMNS = ["number", "path", "bytes", "removedAt"];

/** What is told of each file that was to come back. */
const COLUMNS = ["outcome", "number", "path", "bytes", "reason"];

const HELP = `deno task download DEVICE LIBRARY [options]

Brings files that deno task free-up removed from the folder DEVICE back to where they were, with
their times. Without --files it lists what was removed and has not come back: number, day, size,
where it was. What has the name of a file meanwhile stays. The next backup knows what came back, and
does not store it again.

  --files NUMBERS  which files, by their numbers, with commas between them, or all
  --name NAME      what the device is called; the name of its folder where nothing is said
  --json           write one JSON object to standard output
  --csv            write a table to standard output. Without --files: ${LIST_COLUMNS.join(",")};
                   with it: ${COLUMNS.join(",")}
  --cache DIR      remember hashes there instead of in the user's cache directory
  --help           say this

Exit code: 0 all done · 1 a mistake of the program · 2 wrong usage · 3 a folder cannot be used, or
was never backed up, or there is no such number · 4 the cache cannot be had · 7 done, but for what
is named · 130 stopped
`;

const SHAPE = {
  flags: ["json", "csv"],
  values: ["files", "name", "cache"],
  positionals: ["DEVICE", "LIBRARY"],
} as const;

/** Runs the command. */
export async function downloadCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = readCommandLine(terminal, { words, shape: SHAPE, help: HELP });
  if (typeof given === "number") return given;
  const files = given.values.get("files");
  const which = files === undefined || files === "all" ? files : numbersOf(files);
  if (which === null) return wrongUsage(terminal, "Say which files, by number: --files 3,7");
  return await reportFailures(terminal, async () => {
    const [device = "", library = ""] = given.positionals;
    const cache = given.values.get("cache");
    const progress = countLine(terminal, "files");
    const options = {
      device: userPath(device),
      root: userPath(library),
      name: given.values.get("name"),
      ...(cache === undefined ? {} : { cache: userPath(cache) }),
      signal: terminal.signal,
      onUnfinished: () => tellUnfinished(terminal),
      onProgress: progress.show,
    };
    if (which === undefined) {
      const freed = await listFreed(options);
      tellResult(terminal, given, {
        json: { files: freed },
        csv: () =>
          csvText(
            LIST_COLUMNS,
            freed.map(({ file, number, removedAt, sizeBytes }) => [
              number,
              file,
              sizeBytes,
              removedAt,
            ]),
          ),
        text: () => listText(freed),
      });
      return EXIT.done;
    }
    const result = await download(options, which).finally(progress.clear);
    tellResult(terminal, given, {
      json: result,
      csv: () => csvOf(result),
      text: () => textOf(result),
    });
    return result.stays.length === 0 ? EXIT.done : EXIT.partly;
  });
}

function numbersOf(text: string): number[] | null {
  const numbers = text.split(",").map((part) => /^\d{1,15}$/.test(part) ? Number(part) : 0);
  return numbers.includes(0) ? null : numbers;
}

function listText(freed: readonly FreedFile[]): string {
  if (freed.length === 0) return "Nothing that was removed is still away\n";
  return freed.map(({ file, number, removedAt, sizeBytes }) =>
    `${number}\t${removedAt.slice(0, 10)}\t${bytesText(sizeBytes)}\t${printable(file)}\n`
  ).join("");
}

function csvOf({ returned, stays, withoutAttributes }: DownloadResult): string {
  const bare = new Set(withoutAttributes);
  return csvText(COLUMNS, [
    ...returned.map(({ file, number, sizeBytes }) => [
      "came back",
      number,
      file,
      sizeBytes,
      bare.has(file) ? "without all that was attached" : null,
    ]),
    ...stays.map(({ file, number, reason, sizeBytes }) => [
      "stayed away",
      number,
      file,
      sizeBytes,
      reason,
    ]),
  ]);
}

function textOf({ returned, stays, withoutAttributes }: DownloadResult): string {
  const lines = [
    ...returned.map(({ file }) => `${printable(file)} came back`),
    ...stays.map(({ file, reason }) => `${printable(file)} did not: ${printable(reason)}`),
    ...bareText(withoutAttributes),
    `${count(returned.length, "file")} came back`,
  ];
  return `${lines.join("\n")}\n`;
}

if (import.meta.main) await runCommand(downloadCommand);
