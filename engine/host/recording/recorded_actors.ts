import { createHash } from "node:crypto";
import {
  type ActorId,
  type ActorTypes,
  type DurableStore,
  ENGINE_VERSION,
  RECORDING_FORMAT,
  type RecordingEnd,
  type RecordingHeader,
} from "@scenekeep/engine/core";
import type { RecordFormat } from "../journal/record_format.ts";
import type { ActorRunner } from "../runtime/actor_runner.ts";
import type { HostedActor } from "../runtime/hosted_actor.ts";
import type { Journal } from "../runtime/journal.ts";
import type { ClockPort } from "../runtime/ports.ts";
import type { Recorder } from "./recorder.ts";
import { RecordingRunner } from "./recording_runner.ts";
import { RecordingStore, type StoreTurn } from "./recording_store.ts";

/**
 * How long lines are gathered before they are written: a killed process loses so much. Were they
 * written at each rest, each wait for the disk would have the recording to wait for too.
 */
const FLUSH_AFTER_MS = 1_000;

/** The actors of one runtime, with what each is given and decides written down. */
export class RecordedActors<Types extends ActorTypes> {
  /** To be run in the place of those that were given. */
  readonly actors: readonly HostedActor<Types>[];
  readonly #recorder: Recorder;
  readonly #clock: ClockPort;
  readonly #runners = new Map<ActorId, ActorRunner<Types>>();
  #cancelFlush: (() => void) | null = null;

  constructor(
    actors: readonly HostedActor<Types>[],
    options: {
      readonly recorder: Recorder;
      readonly clock: ClockPort;
      readonly library: string;
    },
  ) {
    this.#recorder = options.recorder;
    this.#clock = options.clock;
    this.actors = actors.map((actor) => actor.settings === null ? actor : this.#recorded(actor));
    const header: RecordingHeader = {
      format: RECORDING_FORMAT,
      kind: "header",
      engine: ENGINE_VERSION,
      library: options.library,
      actors: actors.flatMap(({ id, kind, settings }) =>
        settings === null ? [] : [{ id, kind, settings }]
      ),
      leftOut: actors.flatMap(({ id, settings }) => settings === null ? [id] : []),
    };
    this.#recorder.begin(header);
  }

  /** Nothing is going on for the moment: what was gathered is written soon. */
  rested(): void {
    if (!this.#recorder.isRecording) return;
    this.#cancelFlush ??= this.#clock.after(FLUSH_AFTER_MS, () => {
      this.#cancelFlush = null;
      this.#recorder.flush();
    });
  }

  /** The runtime has ended. Linear in the states of its actors. */
  end(reason: RecordingEnd["reason"]): void {
    this.#cancelFlush?.();
    if (!this.#recorder.isRecording) return;
    const states: Record<string, string | null> = {};
    for (const [actor, runner] of this.#runners) states[actor] = stateHash(runner);
    const line: RecordingEnd = { kind: "end", reason, states };
    this.#recorder.end(line);
  }

  #recorded(actor: HostedActor<Types>): HostedActor<Types> {
    const recorder = this.#recorder;
    const { id } = actor;
    const turn: StoreTurn<Types> = { events: [], thrownBy: null };
    return {
      ...actor,
      runner: (journal) => {
        const recording = new RecordingJournal(journal, { recorder, turn });
        const runner = new RecordingRunner(actor.runner(recording), { actor: id, recorder, turn });
        this.#runners.set(id, runner);
        return runner;
      },
    };
  }
}

/** A journal whose stores write down what a restart found. */
class RecordingJournal<Types extends ActorTypes> implements Journal {
  readonly #inner: Journal;
  readonly #recorder: Recorder;
  readonly #turn: StoreTurn<Types>;

  constructor(
    inner: Journal,
    options: { readonly recorder: Recorder; readonly turn: StoreTurn<Types> },
  ) {
    this.#inner = inner;
    this.#recorder = options.recorder;
    this.#turn = options.turn;
  }

  get libraryId(): string {
    return this.#inner.libraryId;
  }

  get warnings(): readonly string[] {
    return this.#inner.warnings;
  }

  storeFor<Asked extends ActorTypes>(
    actor: ActorId,
    format?: RecordFormat<Asked>,
  ): DurableStore<Asked> {
    const store = new RecordingStore(this.#inner.storeFor(actor, format), {
      actor,
      recorder: this.#recorder,
      // All actors of one runtime share their types, see `Runtime`.
      turn: this.#turn as unknown as StoreTurn<Asked>,
    });
    return store;
  }

  beginLife(actor: ActorId): number {
    const incarnation = this.#begun(actor);
    const nothing = { snapshot: null, outbox: [], timers: [] };
    this.#recorder.write({ kind: "opening", actor, incarnation, ...nothing });
    return incarnation;
  }

  close(): void {
    this.#inner.close();
  }

  #begun(actor: ActorId): number {
    try {
      return this.#inner.beginLife(actor);
    } catch (error) {
      this.#turn.thrownBy = "open";
      throw error;
    }
  }
}

/** The replay has one of its own: neither room may ask the other, and the core has no UTF-8. */
function stateHash<Types extends ActorTypes>(runner: ActorRunner<Types>): string | null {
  try {
    const text = JSON.stringify(runner.encodedState());
    return text === undefined ? null : createHash("sha256").update(text).digest("hex");
  } catch {
    // An actor that failed may have no state to speak of.
    return null;
  }
}
