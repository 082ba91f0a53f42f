import type { ActorId, ActorTypes } from "@scenekeep/engine/core";
import type { TurnObservation } from "../world/observation.ts";
import { incomingName } from "../world/event_name.ts";

/**
 * [Note: Causal names] Names of turns that do not say how many turns an actor has had.
 *
 * Effects and messages are called `ACTOR/LIFE/TURN/INDEX`. Two orders of the same events give one
 * turn two numbers, though nothing else differs. Here a turn is called by what woke its actor,
 * which was an effect of another turn, and so on up to the commands of clients.
 *
 * Sound as long as actors use such names for nothing but to tell things apart. Two turns of a run
 * never share a name: what wakes an actor again, as it forgot a message when it died, is counted.
 * So one state may have two names after a crash, and what it leads to counts twice; none is lost.
 */
export class CausalNames {
  /** Short numbers for long names; the same in all runs that share it. */
  readonly #numbers: Map<string, number>;
  readonly #turns = new Map<string, string>();
  readonly #learned = new Set<string>();
  readonly #pattern: RegExp;

  /** `numbers` is shared by all runs of one exploration, and empty at first. */
  constructor(actors: readonly ActorId[], numbers: Map<string, number>) {
    this.#numbers = numbers;
    const names = actors.map((id) => id.replace(/[^\w]/g, "\\$&"));
    this.#pattern = new RegExp(`(?:${names.join("|")})/\\d+/\\d+(?!\\d)`, "g");
  }

  /** Takes note of a turn that was committed. */
  learn<Types extends ActorTypes>(
    { actor, incoming, life, turn }: TurnObservation<Types>,
    nowMs: number,
  ): void {
    const cause = incoming === null
      ? `boot ${life}`
      : `${incomingName({ incoming, effectId: null })}${incoming.kind === "timer" ? nowMs : ""}`;
    const first = `${actor} ${this.rename(cause)}`;
    let name = first;
    // An actor may use the key of a request again.
    for (let count = 2; this.#learned.has(name); count += 1) name = `${first} ${count}`;
    this.#learned.add(name);
    const number = this.#numbers.get(name) ?? this.#numbers.size;
    this.#numbers.set(name, number);
    this.#turns.set(`${actor}/${life}/${turn}`, `~${number}`);
  }

  /** The text with the names of turns that are known put in the place of their numbers. */
  rename(text: string): string {
    return text.replace(this.#pattern, (turn) => this.#turns.get(turn) ?? turn);
  }
}
