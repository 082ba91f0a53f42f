import {
  type EngineTypes,
  LIBRARIAN,
  LIBRARIAN_ACTOR,
  type LibraryEvent,
  type LibraryState,
} from "@scenekeep/engine/core";
import { basename, join } from "@std/path";
import { JOURNAL_FILE } from "../folder/folder_entry.ts";
import { JournalError } from "../journal/journal_error.ts";
import { SqliteJournal } from "../journal/sqlite_journal.ts";

/** So often a journal that somebody writes meanwhile is copied anew. */
const COPIES_MAX = 3;

/**
 * What the library of a folder knew at the last moment, without changing anything in the folder:
 * its journal is copied and the copy is read. Null where nothing was ever cleaned up. Not for a
 * process that holds that journal open: closing a file gives up all its locks on it, on Unix.
 *
 * @throws {JournalError} When it cannot be read, is damaged, or is written all the time.
 */
export async function keptState(root: string): Promise<LibraryState | null> {
  const path = join(root, JOURNAL_FILE);
  if (!(await hasJournal(root))) return null;
  const aside = await Deno.makeTempDir({ prefix: "scenekeep-journal-" });
  try {
    const copy = join(aside, basename(path));
    // deno-lint-ignore no-await-in-loop -- one attempt after the other
    for (let attempt = 1; !(await copied(path, copy)); attempt += 1) {
      if (attempt < COPIES_MAX) continue;
      throw new JournalError("LIBRARY_BUSY", {
        path,
        found: "another process is writing it",
        remedy: "Ask again when that is over",
      });
    }
    return readState(copy);
  } finally {
    await Deno.remove(aside, { recursive: true });
  }
}

/** True for a folder that was ever cleaned up. */
export async function hasJournal(root: string): Promise<boolean> {
  return await stampOf(join(root, JOURNAL_FILE)) !== null;
}

/** False when the journal changed meanwhile. */
async function copied(path: string, copy: string): Promise<boolean> {
  const stamps = async (): Promise<string> =>
    `${await stampOf(path)} ${await stampOf(`${path}-wal`)}`;
  const before = await stamps();
  for (const end of ["", "-wal"]) {
    try {
      // deno-lint-ignore no-await-in-loop -- the two belong together
      await Deno.copyFile(`${path}${end}`, `${copy}${end}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw unreadableError(path, error);
      // deno-lint-ignore no-await-in-loop -- one that an earlier attempt left would be applied
      await Deno.remove(`${copy}${end}`).catch(() => {});
    }
  }
  return before === await stamps();
}

function unreadableError(path: string, cause: unknown): JournalError {
  const found = cause instanceof Error ? cause.message : String(cause);
  const remedy = "See that it may be read, and that no other program holds it";
  return new JournalError("JOURNAL_UNREADABLE", { path, found, remedy, cause });
}

async function stampOf(path: string): Promise<string | null> {
  try {
    const { isFile, mtime, size } = await Deno.lstat(path);
    return isFile ? `${size} ${mtime?.getTime()}` : null;
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isMissing) return null;
    throw error;
  }
}

function readState(path: string): LibraryState {
  const journal = SqliteJournal.open({ path });
  try {
    const { events, snapshot } = journal.storeFor<EngineTypes>(LIBRARIAN).open();
    const state = snapshot === null ? LIBRARIAN_ACTOR.initial() : LIBRARIAN_ACTOR.decode(snapshot);
    for (const event of events) LIBRARIAN_ACTOR.evolve(state, event as LibraryEvent);
    return state;
  } finally {
    journal.close();
  }
}
