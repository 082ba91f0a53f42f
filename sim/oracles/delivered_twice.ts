import { LIBRARIAN, LIBRARIAN_ACTOR, type LibraryState } from "@scenekeep/engine/core";
import { photoWorld, type PhotoWorldOptions } from "../library/photo_world.ts";
import type { Scenario } from "../scenario/scenario.ts";

/** What came of a library in two runs of one scenario. */
export interface DeliveredTwice {
  /** Messages that came a second time in the second run. */
  readonly copies: number;
  /** What the librarian keeps, as text, when each message came once, and when each came twice. */
  readonly once: string;
  readonly twice: string;
}

/**
 * Runs a scenario without faults, and again with every durable and remote message delivered twice
 * and nothing else amiss. Deliveries are idempotent, so the library must come to the same in the
 * end: not only must nothing forbidden happen, as the checker of INV-IDEM-1 watches, but nothing at
 * all that would not have happened anyway. Nothing is sampled: no message is left out.
 *
 * Costs two runs.
 *
 * @param options `store` and `actors` plant a bug.
 */
export function deliverTwice(
  scenario: Scenario,
  options: Pick<PhotoWorldOptions, "store" | "actors" | "seed"> = {},
): DeliveredTwice {
  const once = run({ ...scenario, faults: { profile: "off" } }, options);
  const twice = run({
    ...scenario,
    faults: {
      profile: "default",
      enabled: ["messageDuplicate"],
      settings: { messageDuplicate: { rate: [1, 1] } },
    },
  }, options);
  return { copies: twice.copies, once: once.text, twice: twice.text };
}

function run(scenario: Scenario, options: PhotoWorldOptions): { text: string; copies: number } {
  const { world } = photoWorld(scenario, options);
  const { faults } = world.run();
  const state = world.state(LIBRARIAN) as LibraryState;
  const text = JSON.stringify(inOrder(LIBRARIAN_ACTOR.encode(state)));
  return { text, copies: faults["messageDuplicate"]?.delivered ?? 0 };
}

/** Lists of names and what belongs to them by name: which of them came first is chance. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) {
    const values = value.map(inOrder);
    return values.every(isNamed)
      ? values.sort((left, right) => left[0] < right[0] ? -1 : 1)
      : values;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inOrder(inner)]));
}

function isNamed(value: unknown): value is readonly [string, unknown] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "string";
}
