/**
 * `deno task backup DEVICE LIBRARY`: copies what is new on a device into a folder library.
 *
 * @module
 */

import { backUp, type BackUpResult } from "@scenekeep/engine/host";
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

const HELP = `deno task backup DEVICE LIBRARY [options]

Backs up the pictures and videos of DEVICE, a folder such as a mounted phone or a memory card, into
the folder LIBRARY. The directory Camera of a device called Phone becomes the album
LIBRARY/Devices/Phone/Camera. What the library has already, in whichever album, is not stored again:
a relative link leads to it. Each copy is read again before it gets its name, and keeps its time.
Nothing is written to the device, and nothing in the library is replaced or removed. A file that
has other bytes than the one of its name gets a number: IMG_1 (2).jpg. What was removed from the
library is not brought back.

  --name NAME    what to call the device; the name of its folder where nothing is said
  --albums LIST  directories of the device to choose, with commas between them, or all. The first
                 backup chooses all that are there, but for hidden ones; what is new later is named,
                 and is backed up and freed only once it is chosen
  --json         write one JSON object to standard output
  --csv          write a table to standard output, one line for each count and each thing that is
                 named: ${REPORT_COLUMNS.join(",")}
  --cache DIR    remember hashes there instead of in the user's cache directory
  --help         say this

If it is stopped or killed, say the same again to go on. What was backed up when stands in
LIBRARY/.scenekeep/receipts.jsonl.
Exit code: 0 all done · 1 a mistake of the program · 2 wrong usage · 3 a folder cannot be used ·
4 the cache cannot be had · 7 done, but for what is named · 130 stopped
`;

const SHAPE = {
  flags: ["json", "csv"],
  values: ["name", "albums", "cache"],
  positionals: ["DEVICE", "LIBRARY"],
} as const;

/** Runs the command. */
export async function backupCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = readCommandLine(terminal, { words, shape: SHAPE, help: HELP });
  if (typeof given === "number") return given;
  return await reportFailures(terminal, async () => {
    const [device = "", library = ""] = given.positionals;
    const albums = given.values.get("albums");
    const cache = given.values.get("cache");
    const progress = countLine(terminal, "files");
    const result = await backUp({
      device: userPath(device),
      root: userPath(library),
      name: given.values.get("name"),
      ...(albums === undefined ? {} : { albums: albums === "all" ? albums : albums.split(",") }),
      ...(cache === undefined ? {} : { cache: userPath(cache) }),
      signal: terminal.signal,
      onUnfinished: () => tellUnfinished(terminal),
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

function csvOf(result: BackUpResult): string {
  return reportCsv({
    counts: [
      ["stored", result.stored, result.storedBytes],
      ["linked", result.linked],
      ["there before", result.already],
      ["of other kinds", result.otherFiles],
    ],
    named: [
      ["removed from the library before", result.removedBefore],
      ["not chosen", result.notChosen],
      ["without attributes", result.withoutAttributes],
      ["not backed up", result.leftOut],
    ],
  });
}

function textOf(result: BackUpResult): string {
  const { already, leftOut, linked, notChosen, otherFiles, removedBefore } = result;
  const lines = [
    `${count(result.stored, "file")} stored, ${bytesText(result.storedBytes)}; ` +
    `${linked} linked to what is there; ${already} there before`,
    ...removedBefore.map(({ file, reason }) => `  ${printable(file)}: ${reason}`),
    ...otherFiles === 0 ? [] : [`${count(otherFiles, "file")} of other kinds passed over`],
    ...notChosen.map((album) => `Not chosen: ${printable(album)} (--albums chooses it)`),
    ...bareText(result.withoutAttributes),
    ...leftOut.length === 0 ? [] : [`${count(leftOut.length, "file")} not backed up:`],
    ...leftOut.map(({ file, reason }) => `  ${printable(file)}: ${printable(reason)}`),
  ];
  return `${lines.join("\n")}\n`;
}

if (import.meta.main) await runCommand(backupCommand);
