import type {
  ActorId,
  ActorTypes,
  ClockReading,
  Delivery,
  EffectId,
  RecordedTurn,
  TurnOutcome,
} from "@scenekeep/engine/core";
import type { ActorRunner, RunnerOpening } from "../runtime/actor_runner.ts";
import type { Recorder } from "./recorder.ts";
import type { StoreTurn } from "./recording_store.ts";

/** Runs an actor, and writes down what it was given in each turn and what it decided. */
export class RecordingRunner<Types extends ActorTypes> implements ActorRunner<Types> {
  readonly isDurable: boolean;
  readonly mailboxCapacity: number;
  readonly #inner: ActorRunner<Types>;
  readonly #actor: ActorId;
  readonly #recorder: Recorder;
  readonly #turn: StoreTurn<Types>;

  constructor(
    inner: ActorRunner<Types>,
    options: {
      readonly actor: ActorId;
      readonly recorder: Recorder;
      readonly turn: StoreTurn<Types>;
    },
  ) {
    this.isDurable = inner.isDurable;
    this.mailboxCapacity = inner.mailboxCapacity;
    this.#inner = inner;
    this.#actor = options.actor;
    this.#recorder = options.recorder;
    this.#turn = options.turn;
  }

  open(clock: ClockReading): RunnerOpening<Types> {
    return this.#recorded(null, clock, {
      run: () => this.#inner.open(clock),
      outcome: (opening) => opening.outcome,
    });
  }

  deliver(delivery: Delivery<Types>, clock: ClockReading): TurnOutcome<Types> {
    return this.#recorded(delivery, clock, {
      run: () => this.#inner.deliver(delivery, clock),
      outcome: (outcome) => outcome,
    });
  }

  acknowledge(id: EffectId): void {
    this.#inner.acknowledge(id);
  }

  eventsSinceSnapshot(): number {
    return this.#inner.eventsSinceSnapshot();
  }

  saveSnapshot(): boolean {
    return this.#inner.saveSnapshot();
  }

  pruneApplied(wallMs: number): void {
    this.#inner.pruneApplied(wallMs);
  }

  encodedState(): unknown {
    return this.#inner.encodedState();
  }

  #recorded<Result>(
    delivery: Delivery<Types> | null,
    clock: ClockReading,
    turn: {
      readonly run: () => Result;
      readonly outcome: (result: Result) => TurnOutcome<Types>;
    },
  ): Result {
    if (!this.#recorder.isRecording) return turn.run();
    this.#turn.events = [];
    this.#turn.thrownBy = null;
    try {
      const result = turn.run();
      this.#write(delivery, clock, decided(turn.outcome(result)));
      return result;
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.#write(delivery, clock, { outcome: "threw", reason, effects: [] });
      throw error;
    }
  }

  #write(
    delivery: Delivery<Types> | null,
    clock: ClockReading,
    came: Pick<RecordedTurn<Types>, "outcome" | "reason" | "effects">,
  ): void {
    const { events, thrownBy } = this.#turn;
    const line: RecordedTurn<Types> = {
      kind: "turn",
      actor: this.#actor,
      clock,
      incoming: delivery?.incoming ?? null,
      effectId: delivery?.effectId ?? null,
      ...came,
      thrownBy,
      events,
    };
    this.#recorder.write(line);
  }
}

function decided<Types extends ActorTypes>(
  outcome: TurnOutcome<Types>,
): Pick<RecordedTurn<Types>, "outcome" | "reason" | "effects"> {
  switch (outcome.kind) {
    case "committed":
    case "duplicate":
      return { outcome: outcome.kind, reason: null, effects: outcome.released };
    case "stale":
      return { outcome: "stale", reason: null, effects: [] };
    case "refused":
      return { outcome: "refused", reason: outcome.reason, effects: [] };
  }
}
