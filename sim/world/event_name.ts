import type { ActorTypes, EffectId, IncomingOf } from "@scenekeep/engine/core";
import type { Payload } from "./records.ts";

/** The name of what is due, by what it is about: the same as long as the runs are the same. */
export function eventName<Types extends ActorTypes>(payload: Payload<Types>): string {
  switch (payload.kind) {
    case "turn":
      return `turn ${payload.id}`;
    case "item":
      return `${incomingName(payload.delivery)}${again(payload.occurrence)}`;
    case "flight":
      return `resend ${payload.id}${again(payload.attempts)}`;
    case "timer":
      return `timer ${payload.actor.id} ${payload.key}`;
    case "operation":
      return `answer ${payload.id}${again(payload.occurrence)}`;
    case "operationCrash":
      return `crash ${payload.operation.id}`;
    case "restart":
      return `restart ${payload.actor?.id ?? payload.process.id}`;
    case "request":
      return `ask ${payload.envelope.id}${again(payload.attempts)}`;
    case "clientArrival":
      return `reply ${payload.envelope.id}`;
    case "workload":
      return `${payload.operation.kind} ${payload.operation.id}`;
  }
}

/** The name of what an actor is given. */
export function incomingName<Types extends ActorTypes>(
  delivery: { readonly incoming: IncomingOf<Types>; readonly effectId: EffectId | null },
): string {
  const { effectId, incoming } = delivery;
  switch (incoming.kind) {
    case "message":
      return `message ${incoming.envelope.id}`;
    case "completed":
      return `answer ${effectId ?? incoming.key}`;
    case "timer":
      return `timer ${incoming.key}`;
  }
}

function again(occurrence: number): string {
  return occurrence === 0 ? "" : ` again ${occurrence}`;
}
