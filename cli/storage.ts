/**
 * `deno task storage DIR`: what a folder takes, and what could be won, as numbers and as a bar.
 *
 * @module
 */

import { type FolderStorage, folderStorage } from "@scenekeep/engine/host";
import { csvText } from "./csv.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { ProgressLine } from "./progress.ts";
import { SELECTION_HELP, SELECTION_LISTS, selectionOf } from "./selection_options.ts";
import { tellResult } from "./tell_result.ts";
import {
  readCommandLine,
  reportFailures,
  runCommand,
  type Terminal,
  wrongUsage,
} from "./terminal.ts";
import { userPath } from "./user_path.ts";
import { bytesText, count, printable } from "./wording.ts";

/** What is told of each number. */
const COLUMNS = ["name", "bytes", "files"];

const HELP = `deno task storage DIR [options]

Says what the folder DIR takes: its files, its trash, the device that it is on, and what could be
won by removing copies. Changes nothing.

  --similar      look for similar pictures too; needs the model
  --limit BYTES  the bytes that the folder may take; the device is the limit if nothing is said
  --json         write one JSON object to standard output
  --csv          write one line for each number to standard output: ${COLUMNS.join(",")}
  --cache DIR    remember hashes, vectors and the model there instead
  --help         say this

${SELECTION_HELP}
Exit code: 0 done · 1 a mistake of the program · 2 wrong usage · 3 the folder cannot be read ·
4 the cache or the model cannot be had · 130 stopped
`;

const SHAPE = {
  flags: ["json", "csv", "similar"],
  values: ["cache", "limit"],
  lists: SELECTION_LISTS,
  positionals: ["DIR"],
} as const;

/** Characters of the bar. */
const BAR_WIDTH = 60;

/** Runs the command. */
export async function storageCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = readCommandLine(terminal, { words, shape: SHAPE, help: HELP });
  if (typeof given === "number") return given;
  const limit = given.values.get("limit");
  if (limit !== undefined && (!/^\d+$/.test(limit) || !Number.isSafeInteger(Number(limit)))) {
    return wrongUsage(terminal, `Give the limit in whole bytes: got "${limit}"`);
  }
  const folder = given.positionals[0] ?? ".";
  const cache = given.values.get("cache");
  const selection = await selectionOf(given.lists, terminal);
  if (selection === null) return EXIT.usage;
  return await reportFailures(terminal, async () => {
    const progress = ProgressLine.on(terminal);
    const storage = await folderStorage({
      root: userPath(folder),
      selection,
      exactOnly: !given.flags.has("similar"),
      limitBytes: limit === undefined ? null : Number(limit),
      ...(cache === undefined ? {} : { cache: userPath(cache) }),
      signal: terminal.signal,
      onProgress: (state) => progress.show(state),
      onNote: (line) => progress.note(line),
    }).finally(() => progress.clear());
    tellResult(terminal, given, {
      json: storage,
      csv: () => storageCsv(storage),
      text: () => storageText(storage, folder),
    });
    return EXIT.done;
  });
}

function storageCsv(
  { device, files, limitBytes, toWin, trashBytes, usageBytes }: FolderStorage,
): string {
  return csvText(COLUMNS, [
    ["usage", usageBytes, files],
    ["trash", trashBytes, null],
    ["limit", limitBytes, null],
    ["device", device.totalBytes, null],
    ["free on the device", device.freeBytes, null],
    ["to trash", toWin.toTrashBytes, toWin.files],
    ["freed from the limit", toWin.freedAfterPurgeBytes, toWin.files],
    ["freed on the device", toWin.freedOnDeviceBytes, null],
  ]);
}

/** The numbers as a person reads them, with the bar. */
export function storageText(storage: FolderStorage, folder: string): string {
  const { usageBytes, trashBytes, limitBytes, device, toWin } = storage;
  const row = (name: string, bytes: number, more = ""): string =>
    `  ${name.padEnd(24)} ${bytesText(bytes).padStart(12)}${more === "" ? "" : `  ${more}`}`;
  const lines = [
    printable(folder),
    "",
    `  ${storageBar(storage)}`,
    "  # files that stay   + could be won   t trash   - others on the device   . free",
    "",
    row("Usage", usageBytes, `${count(storage.files, "file")}; trash counts`),
    row("Trash", trashBytes),
    row("Limit", limitBytes, storage.isLimitDevice ? "what the device leaves" : ""),
    row("Device", device.totalBytes, `${bytesText(device.freeBytes)} free`),
    "",
    row("To trash, at once", toWin.toTrashBytes, count(toWin.files, "file")),
    row("Freed from the limit", toWin.freedAfterPurgeBytes, "30 days later, or when emptied"),
    row("Freed on the device", toWin.freedOnDeviceBytes, "without names that others hold"),
  ];
  if (usageBytes > limitBytes) {
    lines.push("", `  Over the limit by ${bytesText(usageBytes - limitBytes)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** The limit from end to end; every part that is there has at least one character. */
export function storageBar(storage: FolderStorage): string {
  const { usageBytes, trashBytes, limitBytes, device, toWin, isLimitDevice } = storage;
  const won = toWin.freedAfterPurgeBytes;
  const others = isLimitDevice ? device.totalBytes - device.freeBytes - usageBytes : 0;
  const parts: [string, number][] = [
    ["#", usageBytes - trashBytes - won],
    ["+", won],
    ["t", trashBytes],
    ["-", Math.max(0, others)],
  ];
  const total = Math.max(isLimitDevice ? device.totalBytes : limitBytes, usageBytes, 1);
  let bar = "";
  for (const [sign, bytes] of parts) {
    if (bytes > 0) bar += sign.repeat(Math.max(1, Math.round(bytes / total * BAR_WIDTH)));
  }
  return `[${bar.slice(0, BAR_WIDTH).padEnd(BAR_WIDTH, ".")}]`;
}

if (import.meta.main) await runCommand(storageCommand);
