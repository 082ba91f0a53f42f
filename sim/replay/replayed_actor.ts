import {
  type ActorDefinition,
  type ActorId,
  type ActorTypes,
  type DurableRecord,
  type NamedEffect,
  type RecordedActor,
  type RecordedEvents,
  type RecordedOpening,
  type RecordedTurn,
  restoreState,
  type TurnOutcome,
} from "@scenekeep/engine/core";
import { crypto } from "@std/crypto";
import {
  type ActorRunner,
  DurableRunner,
  type RunnerJournal,
  VolatileRunner,
} from "../world/actor_runner.ts";
import { differentPath } from "../world/divergence.ts";
import { damaged, type RecordingError } from "./recording_lines.ts";
import { RecordedFailure, ReplayedStore } from "./replayed_store.ts";

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

/** What an opening found, and the line that says so. */
interface FoundOpening<Types extends ActorTypes> extends RecordedOpening<Types> {
  readonly line: number;
  readonly events: Types["event"][];
}

/** One actor of a recording, run by the code of today on what was recorded. */
export class ReplayedActor<Types extends ActorTypes> {
  readonly recorded: RecordedActor;
  readonly runner: ActorRunner<Types>;
  /** What the last opening found, until it was run. */
  opening: FoundOpening<Types> | null = null;
  /** False where the recorded one needed an opening: before its first one, and after it threw. */
  wasUp = false;
  /** False before it was opened, and after it threw where the recorded one did not. */
  isUp = false;
  /** The number of the last life that was opened. */
  life = 0;
  readonly #store: ReplayedStore<Types>;
  readonly #restore: (found: DurableRecord<Types["event"]>) => void;
  /** Of the state as it is; undefined when that was not asked for since the last turn. */
  #stateHash: string | null | undefined = undefined;

  private constructor(
    recorded: RecordedActor,
    made: {
      readonly runner: ActorRunner<Types>;
      readonly store: ReplayedStore<Types>;
      readonly restore: (found: DurableRecord<Types["event"]>) => void;
    },
  ) {
    this.recorded = recorded;
    this.runner = made.runner;
    this.#store = made.store;
    this.#restore = made.restore;
  }

  /** Makes one of its definition; not opened. */
  static of<State, Types extends ActorTypes>(
    recorded: RecordedActor,
    definition: ActorDefinition<State, Types>,
  ): ReplayedActor<Types> {
    const store = new ReplayedStore<Types>();
    const self = recorded.id;
    const runner = definition.durability === "durable"
      ? new DurableRunner(definition, { self, journal: noJournal(), store })
      : new VolatileRunner(definition, { self, beginLife: () => store.open().incarnation });
    const restore = (found: DurableRecord<Types["event"]>) => restoreState(definition, found);
    return new ReplayedActor(recorded, { runner, store, restore });
  }

  /** Takes in what a restart found. */
  found(opening: RecordedOpening<Types>, line: number): void {
    this.opening = { ...opening, line, events: [] };
    this.wasUp = false;
  }

  /** Takes in events of the opening. */
  foundEvents({ events }: RecordedEvents<Types>): void {
    for (const event of events) this.opening?.events.push(event);
  }

  /**
   * Runs one turn and compares it with the recorded one.
   *
   * @throws {RecordingError} When the life that begins cannot be made of what is recorded of it.
   */
  run(turn: RecordedTurn<Types>): ReplayedTurn<Types> {
    this.#store.expect(turn);
    this.#stateHash = undefined;
    const { opening } = this;
    let decided: Decided<Types>;
    try {
      decided = this.#decided(turn.incoming === null ? this.#open(turn) : this.#deliver(turn));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const isRecorded = error instanceof RecordedFailure;
      if (opening !== null && !isRecorded) this.#checkRestores(opening);
      decided = {
        outcome: "threw",
        reason: isRecorded ? turn.reason : `${error.name}: ${error.message}`,
        effects: [],
        // What was to be committed when the store threw is decided as ever.
        events: isRecorded ? this.#store.events : [],
      };
    }
    const { outcome, reason } = decided;
    const isCrash = outcome === "threw" && turn.outcome !== "threw";
    this.isUp = turn.incoming === null ? outcome === "committed" : this.isUp && !isCrash;
    return { outcome, crash: isCrash ? reason : null, difference: differenceOf(turn, decided) };
  }

  /**
   * SHA-256 of the encoded state as JSON text, as a recording has it; null for no state. The host
   * has one of its own: neither room may ask the other, and the core has no UTF-8.
   */
  stateHash(): string | null {
    this.#stateHash ??= this.#hashed();
    return this.#stateHash;
  }

  #hashed(): string | null {
    const text = JSON.stringify(this.runner.encodedState());
    if (text === undefined) return null;
    const bytes = new TextEncoder().encode(text);
    return new Uint8Array(crypto.subtle.digestSync("SHA-256", bytes)).toHex();
  }

  /** Whether it is the record that fails, not what the actor does with it. */
  #checkRestores(opening: FoundOpening<Types>): void {
    try {
      this.#restore(opening);
    } catch (error) {
      throw unrestorable(opening, error);
    }
  }

  #open(turn: RecordedTurn<Types>): TurnOutcome<Types> {
    const { opening } = this;
    this.opening = null;
    if (opening !== null) {
      this.life = opening.incarnation;
      this.#store.found(opening);
    }
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

/** What to throw when a life cannot begin with what is recorded of its record. */
export function unrestorable(
  { actor, line }: { readonly actor: ActorId; readonly line: number },
  error: unknown,
): RecordingError {
  return damaged(line, `opens actor "${actor}" with what it cannot go on from (${error})`, error);
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
