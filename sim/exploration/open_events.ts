import type { ActorTypes } from "@scenekeep/engine/core";
import type { Payload } from "../world/records.ts";
import type { ScheduleEntry } from "../world/scheduler.ts";
import { eventName } from "../world/event_name.ts";

/** What may happen next, by name. */
export interface OpenEvents<Types extends ActorTypes> {
  /** Something that happens before anything else, as its moment makes no difference; or null. */
  readonly first: ScheduleEntry<Payload<Types>> | null;
  readonly byName: ReadonlyMap<string, ScheduleEntry<Payload<Types>>>;
  /** True when all of it may be late. */
  readonly mayBeLate: boolean;
}

/**
 * What may happen next among all that is due. Steps from outside keep their order, as one user does
 * one thing after the other; local messages keep theirs in the mailboxes that they are in already.
 */
export function openEvents<Types extends ActorTypes>(
  entries: readonly ScheduleEntry<Payload<Types>>[],
  options: {
    readonly isPrivate: (payload: Payload<Types>) => boolean;
    readonly rename: (name: string) => string;
  },
): OpenEvents<Types> {
  const byName = new Map<string, ScheduleEntry<Payload<Types>>>();
  let hasAct = false;
  for (const entry of entries) {
    const { payload } = entry;
    if (isNothing(payload) || options.isPrivate(payload)) {
      return { first: entry, byName, mayBeLate: false };
    }
    const isAct = payload.kind === "workload";
    if (isAct && hasAct) continue;
    hasAct ||= isAct;
    const name = options.rename(eventName(payload));
    let unique = name;
    // Two copies of one message are alike: which of them is taken makes no difference.
    for (let count = 2; byName.has(unique); count += 1) unique = `${name} copy ${count}`;
    byName.set(unique, entry);
  }
  return { first: null, byName, mayBeLate: entries.every(({ payload }) => isLateable(payload)) };
}

/**
 * What happens next where only one order is run. States that are equal must go on alike, and in
 * which order things were put on their way is no part of a state: so names decide.
 */
export function firstByName<Types extends ActorTypes>(
  { byName, first }: OpenEvents<Types>,
): ScheduleEntry<Payload<Types>> {
  return first ?? byName.get([...byName.keys()].sort()[0]!)!;
}

/** True for what was cancelled or is over, and for commands on their way to being sent. */
export function isNothing<Types extends ActorTypes>(payload: Payload<Types>): boolean {
  switch (payload.kind) {
    case "timer":
      return !payload.isLive;
    case "operation":
      return payload.isCut;
    case "request":
      return !payload.isOpen;
    case "workload":
      return payload.operation.kind === "send";
    default:
      return false;
  }
}

/** What a contract allows to come late, but for an actor's own turn. */
function isLateable<Types extends ActorTypes>({ kind }: Payload<Types>): boolean {
  return kind === "item" || kind === "operation" || kind === "clientArrival" || kind === "timer";
}
