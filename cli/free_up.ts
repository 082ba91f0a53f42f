/**
 * `deno task free-up DEVICE LIBRARY`: removes from a device what a folder library holds.
 *
 * @module
 */

import {
  freeUp,
  type FreeUpFilter,
  type FreeUpResult,
  type FreeUpReview,
  reviewFreeUp,
} from "@scenekeep/engine/host";
import { confirm } from "./confirm.ts";
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
import { bytesText, count, printable } from "./wording.ts";

/** What is told of each file. */
const COLUMNS = ["outcome", "path", "bytes", "reason"];

const HELP = `deno task free-up DEVICE LIBRARY [options]

Removes from the folder DEVICE the pictures and videos that deno task backup DEVICE LIBRARY put into
LIBRARY. Right before a file goes its bytes are read once more, the library gives a receipt for
exactly these bytes, and the library's own copy is read as well; parts of one shot go together. What
changed, is not backed up, or lies in a directory that was never chosen stays. Nothing else on the
device is touched. deno task download DEVICE LIBRARY brings files back.

  --older-than DAYS  only what was modified more than so many days ago
  --kind KIND        only photo (live ones with their videos) or only video
  --album DIR        only this directory of the device
  --yes              do it without a question; without it and where nobody can be asked this says
                     what would go, and does nothing
  --name NAME        what the device is called; the name of its folder where nothing is said
  --trust-clock      the clock of this machine is right
  --json             write one JSON object to standard output
  --csv              write one line for each file to standard output: ${COLUMNS.join(",")}
  --cache DIR        remember hashes there instead of in the user's cache directory
  --help             say this

What went on which receipt stands in LIBRARY/.scenekeep/receipts.jsonl. If it is stopped or killed,
say the same again: a file that was about to go has its name again then, or is gone.
Exit code: 0 all done · 1 a mistake of the program · 2 wrong usage · 3 a folder cannot be used, or
was never backed up · 4 the cache cannot be had · 6 not confirmed, nothing done · 7 done, but for
what is named · 130 stopped
`;

const SHAPE = {
  flags: ["yes", "json", "csv", "trust-clock"],
  values: ["older-than", "kind", "album", "name", "cache"],
  positionals: ["DEVICE", "LIBRARY"],
} as const;

/** Files that are named before the question. */
const NAMED_MAX = 20;

/** Runs the command. */
export async function freeUpCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = readCommandLine(terminal, { words, shape: SHAPE, help: HELP });
  if (typeof given === "number") return given;
  const filter = filterOf(given.values);
  if (typeof filter === "string") return wrongUsage(terminal, filter);
  return await reportFailures(terminal, async () => {
    const [device = "", library = ""] = given.positionals;
    const cache = given.values.get("cache");
    const isTable = given.flags.has("json") || given.flags.has("csv");
    const options = {
      device: userPath(device),
      root: userPath(library),
      name: given.values.get("name"),
      filter,
      trustsClock: given.flags.has("trust-clock"),
      ...(cache === undefined ? {} : { cache: userPath(cache) }),
      signal: terminal.signal,
      onUnfinished: () => tellUnfinished(terminal),
    };
    const review = await reviewFreeUp(options);
    const isYes = given.flags.has("yes");
    if (!isYes && isTable && terminal.keys === undefined) {
      tellResult(terminal, given, {
        json: { review },
        csv: () => csvOf(review, null),
        text: () => reviewText(review),
      });
    } else if (!isYes) terminal.error(reviewText(review));
    if (review.files.length > 0) {
      const question = `${count(review.files.length, "file")}, ${bytesText(review.bytes)}, would ` +
        `be removed from ${printable(options.device)}`;
      const refusal = await confirm(terminal, question, isYes);
      if (refusal !== null) return refusal;
    }
    const progress = countLine(terminal, "files");
    const result = await freeUp({ ...options, onProgress: progress.show }, review.files)
      .finally(progress.clear);
    // What is not backed up was never to go: it is named, and is no failure.
    tellResult(terminal, given, {
      json: { review, result },
      csv: () => csvOf(review, result),
      text: () => textOf(review, result),
    });
    return result.stays.length === 0 ? EXIT.done : EXIT.partly;
  });
}

function filterOf(values: ReadonlyMap<string, string>): FreeUpFilter | string {
  const age = values.get("older-than");
  const kind = values.get("kind");
  const album = values.get("album");
  if (age !== undefined && !/^\d{1,6}$/.test(age)) {
    return `Cannot use "--older-than ${age}": it must be a number of days`;
  }
  if (kind !== undefined && kind !== "photo" && kind !== "video") {
    return `Unknown kind "${kind}": known are photo, video`;
  }
  return { olderThanDays: age === undefined ? undefined : Number(age), kind, album };
}

function reviewText({ files, stays }: FreeUpReview): string {
  const lines = [
    ...files.slice(0, NAMED_MAX).map(({ file, sizeBytes }) =>
      `  ${printable(file)}, ${bytesText(sizeBytes)}`
    ),
    ...files.length <= NAMED_MAX
      ? []
      : [`  and ${count(files.length - NAMED_MAX, "more file")}; --json names all`],
    ...stays.length === 0 ? [] : [`${count(stays.length, "file")} would stay: not backed up`],
  ];
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** @param result Null where nothing was done yet. */
function csvOf(review: FreeUpReview, result: FreeUpResult | null): string {
  const outcome = result === null ? "would be removed" : "removed";
  const named = [...review.stays, ...result?.stays ?? []];
  return csvText(COLUMNS, [
    ...(result?.removed ?? review.files).map((
      { file, sizeBytes },
    ) => [outcome, file, sizeBytes, null]),
    ...named.map(({ file, reason }) => ["stayed", file, null, reason]),
  ]);
}

function textOf(review: FreeUpReview, { freedBytes, removed, stays }: FreeUpResult): string {
  const named = [...review.stays, ...stays];
  const lines = [
    `${count(removed.length, "file")} removed from the device, ${bytesText(freedBytes)}`,
    ...named.length === 0 ? [] : [`${count(named.length, "file")} stayed:`],
    ...named.map(({ file, reason }) => `  ${printable(file)}: ${printable(reason)}`),
  ];
  return `${lines.join("\n")}\n`;
}

if (import.meta.main) await runCommand(freeUpCommand);
