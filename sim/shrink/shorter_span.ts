import type { ListedScenario } from "./smaller_world.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** Most time between two operations that is tried, from the shortest on, in minutes. */
const GAPS_MINUTES = [1, 5, 30, 120, 480] as const;
/** Quiet tails that are tried, in minutes. */
const QUIET_MINUTES = [1, 60, 240, 2 * DAY_MINUTES] as const;

/**
 * The scenario in shorter spans of time, the shortest first: the operations in the same order with
 * less time between them, and less quiet time afterwards. None takes longer than the scenario.
 */
export function shorterSpans(scenario: ListedScenario): ListedScenario[] {
  const { activeMinutes, quietMinutes, quietDays = 3, virtualDays } = scenario;
  const nowMinutes = (activeMinutes ?? virtualDays * DAY_MINUTES) +
    (quietMinutes ?? quietDays * DAY_MINUTES);
  const spans: ListedScenario[] = [];
  for (const quiet of QUIET_MINUTES) {
    for (const gap of GAPS_MINUTES) {
      const shorter = inSpan(scenario, gap, quiet);
      if (shorter.activeMinutes! + quiet < nowMinutes) spans.push(shorter);
    }
  }
  return spans.sort((left, right) => minutesOf(left) - minutesOf(right));
}

/**
 * The scenario with at most so many minutes between two operations, and so many quiet minutes at
 * the end. Whole days stay as the upper bound of the document.
 */
export function inSpan(
  scenario: ListedScenario,
  gapMinutes: number,
  quietMinutes: number,
): ListedScenario {
  const operations = [...scenario.operations ?? []].sort((left, right) => left.atMs - right.atMs);
  let [beforeMs, atMs] = [0, 0];
  const closer = operations.map((operation) => {
    atMs += Math.min(operation.atMs - beforeMs, gapMinutes * MINUTE_MS);
    beforeMs = operation.atMs;
    return { ...operation, atMs };
  });
  const activeMinutes = Math.min(DAY_MINUTES, Math.ceil(atMs / MINUTE_MS) + gapMinutes);
  return { ...scenario, operations: closer, virtualDays: 1, activeMinutes, quietMinutes };
}

function minutesOf({ activeMinutes = 0, quietMinutes = 0 }: ListedScenario): number {
  return activeMinutes + quietMinutes;
}
