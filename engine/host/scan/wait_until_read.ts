import { LIBRARIAN } from "@scenekeep/engine/core";
import type { LibraryClient } from "./library_client.ts";

/** First and longest pause between two questions whether all is read. */
const PAUSE_FIRST_MS = 4;
const PAUSE_LAST_MS = 200;

/** How far the reading of a folder has come. */
export interface ReadingProgress {
  readonly filesTotal: number;
  readonly filesLeft: number;
  /** Pictures by name; as many are embedded, but for exact copies. */
  readonly picturesTotal: number;
  readonly picturesDone: number;
  /** Pairs of pictures that are compared; absent before that begins. */
  readonly pairsTotal?: number;
  readonly pairsDone?: number;
}

/** What is waited for. */
export interface Waiting {
  readonly client: Pick<LibraryClient, "ask">;
  /** Whether pictures are embedded. */
  readonly embeds: boolean;
  readonly picturesTotal: number;
  readonly picturesDone: () => number;
  /**
   * How many files have yet to be read, where that is not what the librarian says: staged reading
   * leaves files unread on purpose.
   */
  readonly filesLeft?: () => number;
  readonly onProgress: (progress: ReadingProgress) => void;
}

/**
 * Waits until every file has been hashed and, where that is wanted, every picture embedded, or
 * found to be unreadable. Asks more and more rarely, at least five times a second.
 */
export async function waitUntilRead(waiting: Waiting): Promise<void> {
  let pauseMs = PAUSE_FIRST_MS;
  for (;;) {
    // Before the question: what is read while it is under way, the answer may not know of.
    const stagesLeft = waiting.filesLeft?.();
    // deno-lint-ignore no-await-in-loop -- it asks until it is so
    const storage = await waiting.client.ask(LIBRARIAN, { kind: "readStorage" }, ["storage"]);
    const filesLeft = stagesLeft ?? storage.toHash;
    waiting.onProgress({
      filesTotal: storage.files,
      filesLeft,
      picturesTotal: waiting.picturesTotal,
      picturesDone: waiting.picturesDone(),
    });
    if (filesLeft === 0 && (!waiting.embeds || storage.toEmbed === 0)) return;
    // deno-lint-ignore no-await-in-loop -- the pause is the point
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    pauseMs = Math.min(PAUSE_LAST_MS, pauseMs * 1.25);
  }
}
