import type {
  ActorDefinition,
  ActorId,
  EffectOf,
  IncomingOf,
  TimerKey,
  TurnContext,
} from "@scenekeep/engine/core";
import type { FaultPlanOptions } from "./faults/fault_plan.ts";
import type { ClientCommand } from "./operation.ts";
import { World } from "./world.ts";
import type { WorldOptions } from "./world_options.ts";

/** The types of worlds in tests: everything is text. */
export interface Scripted {
  readonly message: string;
  readonly event: string;
  readonly job: string;
  readonly result: { readonly kind: "answer"; readonly text: string };
}

/** What a scripted actor remembers: all events, in order. */
export interface Diary {
  readonly entries: string[];
}

type Effects = readonly EffectOf<Scripted>[];

/** How a scripted actor behaves; what is left out does nothing. */
export interface Script {
  readonly kind?: string;
  readonly durability?: "durable" | "volatile";
  readonly mailboxCapacity?: number;
  readonly receive?: (
    incoming: IncomingOf<Scripted>,
    state: Diary,
    context: TurnContext,
  ) => Effects;
  readonly restored?: (context: TurnContext, state: Diary) => Effects;
}

/** An actor that does what its script says; durable unless told otherwise. */
export function scripted(script: Script): ActorDefinition<Diary, Scripted> {
  return {
    kind: script.kind ?? "scripted",
    durability: script.durability ?? "durable",
    mailboxCapacity: script.mailboxCapacity ?? 1_000,
    invariants: [],
    initial: () => ({ entries: [] }),
    receive: (state, incoming, context) => script.receive?.(incoming, state, context) ?? [],
    evolve: (state, event) => {
      state.entries.push(event);
    },
    restored: (state, context) => script.restored?.(context, state) ?? [],
    encode: (state) => state,
    decode: (snapshot) => snapshot as Diary,
  };
}

/** A world without faults, unless told otherwise. */
export function scriptedWorld(
  options: Partial<WorldOptions<Scripted>> & { plan?: Partial<FaultPlanOptions> } = {},
): World<Scripted> {
  const { plan, ...rest } = options;
  const faults: FaultPlanOptions = { seed: 1, profile: "off", chaosEndsMs: 10_000, ...plan };
  return new World<Scripted>({ faults, ...rest });
}

/** The text of a message, the key of a timer, or the outcome of a request. */
export function textOf(incoming: IncomingOf<Scripted>): string {
  if (incoming.kind === "message") return incoming.envelope.body;
  if (incoming.kind === "timer") return `timer ${incoming.key}`;
  const { outcome } = incoming;
  if (outcome.kind === "failed") return `${incoming.key} failed: ${outcome.error}`;
  return `${incoming.key} done`;
}

/** Writes what comes into the diary. */
export function note(event: string): EffectOf<Scripted> {
  return { kind: "append", event };
}

/** Sends a text. */
export function send(
  channel: "local" | "durable" | "remote",
  to: string,
  body: string,
): EffectOf<Scripted> {
  return { kind: "send", channel, to: to as ActorId, body };
}

/** Sets a timer. */
export function after(afterMs: number, key: string): EffectOf<Scripted> {
  return { kind: "setTimer", key: key as TimerKey, afterMs };
}

/** What an actor's diary holds. */
export function diary(world: World<Scripted>, actor: string): readonly string[] {
  return (world.state(actor as ActorId) as Diary).entries;
}

/** A client's command at a virtual time, named by its text. */
export function command(atMs: number, to: string, body: string): ClientCommand<Scripted> {
  const from = "client" as ActorId;
  return { kind: "send", id: body, atMs, from, to: to as ActorId, body };
}
