import { LookStopped } from "./look_failed.ts";

/** How work is shared out. */
export interface AtOnce {
  /** How many items are worked on at the same time. */
  readonly atOnce: number;
  /** Whether the look is to be given up. */
  readonly isStopped: () => boolean;
}

/**
 * Works on items in their order, some at the same time. After a failure nothing more is begun.
 *
 * @throws {LookStopped} When the look is given up.
 * @throws What `work` throws first.
 */
export async function eachAtOnce<Item>(
  items: Iterable<Item>,
  { atOnce, isStopped }: AtOnce,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      if (isStopped()) throw new LookStopped();
      // deno-lint-ignore no-await-in-loop -- so many at a time
      await work(next.value);
      if (hasFailed) return;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, async () => {
    try {
      await worker();
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  }));
}
