import type {
  CommitOutcome,
  EffectId,
  EngineEffect,
  EngineTypes,
  MessageId,
  NamedReply,
  TurnRecord,
} from "@scenekeep/engine/core";
import { PassingStore } from "./passing_store.ts";
import {
  type PlantedBug,
  withEffects,
  withEvents,
  withEvolve,
  withIncoming,
  withView,
} from "./planted_bug.ts";

/** Mistakes in what the engine takes for granted: disks, deliveries, timers, clocks. */
export const FAULT_MODEL_BUGS: readonly PlantedBug[] = [
  {
    id: "sync-does-nothing",
    breaks: "The journal's last turn is in a cache when the power goes",
    promise: "INV-LOSS-2",
    losesData: true,
    scenario: "acknowledged-survives-crash",
    store: (journal) => new CachedStore(journal),
  },
  {
    id: "acknowledged-before-durable",
    breaks: "A turn whose commit failed is answered as if it had been written",
    promise: "INV-LOSS-2",
    losesData: true,
    scenario: "journal-refuses",
    store: (journal) => new HopefulStore(journal),
  },
  {
    id: "torn-commit",
    breaks: "Of a turn with several events only the first half is written",
    promise: "INV-LOSS-2",
    losesData: true,
    scenario: "crash-during-clean-up",
    store: (journal) => new TornStore(journal),
  },
  {
    id: "snapshot-loses-trash",
    breaks: "A snapshot leaves out what is in the trash",
    promise: "INV-LOSS-2",
    losesData: true,
    scenario: "forty-days",
    actors: (engine) => ({
      librarian: {
        ...engine.librarian,
        decode: (snapshot) => {
          const state = engine.librarian.decode(snapshot);
          state.trash.clear();
          return state;
        },
      },
    }),
  },
  {
    id: "rename-not-durable",
    breaks: "A change of names or bytes that a crash undid is taken for done",
    promise: "INV-LOSS-1",
    losesData: true,
    scenario: "abandoned-upload",
    actors: (engine) => ({
      librarian: withIncoming(
        engine.librarian,
        (incoming) =>
          incoming.kind === "completed" && incoming.outcome.kind === "failed"
            ? { ...incoming, outcome: { kind: "done", result: { kind: "acknowledged" } } }
            : incoming,
      ),
    }),
  },
  {
    id: "requests-not-repeated",
    breaks: "After a restart nothing that was under way is asked for again",
    promise: "INV-LIVE-1",
    scenario: "album-scoped-review",
    store: (journal) => new OutboxlessStore(journal),
  },
  {
    id: "stale-timer-accepted",
    breaks: "A sweep takes every firing of its timer for six hours that went by",
    promise: "INV-TIME-1",
    losesData: true,
    scenario: "purge-at-thirty-days",
    actors: (engine) => ({
      librarian: withEvents(engine.librarian, (event, { incoming }) => {
        if (event.kind !== "clockWitnessed" || incoming.kind !== "timer") return [event];
        const witnessedMs = event.trust.witnessedMs + 6 * 3_600_000;
        return [{ ...event, trust: { ...event.trust, witnessedMs } }];
      }),
    }),
  },
  {
    id: "wall-clock-ages-trash",
    breaks: "Trash ages by the wall clock, which may jump",
    promise: "INV-TIME-1",
    losesData: true,
    scenario: "clock-goes-back",
    actors: (engine) => ({
      librarian: withEvents(
        engine.librarian,
        (event) =>
          event.kind === "clockWitnessed"
            ? [{
              ...event,
              trust: {
                ...event.trust,
                witnessedMs: event.trust.wallMs - 1_700_000_000_000,
                suspectSinceMs: null,
              },
            }]
            : [event],
      ),
    }),
  },
  {
    id: "quota-release-skipped",
    breaks: "What is purged still counts",
    promise: "INV-QUOTA-1",
    scenario: "quota-falls-at-purge",
    actors: (engine) => ({
      librarian: withEvolve(engine.librarian, (state, event) => {
        if (event.kind === "purged") state.usage.trashBytes += 1;
      }),
    }),
  },
  {
    id: "deadline-ignored",
    breaks: "A removal that a restart repeats is carried out however late it is",
    promise: "INV-DEVICE-1",
    losesData: true,
    scenario: "device-dies-while-freeing",
    actors: (engine) => ({
      keeper: withEffects(
        engine.keeper,
        (effects) =>
          effects.map((effect): EngineEffect => {
            if (effect.kind !== "remove") return effect;
            const { deadline: _deadline, ...rest } = effect;
            return rest;
          }),
      ),
    }),
  },
  {
    id: "hash-prefix-collides",
    breaks: "Contents are told apart by the first letters of their hash only",
    promise: "INV-LOSS-1",
    losesData: true,
    scenario: "same-size-twins",
    actors: (engine) => ({
      hashing: withEffects(engine.hashing, (effects) =>
        effects.map((effect) => {
          if (effect.kind !== "send" || effect.body.kind !== "filesHashed") return effect;
          const text = JSON.stringify(effect.body);
          const short = text.replace(/"contentHash":"([^"]{1})[^"]*"/g, '"contentHash":"$1"');
          return { ...effect, body: JSON.parse(short) as typeof effect.body };
        })),
    }),
  },
  {
    id: "volatile-answers",
    breaks: "A refused upload is answered as stored",
    promise: "INV-LOSS-2",
    losesData: true,
    scenario: "over-the-limit",
    actors: (engine) => ({
      keeper: withIncoming(engine.keeper, (incoming) => {
        if (incoming.kind !== "message" || incoming.envelope.body.kind !== "refused") {
          return incoming;
        }
        const body = { kind: "alreadyStored", file: "nothing" as never } as const;
        return { ...incoming, envelope: { ...incoming.envelope, body } };
      }),
    }),
  },
  {
    id: "everything-is-fresh",
    breaks: "A plan is applied although files changed since it was reviewed",
    promise: "INV-LOSS-1",
    losesData: true,
    scenario: "copy-edited-before-apply",
    actors: (engine) => ({
      librarian: withView(engine.librarian, (state, incoming) => {
        if (incoming.kind !== "completed") return state;
        const files = new Map(state.files);
        for (const { plan } of state.plans.values()) {
          for (const item of plan.items) {
            const file = files.get(item.file);
            if (file !== undefined) {
              files.set(item.file, {
                ...file,
                version: item.version,
                contentHash: item.contentHash,
              });
            }
          }
        }
        return { ...state, files };
      }),
    }),
  },
  {
    id: "orphan-objects",
    breaks: "The bytes of an abandoned upload stay in the store",
    promise: "INV-LIVE-1",
    scenario: "abandoned-upload",
    actors: (engine) => ({
      librarian: withEffects(
        engine.librarian,
        (effects, { incoming }) =>
          incoming.kind === "timer" ? effects.filter(({ kind }) => kind !== "remove") : effects,
      ),
    }),
  },
];

