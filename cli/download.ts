/**
 * `deno task download DEVICE LIBRARY`: brings back what a free-up removed from a device.
 *
 * @module
 */

import { download, type DownloadResult, listFreed } from "@scenekeep/engine/host";
import { countLine } from "./count_line.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
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

const HELP = `deno task download DEVICE LIBRARY [options]

Brings files that deno task free-up removed from the folder DEVICE back to where they were, with
their times. Without --files it lists what was removed and has not come back: number, day, size,
where it was. What has the name of a file meanwhile stays. The next backup knows what came back, and
does not store it again.

  --files NUMBERS  which files, by their numbers, with commas between them, or all
  --name NAME      what the device is called; the name of its folder where nothing is said
  --json           write one JSON object to standard output
  --cache DIR      remember hashes there instead of in the user's cache directory
  --help           say this

Exit code: 0 all done · 1 a mistake of the program · 2 wrong usage · 3 a folder cannot be used, or
was never backed up, or there is no such number · 4 the cache cannot be had · 7 done, but for what
is named · 130 stopped
`;

const SHAPE = {
  flags: ["json"],
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
      if (given.flags.has("json")) terminal.out(`${JSON.stringify({ files: freed }, null, 2)}\n`);
      else if (freed.length === 0) terminal.out("Nothing that was removed is still away\n");
      else {
        for (const { file, number, removedAt, sizeBytes } of freed) {
          const day = removedAt.slice(0, 10);
          terminal.out(`${number}\t${day}\t${bytesText(sizeBytes)}\t${printable(file)}\n`);
        }
      }
      return EXIT.done;
    }
    const result = await download(options, which).finally(progress.clear);
    if (given.flags.has("json")) terminal.out(`${JSON.stringify(result, null, 2)}\n`);
    else terminal.out(textOf(result));
    return result.stays.length === 0 ? EXIT.done : EXIT.partly;
  });
}

function numbersOf(text: string): number[] | null {
  const numbers = text.split(",").map((part) => /^\d{1,15}$/.test(part) ? Number(part) : 0);
  return numbers.includes(0) ? null : numbers;
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
