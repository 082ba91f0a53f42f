import { ENGINE_VERSION, printable } from "@scenekeep/engine/core";
import { JUDGED_PROMISES } from "../replay/judged_promises.ts";
import { ENDING_TEXTS } from "./exit_code.ts";
import type { EndedReplay } from "./run_replay.ts";
import { bytes, count, table } from "./run_text.ts";

const DAY_MS = 86_400_000;

/** A replay as a person reads it: what was replayed, what was checked, and what could not be. */
export function replayText(
  path: string,
  ended: EndedReplay,
  wallMs: number,
): string {
  const { ending, library, reasons, report } = ended;
  const text = ending === "clean"
    ? "every actor decided as it did, and every promise that can be judged held"
    : ENDING_TEXTS[ending];
  return [
    `${path}: ${text}`,
    ...reasons.slice(0, 20).map((reason) => `  ${reason}`),
    "",
    "Replayed",
    `  ${count(report.runs)} runs, ${count(report.turns)} turns`,
    ...Object.entries(report.actors).map(([actor, { lives, turns }]) =>
      `  ${actor.padEnd(24)}${count(turns).padStart(10)} turns in ${count(lives)} lives`
    ),
    `  ${count(report.statesCompared)} states compared at the ends of runs`,
    ...gapLines(ended),
    ...library === null ? [] : [
      "",
      "Library at the end",
      `  a ${library.kind} with ${count(library.files)} files in ${
        count(library.albums)
      } albums; ` +
      `usage ${bytes(library.usageBytes)}, of it trash ${bytes(library.trashBytes)}`,
    ],
    "",
    "Looks at something that could have failed",
    ...table(report.checks),
    "",
    "Not judged",
    ...JUDGED_PROMISES.filter(({ judged }) => judged !== "all").map(({ butFor, promise }) =>
      `  ${promise.padEnd(14)} ${butFor}`
    ),
    "",
    `${count(report.turns)} turns in ${(wallMs / 1000).toFixed(1)} s; ` +
    `${(report.virtualMs / DAY_MS).toFixed(1)} days`,
    `trace ${report.traceHash}`,
  ].map(printable).join("\n");
}

/** What the recording lacks. */
function gapLines({ report }: EndedReplay): string[] {
  const { beginnings, cut, engines, leftOut } = report;
  const { recordsCompared, runsWithoutEnd, skippedTurns } = report;
  const others = engines.filter((engine) => engine !== ENGINE_VERSION);
  return [
    ...others.length === 0
      ? []
      : [`  recorded by engine ${others.join(", ")}, replayed by ${ENGINE_VERSION}`],
    ...leftOut.length === 0 ? [] : [`  not recorded: ${leftOut.join(", ")}`],
    ...beginnings > 1
      ? [`  ${count(beginnings - 1)} times the promises began anew: what came before is not there`]
      : [],
    ...recordsCompared > 0
      ? [`  ${count(recordsCompared)} records after a kill, compared with what was committed`]
      : [],
    ...runsWithoutEnd > 0 ? [`  ${count(runsWithoutEnd)} runs have no end in the recording`] : [],
    ...cut === null ? [] : [`  the recording ended before the work did: ${cut}`],
    ...skippedTurns > 0 ? [`  ${count(skippedTurns)} turns of actors that had failed here`] : [],
  ];
}
