import type {
  ActorId,
  ActorTypes,
  DurableStore,
  Opening,
  TurnRecord,
} from "@scenekeep/engine/core";
import { firstFormat, type RecordFormat } from "../journal/record_format.ts";
import type { Journal } from "../runtime/journal.ts";

/** Ways to break a host. The crash loop must notice each of them. */
export const PLANTED_BUGS = [
  /** Answers before the turn is on disk. */
  "committedTooEarly",
  /** Does not remember which commands were applied. */
  "forgetsApplied",
  /** Does not repeat what was under way. */
  "losesOutbox",
  /** Reads all events but the last. */
  "losesTail",
  /** The effect outside is not idempotent. */
  "doublesEffects",
] as const;

/** One of {@linkcode PLANTED_BUGS}. */
export type PlantedBug = typeof PLANTED_BUGS[number];

/** A bug by its name, or null for no bug. */
export function plantedBug(name: string): PlantedBug | null {
  return PLANTED_BUGS.find((bug) => bug === name) ?? null;
}

/** A journal whose stores have the bug. */
export function withBug(journal: Journal, bug: PlantedBug): Journal {
  return {
    libraryId: journal.libraryId,
    warnings: journal.warnings,
    storeFor: <Types extends ActorTypes>(
      actor: ActorId,
      format: RecordFormat<Types> = firstFormat(),
    ) => brokenStore(journal.storeFor<Types>(actor, format), bug),
    beginLife: (actor) => journal.beginLife(actor),
    close: () => journal.close(),
  };
}

/** Turns that the bug `committedTooEarly` holds in memory. */
const TURNS_LATE = 3;

function brokenStore<Types extends ActorTypes>(
  store: DurableStore<Types>,
  bug: PlantedBug,
): DurableStore<Types> {
  const late: TurnRecord<Types>[] = [];
  return {
    open: () => brokenOpening(store.open(), bug),
    commit: (turn) => {
      if (bug === "committedTooEarly") {
        late.push(turn);
        const due = late.length > TURNS_LATE ? late.shift() : undefined;
        return due === undefined ? { kind: "committed" } : store.commit(due);
      }
      return store.commit(turn);
    },
    repliesTo: (id) => bug === "forgetsApplied" ? null : store.repliesTo(id),
    isOutstanding: (id) => bug === "committedTooEarly" || store.isOutstanding(id),
    acknowledge: (id) => store.acknowledge(id),
    saveSnapshot: (snapshot) =>
      bug === "committedTooEarly" ? { kind: "committed" } : store.saveSnapshot(snapshot),
    eventsSinceSnapshot: () => store.eventsSinceSnapshot(),
    pruneApplied: (wallMs) => store.pruneApplied(wallMs),
  };
}

function brokenOpening<Types extends ActorTypes>(
  opening: Opening<Types>,
  bug: PlantedBug,
): Opening<Types> {
  if (bug === "losesOutbox") return { ...opening, outbox: [] };
  if (bug !== "losesTail") return opening;
  const events = [...opening.events];
  return { ...opening, events: events.slice(0, -1) };
}
