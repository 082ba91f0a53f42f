/**
 * `deno task record DIR OUT.json`: turns a real folder into a scenario for `deno task sim
 * OUT.json`.
 *
 * @module
 */

import { basename } from "@std/path";
import { recordFolder } from "@scenekeep/engine/host";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { ProgressLine } from "./progress.ts";
import { recordedScenario, scenarioIdOf } from "./recorded_scenario.ts";
import {
  readCommandLine,
  reportFailures,
  runCommand,
  type Terminal,
  writeOutput,
  wrongUsage,
} from "./terminal.ts";
import { isInside, userPath } from "./user_path.ts";
import { bytesText, count, printable } from "./wording.ts";

const HELP = `deno task record DIR OUT.json [options]

Writes the folder DIR as a scenario: sizes, times, albums, content hashes and quantised
vectors of its files, no pixels. Then deno task sim OUT.json runs the engine on a library
like it, before anything touches the folder. Changes nothing in the folder.

  --names        keep the names of files and folders; else they get numbers
  --cache DIR    remember hashes, vectors and the model there, not in the cache directory
  --help         say this

Exit code: 0 done · 1 a mistake of the program · 2 wrong usage · 3 the folder cannot be read ·
4 the cache or the model cannot be had · 5 the result cannot be written · 130 stopped
`;

const SHAPE = {
  flags: ["names"],
  values: ["cache"],
  positionals: ["DIR", "OUT.json"],
} as const;

/** Runs the command. */
export async function recordCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = readCommandLine(terminal, { words, shape: SHAPE, help: HELP });
  if (typeof given === "number") return given;
  const [folder = ".", output = ""] = given.positionals;
  const root = userPath(folder);
  const path = userPath(output);
  if (isInside(path, root)) {
    return wrongUsage(terminal, `Name a file outside of the folder: got "${output}"`);
  }
  const cache = given.values.get("cache");
  const names = given.flags.has("names");
  const progress = ProgressLine.on(terminal);
  return await reportFailures(terminal, async () => {
    try {
      return await recordFolder({
        root,
        ...(cache === undefined ? {} : { cache: userPath(cache) }),
        signal: terminal.signal,
        onProgress: (state) => progress.show(state),
        onNote: (line) => progress.note(line),
      }, async (recorded) => {
        const id = scenarioIdOf(basename(path));
        await writeOutput(path, recordedScenario(recorded, { id, names }));
        progress.clear();
        const { files, leftOut, bytes } = recorded;
        terminal.out(
          `Recorded ${count(files.length, "file")}, ${bytesText(bytes)}, in ${printable(path)}\n` +
            (leftOut === 0 ? "" : `Left out ${count(leftOut, "file")} that cannot be read\n`) +
            (names ? "" : "Names of files and folders are not in it\n") +
            `Next: deno task sim ${JSON.stringify(output)}\n`,
        );
        return EXIT.done;
      });
    } finally {
      progress.clear();
    }
  });
}

if (import.meta.main) await runCommand(recordCommand);
