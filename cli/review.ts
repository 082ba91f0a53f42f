/**
 * `deno task review DIR`: walks through groups with the keyboard and writes a plan.
 *
 * @module
 */

import { REVIEW_TIERS } from "@scenekeep/engine/core";
import { type ReviewAnswer, reviewFolder, type ReviewGroup } from "@scenekeep/engine/host";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { KEEP_HELP, KEEP_LISTS, keepRulesOf } from "./keep_rules.ts";
import { ProgressLine } from "./progress.ts";
import { GroupReview } from "./group_review.ts";
import { SELECTION_HELP, SELECTION_LISTS, selectionOf } from "./selection_options.ts";
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

const HELP = `deno task review DIR --plan FILE [options]

Looks at the folder DIR, shows one group of copies or similar pictures after the other, and asks
what stays. What is decided becomes a plan in FILE, which must be outside DIR. No picture is
changed; "not duplicates" is remembered in DIR/.scenekeep/not_duplicates.json.

  up, down, k, j   the file before, the file after
  space            keep or delete this file
  o                keep only this file, delete the rest
  enter            as it stands; on to the next group
  n                these are no duplicates: all stay, and they are not shown again
  s                skip this group: nothing of it goes
  q                finish: skip all further groups and write the plan
  Ctrl-C           stop and write nothing

  --plan FILE    where the plan goes
  --exact-only   look for exact copies alone; the model is left out
  --tier TIER    how alike pictures of a group are: close, similar (default) or related; or
                 the same picture in other bytes: sameImage (only what is said of it
                 differs) or samePixels (also what compresses it)
  --album PATH   review this directory of DIR alone: what is removed leaves it, and lives on
                 where it has other names
  --cache DIR    remember hashes, vectors and the model there instead
  --json         say what came of it as one JSON object
  --help         say this

${KEEP_HELP}
${SELECTION_HELP}
Exit code: 0 done · 1 a mistake of the program · 2 wrong usage, or no terminal · 3 the folder cannot
be read · 4 the cache or the model cannot be had · 5 the plan cannot be written · 130 stopped
`;

const SHAPE = {
  flags: ["json", "exact-only"],
  values: ["album", "tier", "plan", "cache"],
  lists: [...SELECTION_LISTS, ...KEEP_LISTS],
  positionals: ["DIR"],
} as const;

/** Runs the command. */
export async function reviewCommand(
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const given = readCommandLine(terminal, { words, shape: SHAPE, help: HELP });
  if (typeof given === "number") return given;
  const root = userPath(given.positionals[0] ?? ".");
  const wanted = given.values.get("tier") ?? "similar";
  const tier = REVIEW_TIERS.find((known) => known === wanted);
  if (tier === undefined) {
    return wrongUsage(terminal, `Unknown tier "${wanted}": known are ${REVIEW_TIERS.join(", ")}`);
  }
  const plan = given.values.get("plan");
  if (plan === undefined) return wrongUsage(terminal, "Say where the plan goes: --plan FILE");
  const planPath = userPath(plan);
  if (isInside(planPath, root)) {
    return wrongUsage(terminal, `Name a file outside of the folder for --plan: got "${plan}"`);
  }
  const { keys } = terminal;
  if (keys === undefined) {
    return wrongUsage(terminal, "A review needs a terminal: use deno task scan --plan elsewhere");
  }
  const [album, cache] = [given.values.get("album"), given.values.get("cache")];
  const keepRules = keepRulesOf(given.lists.get("keep") ?? []);
  if (typeof keepRules === "string") return wrongUsage(terminal, keepRules);
  const selection = await selectionOf(given.lists, terminal);
  if (selection === null) return EXIT.usage;
  return await reportFailures(terminal, async () => {
    const progress = ProgressLine.on(terminal);
    const pressed = keys();
    const result = await reviewFolder({
      root,
      tier,
      selection,
      keepRules,
      exactOnly: given.flags.has("exact-only"),
      ...(album === undefined ? {} : { album }),
      ...(cache === undefined ? {} : { cache: userPath(cache) }),
      signal: terminal.signal,
      onProgress: (state) => progress.show(state),
      onNote: (line) => progress.note(line),
      decide: (group, place) => {
        progress.clear();
        return decide(group, { ...place, pressed, terminal });
      },
    }).finally(() => {
      progress.clear();
      void pressed.return?.();
    });
    if (result.plan !== null) await writeOutput(planPath, [jsonText(result.plan)]);
    const bytes = result.plan?.certificate.bytesToTrash ?? 0;
    const files = result.plan?.items.length ?? 0;
    const { groups, decided, notDuplicates } = result;
    if (given.flags.has("json")) {
      terminal.out(jsonText({ groups, decided, notDuplicates, files, bytes }));
    } else {
      terminal.out(
        `Decided ${grouped(decided, groups)}, ${notDuplicates} of them no duplicates. ` +
          (result.plan === null
            ? "Nothing goes: no plan was written.\n"
            : `To win: ${bytesText(bytes)} by removing ${count(files, "file")}.\n` +
              `Plan: ${printable(planPath)}, with its certificate\n`),
      );
    }
    return EXIT.done;
  });
}

/** Shows one group and takes keys until it is decided. */
async function decide(
  group: ReviewGroup,
  context: {
    readonly number: number;
    readonly total: number;
    readonly pressed: AsyncIterator<string>;
    readonly terminal: Terminal;
  },
): Promise<ReviewAnswer> {
  const { number, total, pressed, terminal } = context;
  const review = new GroupReview(group);
  for (;;) {
    terminal.error(review.screen(`Group ${number} of ${total}`));
    // deno-lint-ignore no-await-in-loop -- one key after the other
    const next = await pressed.next();
    // Nobody is there to press more: what was decided so far counts.
    if (next.done === true) return { kind: "finish" };
    const answer = review.press(next.value);
    if (answer !== null) return answer;
  }
}

function grouped(decided: number, groups: number): string {
  return `${decided} of ${count(groups, "group")}`;
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

if (import.meta.main) await runCommand(reviewCommand);
