import {
  type ActorId,
  type EngineMessage,
  type EngineTypes,
  identifier,
} from "@scenekeep/engine/core";
import type { Observation } from "../world/observation.ts";
import type { World } from "../world/world.ts";

/** Goes on with what the user does once an answer is there. */
export type Then = (reply: EngineMessage) => void;

/** The user's client. */
export const USER: ActorId = identifier("user");

/** Sends what the user asks, and goes on when the answer comes. */
export class UserClient {
  readonly #world: () => World<EngineTypes>;
  readonly #waiting = new Map<string, Then>();

  constructor(world: () => World<EngineTypes>) {
    this.#world = world;
  }

  /** Sends a command, now or after a while. `id` must be new in the run. */
  ask(
    id: string,
    command: { to: ActorId; body: EngineMessage; afterMs?: number },
    then: Then = () => {},
  ): void {
    const world = this.#world();
    this.#waiting.set(id, then);
    world.submit({
      kind: "send",
      id,
      atMs: world.nowMs + (command.afterMs ?? 0),
      from: USER,
      to: command.to,
      body: command.body,
    });
  }

  /** Goes on with what waited for this answer. */
  observe(observation: Observation<EngineTypes>): void {
    if (observation.kind !== "acknowledged") return;
    const then = this.#waiting.get(observation.request);
    if (then === undefined) return;
    this.#waiting.delete(observation.request);
    then(observation.reply.body);
  }
}
