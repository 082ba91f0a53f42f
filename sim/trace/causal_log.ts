import type { ActorId, ActorTypes, EffectOf, IncomingOf } from "@scenekeep/engine/core";
import type { Observation, TurnObservation } from "../world/observation.ts";

/** One thing that happened, with what it came from. */
export interface CausalStep {
  /** `actor/life/turn`, or the name of a client's command or of what a fault struck. */
  readonly id: string;
  readonly kind: "turn" | "fault" | "process" | "object" | "answer";
  readonly virtualMs: number;
  /** Actor, client, process or object. */
  readonly who: string;
  /** What woke it, in a few words. */
  readonly woken: string;
  /** What it did, in a few words. */
  readonly did: string;
  /** Everything that a search for a name may look in. */
  readonly detail: string;
  /** The step that it came from; null for what came from outside. */
  readonly cause: number | null;
}

/** Steps that are kept if nothing else is said: some 100 MB. */
const STEPS_MAX = 200_000;

/**
 * Remembers what caused what in a run: messages lead to the turns that take them, requests to their
 * completions, timers to their turns. Constant time per observation.
 */
export class CausalLog<Types extends ActorTypes> {
  readonly steps: CausalStep[] = [];
  /** Steps that came after {@linkcode steps} was full. */
  leftOut = 0;
  readonly #stepsMax: number;
  readonly #turns = new Map<string, number>();
  /** The turn that asked for a completion or set a timer, by actor and key. */
  readonly #asked = new Map<string, number>();

  /** @param stepsMax Steps that are kept, the first ones. */
  constructor(stepsMax: number = STEPS_MAX) {
    this.#stepsMax = stepsMax;
  }

  /** Takes in one observation, at this virtual time. */
  observe(observation: Observation<Types>, virtualMs: number): void {
    switch (observation.kind) {
      case "turn":
        return this.#turn(observation, virtualMs);
      case "fault": {
        const { entity, fault, value } = observation.perturbation;
        return this.#add({
          id: entity,
          kind: "fault",
          virtualMs,
          who: entity,
          woken: "",
          did: `fault ${fault} (${value})`,
          detail: "",
          cause: this.#turnOf(entity),
        });
      }
      case "process":
        return this.#add({
          ...plain(virtualMs, observation.process),
          kind: "process",
          did: `process ${observation.change}`,
        });
      case "object":
        return this.#add({
          ...plain(virtualMs, observation.object),
          kind: "object",
          did: `object ${observation.change}`,
          detail: JSON.stringify(observation.facts),
          cause: observation.effect === null ? null : this.#turnOf(observation.effect),
        });
      case "acknowledged":
        return this.#add({
          ...plain(virtualMs, observation.client),
          kind: "answer",
          id: observation.request,
          did: `hears the answer to ${observation.request}`,
          detail: JSON.stringify(observation.reply.body),
          cause: this.#turnOf(observation.reply.id),
        });
    }
  }

  /**
   * What led to a failure, in order: every turn that appended something about one of the names, or
   * else the last step, with all that those came from.
   */
  slice(names: readonly string[]): CausalStep[] {
    const wanted = new Set<number>();
    const said = names.filter((name) => name !== "").map((name) => `"${name}"`);
    for (const [index, step] of this.steps.entries()) {
      const isAbout = said.some((name) => step.detail.includes(name));
      const isChange = step.kind === "turn" && step.did !== "";
      if (isAbout && (isChange || step.kind === "object")) this.#withCauses(index, wanted);
    }
    if (wanted.size === 0) this.#withCauses(this.steps.length - 1, wanted);
    for (const [index, step] of this.steps.entries()) {
      if (step.kind !== "fault") continue;
      if (step.cause === null || wanted.has(step.cause)) wanted.add(index);
    }
    return [...wanted].sort((left, right) => left - right).map((index) => this.steps[index]!);
  }

  #withCauses(from: number, wanted: Set<number>): void {
    let at: number | null = from;
    while (at !== null && at >= 0 && !wanted.has(at)) {
      wanted.add(at);
      at = this.steps[at]?.cause ?? null;
    }
  }

  #turn(turn: TurnObservation<Types>, virtualMs: number): void {
    if (this.steps.length >= this.#stepsMax) {
      this.leftOut += 1;
      return;
    }
    const { actor, effects, events, incoming, life, turn: number } = turn;
    const id = `${actor}/${life}/${number}`;
    const index = this.steps.length;
    this.#turns.set(id, index);
    const cause = this.#causeOf(actor, incoming);
    this.#add({
      id,
      kind: "turn",
      virtualMs,
      who: actor,
      woken: wokenBy(incoming),
      did: effects.map((effect) => didWhat(effect)).filter((text) => text !== "").join(", "),
      detail: JSON.stringify(events),
      cause,
    });
    for (const effect of effects) {
      if ("key" in effect) this.#asked.set(`${actor} ${effect.key}`, index);
    }
  }

  #causeOf(actor: ActorId, incoming: IncomingOf<Types> | null): number | null {
    if (incoming === null) return null;
    if (incoming.kind === "message") return this.#turnOf(incoming.envelope.id);
    return this.#asked.get(`${actor} ${incoming.key}`) ?? null;
  }

  /** The turn that an effect or message belongs to; its name ends with the place in the turn. */
  #turnOf(name: string): number | null {
    return this.#turns.get(name) ?? this.#turns.get(name.slice(0, name.lastIndexOf("/"))) ?? null;
  }

  #add(step: CausalStep): void {
    if (this.steps.length < this.#stepsMax) this.steps.push(step);
    else this.leftOut += 1;
  }
}

function plain(virtualMs: number, who: string): CausalStep {
  return { id: who, kind: "turn", virtualMs, who, woken: "", did: "", detail: "", cause: null };
}

function wokenBy<Types extends ActorTypes>(incoming: IncomingOf<Types> | null): string {
  if (incoming === null) return "starts";
  switch (incoming.kind) {
    case "message":
      return `${kindOf(incoming.envelope.body)} from ${incoming.envelope.from}`;
    case "timer":
      return `timer ${incoming.key}`;
    case "completed":
      return incoming.outcome.kind === "done"
        ? `${incoming.key} done`
        : `${incoming.key} failed: ${incoming.outcome.error}`;
  }
}

function didWhat<Types extends ActorTypes>(effect: EffectOf<Types>): string {
  switch (effect.kind) {
    case "append":
      return kindOf(effect.event);
    case "send":
      return `${kindOf(effect.body)} to ${effect.to}`;
    case "reply":
      return `answers ${kindOf(effect.body)}`;
    case "writeObject":
    case "remove":
      return `${effect.kind} ${effect.object}`;
    case "link":
      return `link ${effect.key}`;
    default:
      return "";
  }
}

/** The kind of a message or event: its `kind`, or itself where it is a text. */
export function kindOf(value: unknown): string {
  if (typeof value === "string") return value;
  const kind = (value as { readonly kind?: unknown } | null)?.kind;
  return typeof kind === "string" ? kind : typeof value;
}
