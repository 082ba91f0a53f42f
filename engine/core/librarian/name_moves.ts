import { identifier } from "../protocol/ids.ts";
import type { Outcome, PortError } from "../protocol/incoming.ts";
import type { FileRecord } from "../library/file.ts";
import { lengthOfMove, type MoveOfNames, type NameMove } from "../library/name_move.ts";
import type { TrashRecord } from "../library/trash.ts";
import { trashedEntries } from "./entries.ts";
import { homecoming, trashSteps } from "./folder_names.ts";
import { emitRestore } from "./restore_file.ts";
import type { TurnDraft } from "./turn_draft.ts";

/**
 * [Note: Moves of names]
 *
 * What a user puts into the trash of a folder library, or takes out of it, is moved file by file:
 * one file that cannot be moved does not hold up the others. Each request is in the outbox until
 * its answer is committed, and asking again finishes what was half done, so a crash anywhere goes
 * on.
 */

/** What a request about names is called in its key and in the timer that repeats it. */
const MOVE_KEY = /^names\/(\d+)\/(\d+)$/;

const PLACE_KEY = /^(\w+)\/(\d+)\/(\d+)$/;

/** The timers that ask the folder again start with this; the request's key follows. */
const AGAIN = "again/";

/** How long the folder has before it is asked again. */
const ASK_AGAIN_MS = 10 * 1000;

/** How often names are asked for after an error of the disk, before they stay where they are. */
export const MOVE_ATTEMPTS_MAX = 12;

/** Reads a key of a request for a move of the user, or null for keys of others. */
export function parseMoveKey(key: string): { sequence: number; attempt: number } | null {
  const [, sequence, attempt] = MOVE_KEY.exec(key) ?? [];
  return sequence === undefined ? null : { sequence: Number(sequence), attempt: Number(attempt) };
}

/** Where a move is that has no trash numbers, and how often that was asked for. */
export interface PlaceInMove {
  readonly position: number;
  readonly attempt: number;
}

/** The key of a request for one thing of such a move: `mend/3/1`. */
export function keyOfPlace(kind: "mend" | "entry", { attempt, position }: PlaceInMove): string {
  return `${kind}/${position}/${attempt}`;
}

/** Reads a key that `keyOfPlace` made, or null for keys of others. */
export function placeOfKey(kind: "mend" | "entry", key: string): PlaceInMove | null {
  const [, name, position, attempt] = PLACE_KEY.exec(key) ?? [];
  return name === kind ? { position: Number(position), attempt: Number(attempt) } : null;
}

/** The key of the request that a timer repeats, or null for other timers. */
export function repeatedKey(timer: string): string | null {
  return timer.startsWith(AGAIN) ? timer.slice(AGAIN.length) : null;
}

/** Asks the folder again after a while. */
export function askAgain(draft: TurnDraft, key: string): void {
  draft.timer(`${AGAIN}${key}`, ASK_AGAIN_MS);
}

/** True for errors after which nobody knows what the folder is like. */
export function isUnknown(error: PortError): boolean {
  return error === "timeout" || error === "failed";
}

/** True when it may be otherwise in a moment. */
export function isWorthRepeating(error: PortError, attempt: number): boolean {
  return isUnknown(error) || (error === "ioError" && attempt < MOVE_ATTEMPTS_MAX);
}

/** Starts to move the names of files that this turn trashed, or of what is to come back. */
export function startMove(
  draft: TurnDraft,
  move: MoveOfNames,
): void {
  if (lengthOfMove(move) === 0) return;
  draft.emit({ kind: "namesMoving", move });
}

/** Asks the folder for what the move has come to. */
export function requestMove(
  draft: TurnDraft,
  asked: { kind: "trash" | "restore"; record: TrashRecord; attempt: number },
): boolean {
  const { attempt, kind, record } = asked;
  const steps = kind === "trash" ? stepsToTrash(record) : homecoming(draft.state, record)?.steps;
  if (steps === undefined || steps.length === 0) return false;
  draft.request({ kind: "link", key: identifier(`names/${record.sequence}/${attempt}`), steps });
  return true;
}

/** Asks the folder to put away a file that this turn trashed. */
export function requestTrashing(
  draft: TurnDraft,
  trashed: { file: FileRecord; sequence: number },
): void {
  const { file, sequence } = trashed;
  const entries = trashedEntries(draft.state, file);
  const steps = trashSteps(file, { entries, sequence, standIns: new Map(), keeper: null });
  draft.request({ kind: "link", key: identifier(`names/${sequence}/1`), steps });
}

function stepsToTrash(record: TrashRecord): ReturnType<typeof trashSteps> {
  const { contentHash, entries, homeObjects: objects = [], sequence } = record;
  return trashSteps({ contentHash, objects }, {
    entries,
    sequence,
    standIns: new Map(),
    keeper: null,
  });
}

/** Goes on with the move once the folder has answered. */
export function handleMoved(
  draft: TurnDraft,
  moved: { sequence: number; attempt: number; outcome: Outcome<unknown> },
): void {
  const { attempt, outcome, sequence } = moved;
  const record = currentRecord(draft, sequence);
  const move = draft.state.nameMove;
  if (record === null || !isOfTrash(move)) return;
  if (outcome.kind === "failed") {
    if (isWorthRepeating(outcome.error, attempt)) {
      return askAgain(draft, `names/${sequence}/${attempt + 1}`);
    }
    draft.warn("NAMES_STAY", `${record.file}: ${move.kind} in the folder: ${outcome.error}`);
  }
  // What could not be put away lives again; what was asked back lives when its names are there.
  if ((outcome.kind === "done") === (move.kind === "restore")) emitRestore(draft, record);
  goOn(draft);
}

/** Asks the folder again for what it did not answer well. */
export function repeatMove(draft: TurnDraft, again: { sequence: number; attempt: number }): void {
  const record = currentRecord(draft, again.sequence);
  const move = draft.state.nameMove;
  if (record === null || !isOfTrash(move)) return;
  requestMove(draft, { kind: move.kind, record, attempt: again.attempt });
}

function isOfTrash(
  move: NameMove | null,
): move is Extract<NameMove, { readonly kind: "trash" | "restore" }> {
  return move?.kind === "trash" || move?.kind === "restore";
}

function currentRecord(draft: TurnDraft, sequence: number): TrashRecord | null {
  const { nameMove: move, trash } = draft.state;
  if (!isOfTrash(move)) return null;
  if (move.sequences[move.position] !== sequence) return null;
  return trash.get(sequence) ?? null;
}

/** Ends one file of the move and asks for the next one that has something to move. */
function goOn(draft: TurnDraft): void {
  const { nameMove: move, trash } = draft.state;
  if (!isOfTrash(move)) return;
  for (let next = move.position + 1; next <= move.sequences.length; next += 1) {
    draft.emit({ kind: "namesMoved" });
    const sequence = move.sequences[next];
    const record = sequence === undefined ? undefined : trash.get(sequence);
    if (record !== undefined && requestMove(draft, { kind: move.kind, record, attempt: 1 })) return;
    if (record === undefined) continue;
    if (move.kind === "restore") {
      draft.warn("NAMES_STAY", `${record.file}: another file has its name by now`);
    }
  }
}
