import { photoReplay, type PhotoReplayOptions } from "../replay/photo_replay.ts";
import { recordingLines } from "../replay/recording_lines.ts";
import type { ReplayReport } from "../replay/replay_report.ts";
import type { EngineTypes, LibraryKind } from "@scenekeep/engine/core";
import type { Ending } from "./exit_code.ts";

/** Lines between two words on the progress. */
const PROGRESS_LINES = 5_000;

/** A replay cannot tell one from the other. */
const OTHERWISE =
  "The code is another than when this was recorded, or the file is not as it was written";

/** What the library is at the end of a replay, by the checkers' own model. */
export interface ReplayedLibrary {
  readonly kind: LibraryKind;
  readonly files: number;
  readonly albums: number;
  readonly usageBytes: number;
  readonly trashBytes: number;
}

/** A replay that has ended. */
export interface EndedReplay {
  readonly report: ReplayReport;
  readonly library: ReplayedLibrary | null;
  readonly ending: Ending;
  /** Why it is not clean. */
  readonly reasons: readonly string[];
}

/**
 * Replays a recording to its end.
 *
 * @throws {RecordingError} When it is damaged, or nothing can be made from what it has of an actor.
 */
export function runReplay(
  lines: Iterable<string>,
  options: PhotoReplayOptions & { readonly progress?: (text: string) => void } = {},
): EndedReplay {
  const { replay, watch } = photoReplay(options);
  let taken = 0;
  for (const line of recordingLines<EngineTypes>(lines)) {
    replay.take(line);
    taken += 1;
    if (taken % PROGRESS_LINES === 0) options.progress?.(`${taken} lines`);
    if (replay.isOver) break;
  }
  const report = replay.finish();
  const shadow = watch()?.shadow;
  const library = shadow === undefined ? null : {
    kind: shadow.libraryKind,
    files: shadow.files.size,
    albums: shadow.albums.size,
    usageBytes: shadow.objects.sums.live + shadow.objects.sums.trash,
    trashBytes: shadow.objects.sums.trash,
  };
  return { report, library, ...judged(report) };
}

function judged(report: ReplayReport): { ending: Ending; reasons: readonly string[] } {
  const { beginnings, crash, divergence, violations } = report;
  const reasons = [
    ...violations.map(({ checker, event, message, virtualMs }) =>
      `${checker} at turn ${event}, ${virtualMs} ms: ${message}`
    ),
    ...crash === null ? [] : [`Line ${crash.line}: ${crash.actor} failed here: ${crash.error}`],
    ...divergence === null ? [] : divergenceLines(report),
    ...crash === null && divergence === null ? [] : [OTHERWISE],
  ];
  if (violations.length > 0) return { ending: "violation", reasons };
  if (crash !== null) return { ending: "crash", reasons };
  if (divergence !== null) return { ending: "notDeterministic", reasons };
  if (beginnings === 0) {
    return { ending: "vacuous", reasons: ["The recording has no life of the librarian"] };
  }
  return { ending: "clean", reasons };
}

/** Where it first differs. What comes afterwards may follow from that. */
function divergenceLines({ divergence, divergingTurns }: ReplayReport): string[] {
  if (divergence === null) return [];
  const { actor, event, field, life, line, recorded, replayed, turn } = divergence;
  return [
    `Line ${line}, turn ${event}: ${actor} in life ${life}, turn ${turn}, decides otherwise: ` +
    `${field}; turns that differ: ${divergingTurns}`,
    `  recorded: ${shortened(recorded)}`,
    `  replayed: ${shortened(replayed)}`,
  ];
}

/** Text of a value that a report repeats. */
const VALUE_LENGTH_MAX = 200;

function shortened(text: string): string {
  return text.length <= VALUE_LENGTH_MAX ? text : `${text.slice(0, VALUE_LENGTH_MAX)}…`;
}
