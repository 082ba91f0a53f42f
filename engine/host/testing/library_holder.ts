/**
 * Holds the library named by its argument until it is killed, or until its input ends. Writes one
 * line when it does: `held`, or the code of the error.
 */

import { JournalError } from "../journal/journal_error.ts";
import { SqliteJournal } from "../journal/sqlite_journal.ts";

/** What it says when it holds the library. */
export const HELD = "held";

if (import.meta.main) {
  const [path = ""] = Deno.args;
  try {
    const journal = SqliteJournal.open({ path });
    await say(HELD);
    for await (const _ of Deno.stdin.readable) continue;
    journal.close();
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    await say(error.code);
  }
}

async function say(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}
