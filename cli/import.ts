/**
 * `deno task import SOURCE LIBRARY`: brings an export of another service into a folder library.
 *
 * @module
 */

import { importExport, type ImportResult, type LeftOutItem } from "@scenekeep/engine/host";
import { countLine } from "./count_line.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { REPORT_COLUMNS, reportCsv } from "./report_csv.ts";
import { tellResult } from "./tell_result.ts";
import {
  readCommandLine,
  reportFailures,
  runCommand,
  tellUnfinished,
  type Terminal,
} from "./terminal.ts";
import { userPath } from "./user_path.ts";
import { bareText, bytesText, count, printable } from "./wording.ts";

const HELP = `deno task import SOURCE LIBRARY [options]

Brings SOURCE, the folder of an unpacked Google Takeout or of an Ente export, into the folder
LIBRARY. Each album becomes a directory of LIBRARY. Each content is stored once, in the first of its
albums, or not at all where the library has it; the other albums get relative links to it. What is
in no album goes to LIBRARY/Imported/YEAR. Nothing is written to SOURCE, and nothing in LIBRARY is
replaced or removed. What was in the trash of the export stays there, and what was removed from the
library is not brought back.

Each file gets the time when it was taken, where the export says it. Descriptions, people (as tags),
places, favourites and what was archived go into the library's own journal, in LIBRARY/.scenekeep/:
clean-ups go by them, other programs do not see them. The pictures themselves are not changed.

  --json       write one JSON object to standard output; it names all that is left over
  --csv        write a table to standard output, one line for each count and each file that is
               named: ${REPORT_COLUMNS.join(",")}
  --cache DIR  remember hashes there instead of in the user's cache directory
  --help       say this

If it is stopped or killed, say the same again to go on.
Exit code: 0 all done · 1 a mistake of the program · 2 wrong usage · 3 a folder cannot be used ·
4 the cache cannot be had · 7 done, but for what is named · 130 stopped
`;

const SHAPE = {
  flags: ["json", "csv"],
  values: ["cache"],
  positionals: ["SOURCE", "LIBRARY"],
} as const;

/** Runs the command. */
export async function importCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = readCommandLine(terminal, { words, shape: SHAPE, help: HELP });
  if (typeof given === "number") return given;
  return await reportFailures(terminal, async () => {
    const [source = "", library = ""] = given.positionals;
    const cache = given.values.get("cache");
    const progress = countLine(terminal, "items");
    const result = await importExport({
      source: userPath(source),
      root: userPath(library),
      ...(cache === undefined ? {} : { cache: userPath(cache) }),
      signal: terminal.signal,
      onUnfinished: () => tellUnfinished(terminal),
      onReading: () => terminal.error("Reading the export\n"),
      onProgress: progress.show,
    }).finally(progress.clear);
    tellResult(terminal, given, {
      json: result,
      csv: () => csvOf(result),
      text: () => textOf(result),
    });
    return result.leftOut.length === 0 ? EXIT.done : EXIT.partly;
  });
}

function csvOf(result: ImportResult): string {
  return reportCsv({
    counts: [
      ["items", result.items],
      ["files of the export", result.copies],
      ["albums", result.albums],
      ["stored", result.stored, result.storedBytes],
      ["linked", result.linked],
      ["there before", result.already],
      ["described anew", result.described],
    ],
    named: [
      ["in the trash of the export", result.trashed],
      ["removed from the library before", result.removedBefore],
      ["described otherwise", result.conflicts],
      ["without attributes", result.withoutAttributes],
      ["left over", result.leftOver],
      ["not imported", result.leftOut],
    ],
  });
}

function textOf(result: ImportResult): string {
  const { already, copies, items, linked, stored, storedBytes } = result;
  const service = result.kind === "takeout" ? "Google Takeout" : "Ente export";
  const lines = [
    `${service}: ${count(items, "item")} in ${count(result.albums, "album")}, ` +
    `${count(copies, "file")} with their copies`,
    `${count(stored, "file")} stored, ${bytesText(storedBytes)}; ${linked} linked; ` +
    `${already} there before; ${count(result.described, "item")} described anew`,
    ...result.trashed.length === 0
      ? []
      : [`${count(result.trashed.length, "file")} stayed in the trash of the export`],
    ...named("not brought back", result.removedBefore),
    ...named("described otherwise in the library, which stays", result.conflicts),
    ...bareText(result.withoutAttributes),
    ...named("left over", result.leftOver),
    ...named("NOT imported", result.leftOut),
  ];
  return `${lines.join("\n")}\n`;
}

function named(what: string, items: readonly LeftOutItem[]): string[] {
  if (items.length === 0) return [];
  const lines = items.map(({ file, reason }) => `  ${printable(file)}: ${printable(reason)}`);
  return [`${count(items.length, "file")} ${what}:`, ...lines];
}

if (import.meta.main) await runCommand(importCommand);
