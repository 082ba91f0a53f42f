import type {
  ActorDefinition,
  ActorTypes,
  NamedEffect,
  RecordedActor,
  RecordedEvents,
  RecordedOpening,
  RecordedTurn,
  TurnOutcome,
} from "@scenekeep/engine/core";
import { crypto } from "@std/crypto";
import {
  type ActorRunner,
  DurableRunner,
  type RunnerJournal,
  VolatileRunner,
} from "../world/actor_runner.ts";
import { differentPath } from "../world/divergence.ts";
import { RecordedFailure, RecordedStore } from "./recorded_store.ts";

/** Where a replayed turn is not what was recorded. */
export interface TurnDifference {
  /** Path such as `events[0].kind`. */
  readonly field: string;
  /** As JSON; `absent` where there is nothing. */
  readonly recorded: string;
  readonly replayed: string;
}

/** What a replayed turn came to. */
export interface ReplayedTurn<Types extends ActorTypes> {
  readonly outcome: RecordedTurn<Types>["outcome"];
  /** What the code threw where the recorded turn did not throw; else null. */
  readonly crash: string | null;
  readonly difference: TurnDifference | null;
}

/** What is compared of a turn. */
type Decided<Types extends ActorTypes> = Pick<
  RecordedTurn<Types>,
  "outcome" | "reason" | "effects" | "events"
>;

/** One actor of a recording, run by the code of today on what was recorded. */
export class ReplayedActor<Types extends ActorTypes> {
  readonly recorded: RecordedActor;
  readonly runner: ActorRunner<Types>;
  /** What the last opening found, until it was run. */
  opening: (RecordedOpening<Types> & { readonly events: Types["event"][] }) | null = null;
  /** False before it was opened, and after it threw where the recorded one did not. */
  isUp = false;
  /** The number of the last life that was opened. */
  life = 0;
  readonly #store: RecordedStore<Types>;

  private constructor(
    recorded: RecordedActor,
    made: {
      readonly runner: ActorRunner<Types>;
      readonly store: RecordedStore<Types>;
    },
  ) {
    this.recorded = recorded;
    this.runner = made.runner;
    this.#store = made.store;
  }

  /** Makes one of its definition; not opened. */
  static of<State, Types extends ActorTypes>(
    recorded: RecordedActor,
    definition: ActorDefinition<State, Types>,
  ): ReplayedActor<Types> {
    const store = new RecordedStore<Types>();
    const self = recorded.id;
    const runner = definition.durability === "durable"
      ? new DurableRunner(definition, { self, journal: noJournal(), store })
      : new VolatileRunner(definition, { self, beginLife: () => store.open().incarnation });
    return new ReplayedActor(recorded, { runner, store });
  }

  /** Takes in what a restart found. */
  found(opening: RecordedOpening<Types>): void {
    this.opening = { ...opening, events: [] };
  }

  /** Takes in events of the opening. */
  foundEvents({ events }: RecordedEvents<Types>): void {
    for (const event of events) this.opening?.events.push(event);
  }

  /** Runs one turn and compares it with the recorded one. */
  run(turn: RecordedTurn<Types>): ReplayedTurn<Types> {
    this.#store.expect(turn);
    let decided: Decided<Types>;
    try {
      decided = this.#decided(turn.incoming === null ? this.#open(turn) : this.#deliver(turn));
    } catch (error) {
      if (error instanceof RecordedFailure) {
        return { outcome: "threw", crash: null, difference: null };
      }
      if (!(error instanceof Error)) throw error;
      decided = {
        outcome: "threw",
        reason: `${error.name}: ${error.message}`,
        effects: [],
        events: [],
      };
    }
    const { outcome, reason } = decided;
    const isCrash = outcome === "threw" && turn.outcome !== "threw";
    this.isUp = turn.incoming === null ? outcome === "committed" : this.isUp && !isCrash;
    return { outcome, crash: isCrash ? reason : null, difference: differenceOf(turn, decided) };
  }

  /** SHA-256 of the encoded state as JSON text, as a recording has it; null for no state. */
  stateHash(): string | null {
    const text = JSON.stringify(this.runner.encodedState());
    if (text === undefined) return null;
    const bytes = new TextEncoder().encode(text);
    return new Uint8Array(crypto.subtle.digestSync("SHA-256", bytes)).toHex();
  }

  #open(turn: RecordedTurn<Types>): TurnOutcome<Types> {
    const { opening } = this;
    if (opening === null) throw new RecordedFailure("It was never opened");
    this.opening = null;
    this.life = opening.incarnation;
    this.#store.found(opening);
    return this.runner.open(turn.clock).outcome;
  }

  #deliver({ clock, effectId, incoming }: RecordedTurn<Types>): TurnOutcome<Types> {
    if (incoming === null) throw new TypeError("A delivery has something to deliver");
    return this.runner.deliver({ incoming, effectId }, clock);
  }

  #decided(outcome: TurnOutcome<Types>): Decided<Types> {
    const { events } = this.#store;
    switch (outcome.kind) {
      case "committed":
      case "duplicate": {
        const effects: readonly NamedEffect<Types>[] = outcome.released;
        return { outcome: outcome.kind, reason: null, effects, events };
      }
      case "stale":
        return { outcome: "stale", reason: null, effects: [], events };
      case "refused":
        return { outcome: "refused", reason: outcome.reason, effects: [], events };
    }
  }
}

function differenceOf<Types extends ActorTypes>(
  recorded: RecordedTurn<Types>,
  replayed: Decided<Types>,
): TurnDifference | null {
  const { outcome, reason, events, effects } = recorded;
  // In the order in which a reader wants to know.
  const found = differentPath(
    { outcome, reason, events, effects },
    {
      outcome: replayed.outcome,
      reason: replayed.reason,
      events: replayed.events,
      effects: replayed.effects,
    },
  );
  if (found === null) return null;
  return { field: found.path, recorded: textOf(found.left), replayed: textOf(found.right) };
}

function textOf(value: unknown): string {
  return JSON.stringify(value) ?? "absent";
}

/** A recording answers for its journal; nothing of it is lost, nor is anybody told what waits. */
function noJournal<Types extends ActorTypes>(): RunnerJournal<Types> {
  return {
    contents: { applied: new Map(), outbox: new Map(), timers: new Set() },
    loseTail: () => 0,
  };
}
