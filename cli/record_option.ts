import type { RecorderOptions } from "@scenekeep/engine/host";
import type { ExitCode } from "./exit_codes.ts";
import { type Terminal, wrongUsage } from "./terminal.ts";
import { isInside, realPathOf, userPath } from "./user_path.ts";
import { printable } from "./wording.ts";

/** What is in a recording, and what is not: see [Note: Recordings] in the engine's core. */
export const RECORDED_LINES: readonly string[] = [
  "In it: names of files, folders and albums, captions, tags, ratings, places,",
  "times, sizes, hashes, plans, commands, ids of owners and devices, texts of",
  "errors, what was measured of pictures (distances, sharpness), when the machine",
  "was started. Not in it: bytes of files, pixels, thumbnails, vectors, ids of",
  "the machine.",
];

/** What `--help` says of `--record FILE`. */
export const RECORD_HELP: string = [
  "  --record FILE  add to FILE, outside of the folder, what the library of the folder is given,",
  ...["up to 256 MiB: deno task sim FILE replays it.", ...RECORDED_LINES].map((line) =>
    " ".repeat(17) + line
  ),
].join("\n");

/**
 * What `--record FILE` asks of the library of the folder `root` when it is opened; says so if the
 * recording ends early. An exit code when the file would be one of the folder's own.
 */
export function recordOption(
  terminal: Pick<Terminal, "error">,
  file: string | undefined,
  root: string,
): { readonly record?: RecorderOptions } | ExitCode {
  if (file === undefined) return {};
  const path = userPath(file);
  if (isInside(path, root) || isInside(realPathOf(path), realPathOf(root))) {
    const message = `Name a file outside of the folder for --record: got "${file}"`;
    return wrongUsage(terminal, message);
  }
  const stopped = (reason: string): void =>
    terminal.error(`The recording ended, the work goes on: ${printable(reason)}\n`);
  return { record: { path, stopped } };
}
