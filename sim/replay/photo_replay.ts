import {
  ALBUM_RECONCILER_ACTOR,
  type EngineMessage,
  type EngineTypes,
  type Envelope,
  hashingActor,
  LIBRARIAN,
  LIBRARIAN_ACTOR,
  type LibraryEvent,
  type LibraryState,
  type MessageId,
  type ObjectName,
  type RecordedActor,
  type RecordedTurn,
  restoreState,
} from "@scenekeep/engine/core";
import { photoCheckers } from "../checkers/photo_checkers.ts";
import type { PhotoWatch } from "../checkers/photo_watch.ts";
import type { PhotoActors } from "../library/photo_actors.ts";
import { VIRTUAL_MODEL } from "../library/virtual_model.ts";
import type { Observation } from "../world/observation.ts";
import { messageIdOf } from "../world/actor_runner.ts";
import type { TraceSink } from "../world/trace_chain.ts";
import { Replay } from "./replay.ts";
import type { ReplayWatch } from "./replay_options.ts";
import { ReplayedActor } from "./replayed_actor.ts";

/** Actors that others may stand in for; hashing is made from the settings it was recorded with. */
type ReplacedActors = Pick<PhotoActors, "librarian" | "reconciler">;

/** The kind of hashing, whatever its settings. */
const HASHING_KIND = hashingActor().kind;

/** How a recording of a photo library is replayed. */
export interface PhotoReplayOptions {
  readonly trace?: TraceSink | undefined;
  /** Put in place of the engine's actors, to plant a bug. */
  readonly actors?: Partial<ReplacedActors>;
}

/** The replay of a photo library, and what watches it. */
export interface PhotoReplay {
  readonly replay: Replay<EngineTypes>;
  /** The checkers' own model; null before the librarian was opened. */
  watch(): PhotoWatch | null;
}

/** Sets up the replay of a recording of a photo library. */
export function photoReplay(options: PhotoReplayOptions = {}): PhotoReplay {
  const actors: ReplacedActors = {
    librarian: LIBRARIAN_ACTOR,
    reconciler: ALBUM_RECONCILER_ACTOR,
    ...options.actors,
  };
  let watched: PhotoWatch | null = null;
  const replay = new Replay<EngineTypes>({
    followed: LIBRARIAN,
    trace: options.trace,
    actorOf: (recorded) => actorOf(recorded, actors),
    watch: () => {
      const { watch, watches } = watchLibrary();
      watched = watch;
      return watches;
    },
  });
  return { replay, watch: () => watched };
}

function actorOf(
  recorded: RecordedActor,
  actors: ReplacedActors,
): ReplayedActor<EngineTypes> | null {
  const { settings } = recorded;
  switch (recorded.kind) {
    case actors.librarian.kind:
      return ReplayedActor.of(recorded, actors.librarian);
    case actors.reconciler.kind:
      return ReplayedActor.of(recorded, actors.reconciler);
    case HASHING_KIND:
      return ReplayedActor.of(recorded, hashingActor(settings));
    default:
      return null;
  }
}

/** Watches one library from one of its openings on. */
function watchLibrary(): { watch: PhotoWatch; watches: ReplayWatch<EngineTypes> } {
  const watch = photoCheckers({
    // A recording may end in the middle of anything: no work is ever late.
    quietFromMs: Number.POSITIVE_INFINITY,
    openAssets: () => [],
    limits: VIRTUAL_MODEL,
    vectorOf: () => null,
    knownDistance: () => null,
    digestsOf: () => null,
    seesObjects: false,
  });
  /** Commands of clients that were not answered yet. */
  const asked = new Map<MessageId, Envelope<EngineMessage>>();
  const watches: ReplayWatch<EngineTypes> = {
    checkers: watch.checkers(),
    get size(): number {
      return watch.shadow.files.size;
    },
    begin: ({ opening }, nowMs) => {
      const events = (opening?.events ?? []) as readonly LibraryEvent[];
      const snapshot = opening?.snapshot ?? null;
      const decoded = (): LibraryState | null =>
        snapshot === null ? null : LIBRARIAN_ACTOR.decode(snapshot);
      const state = restoreState(LIBRARIAN_ACTOR, { snapshot, events });
      watch.resume({ snapshot: decoded(), events, state }, nowMs);
    },
    before: (turn) => {
      const { incoming } = turn;
      if (turn.actor !== LIBRARIAN) return [];
      if (incoming?.kind === "message") {
        const { envelope } = incoming;
        if (envelope.channel === "remote") asked.set(envelope.id, envelope);
      }
      return removalsBefore(turn);
    },
    after: (turn, actor) => turn.actor === LIBRARIAN ? answersOf(asked, actor) : [],
  };
  return { watch, watches };
}

/** What the port said it removed. */
function removalsBefore({ incoming }: RecordedTurn<EngineTypes>): Observation<EngineTypes>[] {
  if (incoming?.kind !== "completed" || !incoming.key.startsWith("remove/")) return [];
  if (incoming.outcome.kind !== "done") return [];
  const object = incoming.key.slice("remove/".length) as ObjectName;
  return [{ kind: "object", change: "removed", object, facts: null, effect: null }];
}

/** What clients are told by the turn that just ran. */
function answersOf(
  asked: Map<MessageId, Envelope<EngineMessage>>,
  { life, recorded, runner }: ReplayedActor<EngineTypes>,
): Observation<EngineTypes>[] {
  const answers: Observation<EngineTypes>[] = [];
  for (const [index, effect] of runner.effects.entries()) {
    if (effect.kind !== "reply") continue;
    const { body, channel, inReplyTo, to } = effect;
    const request = asked.get(inReplyTo);
    if (request === undefined) continue;
    asked.delete(inReplyTo);
    const name = `${recorded.id}/${life}/${runner.turn}/${index}`;
    const id = messageIdOf(name as Parameters<typeof messageIdOf>[0]);
    const reply = { id, from: recorded.id, to, channel, inReplyTo, body };
    answers.push({
      kind: "acknowledged",
      client: request.from,
      request: request.id,
      body: request.body,
      reply,
    });
  }
  return answers;
}
