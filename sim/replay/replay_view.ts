import type { ActorId, ActorTypes } from "@scenekeep/engine/core";
import type { WorldView } from "../world/checker.ts";
import type { ObjectHolder } from "../world/object_holder.ts";
import { ObjectStore } from "../world/object_store.ts";
import type { ReplayTime } from "./replay_time.ts";
import type { ReplayedActor } from "./replayed_actor.ts";

/**
 * What checkers may look at in a replay: the actors, and the time. Of the stores nothing is to be
 * seen: they hold nothing here.
 */
export class ReplayView<Types extends ActorTypes> implements WorldView {
  eventCount = 0;
  readonly #actors: ReadonlyMap<ActorId, ReplayedActor<Types>>;
  readonly #time: ReplayTime;

  constructor(actors: ReadonlyMap<ActorId, ReplayedActor<Types>>, time: ReplayTime) {
    this.#actors = actors;
    this.#time = time;
  }

  get nowMs(): number {
    return this.#time.nowMs;
  }

  state(actor: ActorId): unknown {
    return this.#actors.get(actor)?.runner.state ?? null;
  }

  actors(): readonly ActorId[] {
    return [...this.#actors.keys()];
  }

  isUp(actor: ActorId): boolean {
    return this.#actors.get(actor)?.isUp ?? false;
  }

  holder(name: string): ObjectHolder {
    return new ObjectStore({ name });
  }

  durableInFlight(): number {
    return 0;
  }
}
