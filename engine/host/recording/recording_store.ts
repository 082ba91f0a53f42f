import type {
  ActorId,
  ActorTypes,
  CommitOutcome,
  DurableStore,
  EffectId,
  MessageId,
  NamedReply,
  Opening,
  RecordingLine,
  TurnRecord,
} from "@scenekeep/engine/core";
import type { Recorder } from "./recorder.ts";

/** Events in one line of a recording. */
const EVENTS_PER_LINE = 256;

/** What a store was told, or did wrong, in the turn that runs. */
export interface StoreTurn<Types extends ActorTypes> {
  events: readonly Types["event"][];
  /** The call that threw; null when none did. */
  thrownBy: string | null;
}

/** A store that has written down what a restart found in it. */
export class RecordingStore<Types extends ActorTypes> implements DurableStore<Types> {
  readonly #inner: DurableStore<Types>;
  readonly #actor: ActorId;
  readonly #recorder: Recorder;
  readonly #turn: StoreTurn<Types>;

  constructor(
    inner: DurableStore<Types>,
    options: {
      readonly actor: ActorId;
      readonly recorder: Recorder;
      readonly turn: StoreTurn<Types>;
    },
  ) {
    this.#inner = inner;
    this.#actor = options.actor;
    this.#recorder = options.recorder;
    this.#turn = options.turn;
  }

  open(): Opening<Types> {
    const opening = this.#called("open", () => this.#inner.open());
    if (!this.#recorder.isRecording) return opening;
    const { events, ...rest } = opening;
    this.#write({ kind: "opening", actor: this.#actor, ...rest });
    return { ...opening, events: this.#recorded(events) };
  }

  commit(turn: TurnRecord<Types>): CommitOutcome {
    this.#turn.events = turn.events;
    return this.#called("commit", () => this.#inner.commit(turn));
  }

  repliesTo(id: MessageId): readonly NamedReply<Types["message"]>[] | null {
    return this.#called("repliesTo", () => this.#inner.repliesTo(id));
  }

  isOutstanding(id: EffectId): boolean {
    return this.#called("isOutstanding", () => this.#inner.isOutstanding(id));
  }

  acknowledge(id: EffectId): void {
    this.#inner.acknowledge(id);
  }

  saveSnapshot(snapshot: unknown): CommitOutcome {
    return this.#inner.saveSnapshot(snapshot);
  }

  eventsSinceSnapshot(): number {
    return this.#inner.eventsSinceSnapshot();
  }

  pruneApplied(wallMs: number): void {
    this.#inner.pruneApplied(wallMs);
  }

  /** The events, written down as they are read. */
  *#recorded(events: Opening<Types>["events"]): Generator<Types["event"]> {
    const actor = this.#actor;
    let gathered: Types["event"][] = [];
    for (const event of events) {
      gathered.push(event);
      if (gathered.length === EVENTS_PER_LINE) {
        this.#write({ kind: "events", actor, events: gathered });
        gathered = [];
      }
      yield event;
    }
    if (gathered.length > 0) this.#write({ kind: "events", actor, events: gathered });
  }

  #called<Result>(name: string, call: () => Result): Result {
    try {
      return call();
    } catch (error) {
      this.#turn.thrownBy = name;
      throw error;
    }
  }

  #write(line: RecordingLine<Types>): void {
    this.#recorder.write(line);
  }
}
