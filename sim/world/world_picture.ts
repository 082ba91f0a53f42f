import type { ActorTypes, MemoryContents } from "@scenekeep/engine/core";
import { FolderTree } from "./folder_tree.ts";
import type { WorldKernel } from "./kernel.ts";
import type { ObjectHolder } from "./object_holder.ts";
import { ObjectStore } from "./object_store.ts";
import { Unordered } from "./picture_text.ts";
import type { ActorRecord, Payload } from "./records.ts";

/**
 * Everything in a world that has a say in what happens next: states, journals, mailboxes, stores,
 * clients, and what is due. What only counts or tells of the past is left out.
 *
 * Shares memory with the world, so it is to be written out at once. Linear in the world.
 */
export function pictureOf<Types extends ActorTypes>(kernel: WorldKernel<Types>): unknown {
  return {
    nowMs: kernel.nowMs,
    actors: [...kernel.actors.values()].map(actorPicture),
    processes: [...kernel.processes.values()].map((process) => [
      process.id,
      process.isUp,
      process.boot,
      process.bootedAtMs,
      process.wallErrorMs,
      process.journalFullUntilMs,
    ]),
    holders: [...kernel.holders.values()].map(holderPicture),
    clients: kernel.clients.picture(),
    due: new Unordered(
      kernel.scheduler.waiting().map(({ atMs, isWork, payload }) => [
        atMs,
        isWork,
        payloadPicture(payload),
      ]),
    ),
  };
}

function actorPicture<Types extends ActorTypes>(actor: ActorRecord<Types>): unknown {
  return {
    id: actor.id,
    life: actor.runner.life,
    state: actor.runner.encodedState(),
    journal: journalPicture(actor.runner.journal),
    inbox: actor.inbox.waiting().map(payloadPicture),
    isUp: actor.isUp,
    isTurnScheduled: actor.isTurnScheduled,
    notBeforeMs: actor.notBeforeMs,
    refusals: actor.refusals,
    heldBack: actor.heldBack,
    waiting: actor.waiting.map(({ item }) => payloadPicture(item)),
    flights: new Unordered([...actor.flights.values()].map(payloadPicture)),
    timers: new Unordered([...actor.timers.keys()]),
    restarts: actor.restarts,
  };
}

function journalPicture<Types extends ActorTypes>(journal: MemoryContents<Types> | null): unknown {
  return journal && [new Unordered([...journal.applied]), journal.outbox, journal.timers];
}

function holderPicture(holder: ObjectHolder): unknown {
  if (holder instanceof FolderTree) return [holder.name, [...holder.nodes()], [...holder.slots()]];
  const objects = new Unordered([...holder.objects()]);
  return holder instanceof ObjectStore
    ? [holder.name, holder.capacityBytes, objects, new Unordered([...holder.removed()])]
    : [holder.name, objects];
}

function payloadPicture<Types extends ActorTypes>(payload: Payload<Types>): unknown {
  const { kind } = payload;
  switch (kind) {
    case "turn":
      return [kind, payload.id];
    case "item": {
      const { delivery, flight, life, occurrence, source, to } = payload;
      return [kind, to.id, source, delivery, occurrence, life, flight?.id ?? null];
    }
    case "flight":
      return [kind, payload.id, payload.attempts, payload.copies, payload.isLossy];
    case "timer":
      return [kind, payload.actor.id, payload.key, payload.life, payload.isLive];
    case "operation": {
      const { actor, boot, id, isCut, life, occurrence, outcome, request } = payload;
      return [kind, id, request, actor.id, life, boot, occurrence, outcome, isCut];
    }
    case "operationCrash":
      return [kind, payload.operation.id, payload.process.id, payload.boot, payload.downMs];
    case "restart":
      return [kind, payload.actor?.id ?? null, payload.process.id, payload.boot];
    case "request":
      return [kind, payload.envelope, payload.attempts];
    case "clientArrival":
      return [kind, payload.envelope];
    case "workload":
      return [kind, payload.operation];
  }
}
