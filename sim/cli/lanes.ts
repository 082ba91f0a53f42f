import type { Arguments } from "./arguments.ts";

/** How many processes the user wants at a time; as many as there are cores without a word. */
export function lanesOf(given: Arguments): number {
  return given.number("--processes", navigator.hardwareConcurrency);
}

/**
 * Works on all items, in order, so many at a time: each lane takes the next one as soon as it is
 * done with its last.
 */
export async function inLanes<Item>(
  items: Iterable<Item>,
  lanes: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items].reverse();
  const lane = async (): Promise<void> => {
    // deno-lint-ignore no-await-in-loop -- one after the other, in each lane
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(lanes, waiting.length)) }, lane));
}
