/**
 * `deno task apply PLAN.json`: carries out a plan that `scan` or `review` wrote.
 *
 * @module
 */

import type { Plan } from "@scenekeep/engine/core";
import {
  type AlbumDependency,
  applyPlan,
  type ApplyResult,
  plannedDependencies,
} from "@scenekeep/engine/host";
import { confirm } from "./confirm.ts";
import { countLine } from "./count_line.ts";
import { csvText } from "./csv.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { planTarget } from "./plan_target.ts";
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

/** What is told of each file of a plan. */
const COLUMNS = ["outcome", "path", "bytes", "keeper", "reason"];

const HELP = `deno task apply PLAN.json [options]

Carries out a plan that deno task scan DIR --plan PLAN.json wrote. Each file that goes is moved to
the trash in DIR/.scenekeep/, and where its folder would lose the picture a link takes its place.
Right before a file goes it is compared with the one that stays. What has changed since the plan
was made stays and is named; the rest goes on. deno task undo PLAN.json takes it all back. Before it
asks it says which folders would depend on which, as their links lead there.

  --yes          do it without a question; needed where nobody can be asked
  --link KIND    what takes the place of a file: symbolic (relative links, default), hard, or
                 reflink (a file that shares the blocks of the other one: Btrfs, XFS)
  --verify HOW   how a copy is held against the file that stays, right before it goes: bytes
                 (compared byte by byte, default), or hash (both are read again and hashed)
  --folder DIR   the folder, if it is not where it was when the plan was made
  --json         write one JSON object to standard output
  --csv          write one line for each file of the plan to standard output:
                 ${COLUMNS.join(",")}
${RECORD_HELP}
  --cache DIR    remember hashes there instead of in the user's cache directory
  --help         say this

If it is stopped or killed, what was begun is finished the next time the folder is used; say the
same again to go on.
Exit code: 0 all done · 1 a mistake of the program · 2 wrong usage · 3 the folder or the plan cannot
be used · 4 the cache cannot be had · 6 not confirmed, nothing done · 7 done, but for what is
named · 130 stopped
`;

const SHAPE = {
  flags: ["yes", "json", "csv"],
  values: ["link", "verify", "folder", "record", "cache"],
  positionals: ["PLAN.json"],
} as const;

/** Runs the command. */
export async function applyCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = readCommandLine(terminal, { words, shape: SHAPE, help: HELP });
  if (typeof given === "number") return given;
  const standIns = given.values.get("link") ?? "symbolic";
  if (standIns !== "symbolic" && standIns !== "hard" && standIns !== "reflink") {
    return wrongUsage(terminal, `Unknown link "${standIns}": known are symbolic, hard, reflink`);
  }
  const verify = given.values.get("verify") ?? "bytes";
  if (verify !== "bytes" && verify !== "hash") {
    return wrongUsage(terminal, `Unknown way to verify "${verify}": known are bytes, hash`);
  }
  return await reportFailures(terminal, async () => {
    const target = await planTarget(
      terminal,
      given.positionals[0] ?? "",
      given.values.get("folder"),
    );
    if (typeof target === "number") return target;
    const { plan, root } = target;
    const record = recordOption(terminal, given.values.get("record"), root);
    if (typeof record === "number") return record;
    const depends = standIns === "symbolic" ? plannedDependencies(plan) : [];
    const question = questionOf(plan, root, depends);
    const refusal = await confirm(terminal, question, given.flags.has("yes"));
    if (refusal !== null) return refusal;
    const cache = given.values.get("cache");
    const progress = countLine(terminal, "files");
    const result = await applyPlan({
      root,
      plan,
      standIns,
      verify,
      ...(cache === undefined ? {} : { cache: userPath(cache) }),
      ...record,
      signal: terminal.signal,
      onUnfinished: () => tellUnfinished(terminal),
      onProgress: progress.show,
    }).finally(progress.clear);
    tellResult(terminal, given, {
      json: result,
      csv: () => csvOf(plan, result),
      text: () => textOf(result, given.positionals[0] ?? ""),
    });
    return result.skipped.length === 0 ? EXIT.done : EXIT.partly;
  });
}

/** Directories that are named; the others are counted. */
const DEPENDENCIES_SHOWN = 12;

function questionOf(plan: Plan, root: string, depends: readonly AlbumDependency[]): string {
  const { bytesToTrash } = plan.certificate;
  const keepers = new Map<string, number>();
  for (const { albums, keeper } of plan.items) {
    keepers.set(keeper, (keepers.get(keeper) ?? 0) + albums.length);
  }
  const names = plan.items.filter(({ action }) => action === "removeEntry").length;
  const files = plan.items.length - names;
  return `${count(files, "file")} of ${printable(root)}, ${bytesText(bytesToTrash)}, ` +
    `would go to the trash of the folder${leavingText(names, "would leave")}; ` +
    `${count(keepers.size, "file")} would stand for them` + dependsText(depends);
}

/** What becomes of names whose files live on. */
function leavingText(names: number, verb: string): string {
  if (names === 0) return "";
  return `, and ${count(names, "name")} ${verb} the directory that was looked at: ` +
    "what they name lives on elsewhere";
}

function dependsText(depends: readonly AlbumDependency[]): string {
  if (depends.length === 0) return "";
  const shown = depends.length <= DEPENDENCIES_SHOWN + 1
    ? depends
    : depends.slice(0, DEPENDENCIES_SHOWN);
  const more = depends.length - shown.length;
  return [
    ".",
    "Links would lead from folder to folder. Whoever deletes or moves the second one by hand takes",
    "files from the first one as well; deno task repair mends such links.",
    ...shown.map(({ album, files, on }) =>
      `  ${folderText(album)} would depend on ${folderText(on)}: ${count(files, "file")}`
    ),
    ...(more === 0 ? [] : [`  and ${count(more, "more pair")}: --json lists all afterwards`]),
  ].join("\n");
}

function folderText(album: string): string {
  return album === "." ? "the folder itself" : printable(album);
}

function csvOf({ items }: Plan, { skipped }: ApplyResult): string {
  const reasons = new Map(skipped.map(({ file, reason }) => [file, reason]));
  const rows = items.map(({ action, bytesToTrash, file, keeper }) => {
    const reason = reasons.get(file);
    const done = action === "removeEntry" ? "left" : "trashed";
    return [
      reason === undefined ? done : "stayed",
      file,
      bytesToTrash,
      keeper,
      reason ?? null,
    ];
  });
  return csvText(COLUMNS, rows);
}

function textOf(result: ApplyResult, file: string): string {
  const { applied, bytesToTrash, isNew, namesRemoved, skipped } = result;
  const lines = [
    `${isNew ? "" : "Applied before: "}${count(applied - namesRemoved, "file")} went to the ` +
    `trash, ${bytesText(bytesToTrash)}${leavingText(namesRemoved, "left")}`,
    ...skipped.length === 0 ? [] : [`${count(skipped.length, "file")} stayed:`],
    ...skipped.map(({ file, reason }) => `  ${printable(file)}: ${printable(reason)}`),
    `Take it back: deno task undo ${printable(JSON.stringify(file))}`,
  ];
  return `${lines.join("\n")}\n`;
}

if (import.meta.main) await runCommand(applyCommand);
