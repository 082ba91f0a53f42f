import {
  type ActorId,
  type ActorTypes,
  type ClockReading,
  type EffectId,
  type Envelope,
  NO_RESTARTS,
  type Outcome,
  type PortRequest,
  type RestartHistory,
  type TimerKey,
} from "@scenekeep/engine/core";
import type { Acknowledged, ObjectFacts } from "@scenekeep/engine/core";
import type { ActorRunner } from "./actor_runner.ts";
import type { ClientArrival, ClientRequest } from "./client.ts";
import { hashText } from "./draw.ts";
import type { FaultKind } from "./faults/fault_plan.ts";
import { Inbox, type InboxItem } from "./inbox.ts";
import type { Operation } from "./operation.ts";

/** A process of the virtual world: what crashes and comes back as one. */
export class ProcessRecord<Types extends ActorTypes> {
  readonly id: string;
  readonly actors: ActorRecord<Types>[] = [];
  isUp = false;
  /** Counts the boots; names the current one. */
  boot = 0;
  bootedAtMs = 0;
  /** What the wall clock says above the true time; may be negative. */
  wallErrorMs = 0;
  journalFullUntilMs = 0;
  /** Faults whose consequence the next turn in this process meets. */
  touched: readonly FaultKind[] | null = null;
  #bootId = "";

  constructor(id: string) {
    this.id = id;
  }

  /** Starts a new boot at this time. */
  start(nowMs: number): void {
    this.isUp = true;
    this.boot += 1;
    this.bootedAtMs = nowMs;
    this.#bootId = bootIdOf(this.id, this.boot);
  }

  /** What the clocks of this process say. */
  reading(nowMs: number, startWallMs: number): ClockReading {
    return {
      wallMs: startWallMs + nowMs + this.wallErrorMs,
      monotonicMs: nowMs - this.bootedAtMs,
      bootId: this.#bootId,
    };
  }
}

/** The name of one boot of a process. */
export function bootIdOf(process: string, boot: number): string {
  return `${process}/${boot}`;
}

/** An actor in the virtual world. */
export class ActorRecord<Types extends ActorTypes> {
  readonly kind = "turn";
  readonly id: ActorId;
  readonly idHash: number;
  readonly process: ProcessRecord<Types>;
  readonly runner: ActorRunner<Types>;
  readonly inbox: Inbox<Types>;
  /** Name of the folder tree that its link effects go to. */
  readonly tree: string | null;
  readonly snapshotEventsMin: number;
  isUp = false;
  isTurnScheduled = false;
  /** No turn before this time, as a commit was refused or the actor is slow. */
  notBeforeMs = 0;
  /** Refused commits in a row. */
  refusals = 0;
  /** The turn for which slowness was decided already. */
  slowTurn = -1;
  /** Local messages of this actor that wait for room at others; see `Channels.isHeldBack`. */
  heldBack = 0;
  /** Local messages of others that wait for room here. */
  readonly waiting: HeldMessage<Types>[] = [];
  /** Durable messages of this actor whose receivers have not yet committed. */
  readonly flights: Map<EffectId, Flight<Types>> = new Map<EffectId, Flight<Types>>();
  readonly timers: Map<TimerKey, TimerDue<Types>> = new Map<TimerKey, TimerDue<Types>>();
  restarts: RestartHistory = NO_RESTARTS;
  /** Faults whose consequence the next life meets. */
  touched: readonly FaultKind[] | null = null;
  /** The youngest message that arrived here, to tell when one was overtaken. */
  youngestArrived = 0;
  turnsSinceCheck = 0;

  constructor(options: {
    id: ActorId;
    process: ProcessRecord<Types>;
    runner: ActorRunner<Types>;
    tree: string | null;
    snapshotEventsMin: number;
  }) {
    this.id = options.id;
    this.idHash = hashText(options.id);
    this.process = options.process;
    this.runner = options.runner;
    this.tree = options.tree;
    this.snapshotEventsMin = options.snapshotEventsMin;
    this.inbox = new Inbox(options.runner.mailboxCapacity);
  }
}

/** A local message that its receiver had no room for. */
export interface HeldMessage<Types extends ActorTypes> {
  readonly sender: ActorRecord<Types>;
  readonly senderLife: number;
  readonly item: InboxItem<Types>;
}

/** A durable message from commit to acknowledgement. */
export interface Flight<Types extends ActorTypes> {
  readonly kind: "flight";
  readonly id: EffectId;
  readonly sender: ActorRecord<Types>;
  readonly envelope: Envelope<Types["message"]>;
  /** Names the draws of the first attempt; each attempt takes two, for a copy and its double. */
  readonly firstOccurrence: number;
  attempts: number;
  /** Copies and answers on their way, at their receivers, or due to be sent again. */
  copies: number;
  /** A copy or answer was lost since the last attempt. */
  isLossy: boolean;
  touched: readonly FaultKind[] | null;
}

/** A timer that was set. */
export interface TimerDue<Types extends ActorTypes> {
  readonly kind: "timer";
  readonly actor: ActorRecord<Types>;
  readonly life: number;
  readonly key: TimerKey;
  touched: readonly FaultKind[] | null;
  /** False once cancelled or replaced. */
  isLive: boolean;
}

/** A request to a port, from its start to its completion. */
export interface PortOperation<Types extends ActorTypes> {
  readonly kind: "operation";
  readonly id: EffectId;
  readonly request: PortRequest<Types["job"]>;
  readonly actor: ActorRecord<Types>;
  readonly life: number;
  readonly boot: number;
  readonly bootedAtMs: number;
  /** 0 for the first time, else the life that asks again: names the draws. */
  readonly occurrence: number;
  touched: readonly FaultKind[] | null;
  /** Decided at the start: a failure, or the result of a computation. Null: what the store says. */
  outcome: Outcome<Types["result"] | ObjectFacts | Acknowledged> | null;
  /** Cut off by a crash. */
  isCut: boolean;
}

/** A crash in the middle of an operation. */
export interface OperationCrash<Types extends ActorTypes> {
  readonly kind: "operationCrash";
  readonly operation: PortOperation<Types>;
  readonly process: ProcessRecord<Types>;
  /** The life of the process that may end. */
  readonly boot: number;
  readonly fault: FaultKind;
  readonly downMs: number;
}

/** The return of an actor or process. */
export interface Restart<Types extends ActorTypes> {
  readonly kind: "restart";
  readonly actor: ActorRecord<Types> | null;
  readonly process: ProcessRecord<Types>;
  readonly boot: number;
}

/** Everything that can be due. */
export type Payload<Types extends ActorTypes> =
  | ActorRecord<Types>
  | InboxItem<Types>
  | Flight<Types>
  | TimerDue<Types>
  | PortOperation<Types>
  | OperationCrash<Types>
  | Restart<Types>
  | ClientRequest<Types>
  | ClientArrival<Types>
  | { readonly kind: "workload"; readonly operation: Operation<Types> };
