import { TRASH_AGE_MS, type TrashRecord } from "@scenekeep/engine/core";
import { folderPath } from "../folder/folder_path.ts";
import { CleanUpError } from "./clean_up_error.ts";
import { KeptLibrary, type KeptLibraryOptions } from "./kept_library.ts";
import { heldInWords } from "./reasons.ts";
import { syncWithFolder } from "./sync_with_folder.ts";

/** One file in the trash of a folder. */
export interface TrashedFile {
  /** Its number in the trash. */
  readonly number: number;
  /** Where it was, and comes back to. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly cause: "user" | "edit" | "plan";
  /** Days in the trash so far, by the time that was witnessed; it may go for good after 30. */
  readonly days: number;
  /** Why it stays though it is due; null when nothing keeps it. */
  readonly held: string | null;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** What is in the trash of a folder, oldest first. */
export async function listTrash(options: KeptLibraryOptions): Promise<TrashedFile[]> {
  await using kept = await KeptLibrary.open({ ...options, makes: false });
  return [...kept.state.trash.values()].map((record) => trashedFile(kept, record));
}

/** What became of files that were to come back or to go for good. */
export interface TrashOutcome {
  readonly done: readonly TrashedFile[];
  /** Files that are where they were, and why. */
  readonly stays: readonly (TrashedFile & { readonly reason: string })[];
}

/**
 * Brings files back to all their names.
 *
 * @throws {CleanUpError} `REFUSED` when there is no such number, or a name is taken.
 */
export async function restoreTrash(
  options: KeptLibraryOptions,
  numbers: readonly number[],
): Promise<TrashOutcome> {
  await using kept = await KeptLibrary.open({ ...options, makes: false });
  const asked = recordsOf(kept, numbers);
  await syncWithFolder(kept, () => null);
  await kept.ask({ kind: "restore", sequences: numbers }, "accepted");
  await kept.until(() => kept.state.nameMove === null);
  await kept.settled();
  return outcomeOf(kept, asked);
}

/** Deletes files in the trash for good: some, or all up to a number that the user has seen. */
export async function deleteTrash(
  options: KeptLibraryOptions,
  which: { readonly numbers: readonly number[] } | { readonly upTo: number },
): Promise<TrashOutcome> {
  await using kept = await KeptLibrary.open({ ...options, makes: false });
  const numbers = "numbers" in which
    ? which.numbers
    : [...kept.state.trash.keys()].filter((number) => number <= which.upTo);
  const asked = recordsOf(kept, numbers);
  const answer = "numbers" in which
    ? await kept.ask({ kind: "deleteForGood", sequences: numbers }, "purging")
    : await kept.ask({ kind: "emptyTrash", upTo: which.upTo }, "purging");
  const held = new Set(answer.held);
  await kept.untilAll(asked, ({ number }) => {
    const { purgesHeld, trash } = kept.state;
    return !trash.has(number) || purgesHeld.has(number) || held.has(number);
  });
  await kept.settled();
  await kept.tidyTrash();
  return outcomeOf(kept, asked);
}

/** What a sweep came to. */
export interface SweepResult extends TrashOutcome {
  /** True when the clock cannot be trusted: nothing was purged. */
  readonly isClockSuspect: boolean;
}

/**
 * Purges what has been in the trash for 30 days.
 *
 * @param trustsClock True when the user says that the clock is right.
 */
export async function sweepFolder(
  options: KeptLibraryOptions,
  trustsClock: boolean,
): Promise<SweepResult> {
  await using kept = await KeptLibrary.open({ ...options, makes: false });
  if (trustsClock) await kept.ask({ kind: "trustClock" }, "accepted");
  await kept.ask({ kind: "sweep" }, "accepted");
  const isClockSuspect = kept.state.clock.suspectSinceMs !== null;
  const nowMs = kept.state.clock.witnessedMs;
  const due = [...kept.state.trash.values()]
    .filter(({ trashedAtMs }) => nowMs - trashedAtMs >= TRASH_AGE_MS)
    .map((record) => trashedFile(kept, record));
  if (!isClockSuspect) {
    await kept.untilAll(due, ({ number }) => {
      const { pins, purgesHeld, receiptsByFile, trash } = kept.state;
      const record = trash.get(number);
      return record === undefined || purgesHeld.has(number) ||
        receiptsByFile.has(record.file) || pins.has(record.file);
    });
    await kept.settled();
  }
  await kept.tidyTrash();
  return { ...outcomeOf(kept, due), isClockSuspect };
}

function recordsOf(kept: KeptLibrary, numbers: readonly number[]): TrashedFile[] {
  return numbers.map((number) => {
    const record = kept.state.trash.get(number);
    if (record !== undefined) return trashedFile(kept, record);
    throw new CleanUpError("REFUSED", `There is nothing in the trash of number ${number}`);
  });
}

function outcomeOf(kept: KeptLibrary, asked: readonly TrashedFile[]): TrashOutcome {
  const done: TrashedFile[] = [];
  const stays: (TrashedFile & { reason: string })[] = [];
  for (const file of asked) {
    if (!kept.state.trash.has(file.number)) done.push(file);
    else {
      const held = kept.state.purgesHeld.get(file.number);
      const why = held === undefined ? "it is in use" : heldInWords(held);
      const reason = kept.refusals.get(file.file) ?? why;
      stays.push({ ...file, reason });
    }
  }
  return { done, stays };
}

function trashedFile(kept: KeptLibrary, record: TrashRecord): TrashedFile {
  const { clock, purgesHeld } = kept.state;
  const held = purgesHeld.get(record.sequence);
  const home = record.homeObjects?.find(({ role }) => role === "original");
  let sizeBytes = 0;
  for (const object of record.objects) sizeBytes += object.sizeBytes;
  return {
    number: record.sequence,
    file: (home === undefined ? null : folderPath(home.name)) ?? String(record.file),
    sizeBytes,
    cause: record.cause.kind,
    days: Math.floor((clock.witnessedMs - record.trashedAtMs) / DAY_MS),
    held: held === undefined ? null : heldInWords(held),
  };
}
