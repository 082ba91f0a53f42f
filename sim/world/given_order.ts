import type { ActorTypes } from "@scenekeep/engine/core";
import { type Chooser, LATER } from "./chosen_scheduler.ts";
import type { Payload } from "./records.ts";
import type { ScheduleEntry } from "./scheduler.ts";
import { eventName } from "./event_name.ts";

/**
 * Has things happen in an order that is given by name: of all that is due, what is named first
 * happens first, then what is not named, in the order in which it became due.
 */
export function givenOrder<Types extends ActorTypes>(
  order: { readonly fromMs: number; readonly events: readonly string[] },
): Chooser<Payload<Types>> {
  /** Where each name comes, the first place last. */
  const places = new Map<string, number[]>();
  for (let place = order.events.length - 1; place >= 0; place -= 1) {
    const name = order.events[place]!;
    const known = places.get(name);
    if (known === undefined) places.set(name, [place]);
    else known.push(place);
  }
  const placeOf = (name: string): number => places.get(name)?.at(-1) ?? Number.MAX_SAFE_INTEGER;
  return ({ atMs, entries, laterMs }) => {
    let first: ScheduleEntry<Payload<Types>> = entries[0]!;
    if (atMs < order.fromMs) return first;
    for (const entry of entries) {
      if (placeOf(eventName(entry.payload)) < placeOf(eventName(first.payload))) first = entry;
    }
    const name = eventName(first.payload);
    if (laterMs !== null && placeOf(LATER) < placeOf(name)) {
      places.get(LATER)?.pop();
      return LATER;
    }
    places.get(name)?.pop();
    return first;
  };
}