/** Keeps the newest turn back until the next one is written. */
class CachedStore extends PassingStore {
  #held: TurnRecord<EngineTypes> | null = null;

  override open(): ReturnType<PassingStore["open"]> {
    this.#held = null;
    return super.open();
  }

  override commit(turn: TurnRecord<EngineTypes>): CommitOutcome {
    const outcome = this.#flush();
    if (outcome.kind === "committed") this.#held = turn;
    return outcome;
  }

  override repliesTo(id: MessageId): readonly NamedReply<EngineTypes["message"]>[] | null {
    const { consumed, replies = [] } = this.#held ?? {};
    return consumed?.kind === "message" && consumed.id === id ? replies : super.repliesTo(id);
  }

  override isOutstanding(id: EffectId): boolean {
    const isHeld = this.#held?.outbox.some((named) => named.id === id) ?? false;
    return isHeld || super.isOutstanding(id);
  }

  override saveSnapshot(snapshot: unknown): CommitOutcome {
    this.#flush();
    return super.saveSnapshot(snapshot);
  }

  #flush(): CommitOutcome {
    const held = this.#held;
    this.#held = null;
    return held === null ? { kind: "committed" } : super.commit(held);
  }
}

/** Says that all is well, whatever the disk said. */
class HopefulStore extends PassingStore {
  override commit(turn: TurnRecord<EngineTypes>): CommitOutcome {
    super.commit(turn);
    return { kind: "committed" };
  }
}

/** Writes the first half of a turn's events. */
class TornStore extends PassingStore {
  override commit(turn: TurnRecord<EngineTypes>): CommitOutcome {
    const { events } = turn;
    return super.commit({ ...turn, events: events.slice(0, Math.ceil(events.length / 2)) });
  }

  override saveSnapshot(_snapshot: unknown): CommitOutcome {
    return { kind: "failed", reason: "ioError" };
  }
}

/** Forgets after a restart what was asked for. */
class OutboxlessStore extends PassingStore {
  override open(): ReturnType<PassingStore["open"]> {
    return { ...super.open(), outbox: [] };
  }
}
