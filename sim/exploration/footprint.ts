import type { ActorTypes } from "@scenekeep/engine/core";
import { holderOf } from "../world/object_holder.ts";
import type { Observation, TurnObservation } from "../world/observation.ts";
import type { Payload } from "../world/records.ts";

/**
 * What one event read and changed, by name. The ground for saying that two events commute:
 *
 * [Note: Independence] An event is one entry of the schedule, carried out. It touches
 *
 * - the actor that takes it: its state, journal, mailbox, timers, and the requests under way;
 * - the actors whose mailbox it puts something into (`local`), and those whose record of a durable
 *   message it changes, as their outbox does;
 * - the whole store or folder that a port's operation reads or changes, and for a computation, as
 *   it looks at objects when it starts, all of them;
 * - the request of a client that it begins, repeats or answers;
 * - what checkers and the workload change or look at when they see it: see `Subject.touches`.
 *
 * Putting something on its way touches nothing: what is due is a set. Starting, ending and crashing
 * touch everything, and so does an act of the workload. Two events are independent when neither
 * changes what the other touches. They have then the same effect in either order, in the very state
 * in which both were looked at.
 */
export class Footprint {
  readonly reads: Set<string> = new Set<string>();
  readonly changes: Set<string> = new Set<string>();
  touchesAll = false;
  /** Places of the event at which its process could die; kept here as it is known when this is. */
  places = 0;

  /** Takes in what an event is about. */
  addPayload<Types extends ActorTypes>(payload: Payload<Types>): void {
    switch (payload.kind) {
      case "turn":
        this.changes.add(`actor ${payload.id}`);
        return;
      case "item":
        this.changes.add(`actor ${payload.to.id}`);
        if (payload.flight !== null) this.changes.add(`actor ${payload.flight.sender.id}`);
        return;
      case "flight":
        this.changes.add(`actor ${payload.sender.id}`);
        return;
      case "timer":
        this.changes.add(`actor ${payload.actor.id}`);
        return;
      case "operation":
        return this.#addOperation(payload);
      case "operationCrash":
      case "restart":
        this.touchesAll = true;
        return;
      case "request":
        this.changes.add(`request ${payload.envelope.id}`);
        return;
      case "clientArrival":
        this.changes.add(`request ${payload.envelope.inReplyTo ?? payload.envelope.id}`);
        return;
      case "workload":
        // Whoever acts from outside may look at anything.
        if (payload.operation.kind === "act") this.touchesAll = true;
        else this.changes.add(`request ${payload.operation.id}`);
    }
  }

  /** Takes in what was seen while the event was carried out. */
  addObservation<Types extends ActorTypes>(observation: Observation<Types>): void {
    switch (observation.kind) {
      case "turn":
        return this.#addTurn(observation);
      case "duplicate":
        this.changes.add(`actor ${observation.actor}`);
        if (observation.incoming.kind === "message") {
          this.changes.add(`actor ${observation.incoming.envelope.from}`);
        }
        return;
      case "refused":
        this.changes.add(`actor ${observation.actor}`);
        return;
      case "object":
        this.changes.add(`holder ${holderOf(observation.object)}`);
        return;
      case "linked":
        this.changes.add(`holder ${observation.tree}`);
        return;
      case "acknowledged":
      case "givenUp":
        this.changes.add(`request ${observation.request}`);
        return;
      case "received":
        this.changes.add(`client ${observation.client}`);
        return;
      case "process":
      case "actor":
      case "fault":
        this.touchesAll = true;
    }
  }

  #addTurn<Types extends ActorTypes>({ actor, effects, incoming }: TurnObservation<Types>): void {
    this.changes.add(`actor ${actor}`);
    // Its sender learns that the message was committed.
    if (incoming?.kind === "message" && incoming.envelope.channel === "durable") {
      this.changes.add(`actor ${incoming.envelope.from}`);
    }
    for (const effect of effects) {
      if (effect.kind === "compute") this.changes.add("compute").add(EVERY_HOLDER);
      else if (effect.kind === "send" || effect.kind === "reply") {
        // A reply may end a durable request of the one who asked.
        const isFelt = effect.channel === "local" ||
          (effect.kind === "reply" && effect.channel === "durable");
        if (isFelt) this.changes.add(`actor ${effect.to}`);
      }
    }
  }

  #addOperation<Types extends ActorTypes>(payload: Payload<Types> & { kind: "operation" }): void {
    const { actor, request } = payload;
    this.changes.add(`actor ${actor.id}`);
    switch (request.kind) {
      case "compute":
        return;
      case "link":
        this.changes.add(`holder ${actor.tree}`);
        return;
      case "readObject":
        this.reads.add(`holder ${holderOf(request.object)}`);
        return;
      case "writeObject":
        this.reads.add(`holder ${holderOf(request.source)}`);
        this.changes.add(`holder ${holderOf(request.object)}`);
        return;
      case "remove":
        this.changes.add(`holder ${holderOf(request.object)}`);
    }
  }
}

/** Stands for all stores and folders. */
const EVERY_HOLDER = "holder *";

/** True when two events that are possible in one state commute there; see [Note: Independence]. */
export function areIndependent(left: Footprint, right: Footprint): boolean {
  if (left.touchesAll || right.touchesAll) return false;
  return !changesWhatIsTouched(left, right) && !changesWhatIsTouched(right, left);
}

function changesWhatIsTouched(one: Footprint, other: Footprint): boolean {
  for (const thing of one.changes) {
    if (other.changes.has(thing) || other.reads.has(thing)) return true;
    if (thing === EVERY_HOLDER && touchesAHolder(other)) return true;
  }
  return false;
}

function touchesAHolder({ changes, reads }: Footprint): boolean {
  for (const thing of changes) if (thing.startsWith("holder ")) return true;
  for (const thing of reads) if (thing.startsWith("holder ")) return true;
  return false;
}
