import type { ActorTypes } from "@scenekeep/engine/core";
import type { WorldKernel } from "./kernel.ts";
import type { Payload } from "./records.ts";

const NAMED_MAX = 20;

/** Names the work that is not done, for a report; the rest is counted. */
export function outstandingWork<Types extends ActorTypes>(kernel: WorldKernel<Types>): string[] {
  const named: string[] = [];
  for (const { payload, isWork, atMs } of kernel.scheduler.waiting()) {
    if (isWork) named.push(`${describe(payload)} (due at ${atMs} ms)`);
  }
  for (const actor of kernel.actors.values()) {
    if (actor.heldBack > 0) {
      const full = [...kernel.actors.values()].filter((other) =>
        other.waiting.some((held) => held.sender === actor)
      );
      const names = full.map((other) => `"${other.id}"`).join(", ");
      named.push(`"${actor.id}" is held back: the mailbox of ${names} is full`);
    }
    if (actor.inbox.size > 0) {
      named.push(`"${actor.id}" has ${actor.inbox.size} in its mailbox`);
    }
  }
  for (const { envelope, attempts } of kernel.clients.open()) {
    named.push(`"${envelope.from}" waits for an answer to "${envelope.id}" (${attempts} attempts)`);
  }
  const rest = named.length - NAMED_MAX;
  return rest > 0 ? [...named.slice(0, NAMED_MAX), `and ${rest} more`] : named;
}

function describe<Types extends ActorTypes>(payload: Payload<Types>): string {
  switch (payload.kind) {
    case "turn":
      return `turn of "${payload.id}"`;
    case "item": {
      const { incoming } = payload.delivery;
      const what = incoming.kind === "message" ? incoming.envelope.id : incoming.key;
      return `${payload.source} ${incoming.kind} "${what}" to "${payload.to.id}"`;
    }
    case "flight":
      return `durable message "${payload.id}" to "${payload.envelope.to}" to be sent again`;
    case "timer":
      return `timer "${payload.key}" of "${payload.actor.id}"`;
    case "operation":
      return `${payload.request.kind} "${payload.id}"`;
    case "operationCrash":
      return `crash in the middle of "${payload.operation.id}"`;
    case "restart":
      return `restart of "${payload.actor?.id ?? payload.process.id}"`;
    case "request":
      return `command "${payload.envelope.id}" to be sent again`;
    case "clientArrival":
      return `answer "${payload.envelope.id}" to "${payload.envelope.to}"`;
    case "workload":
      return `operation "${payload.operation.id}"`;
  }
}
