import type { ActorId, ActorTypes } from "@scenekeep/engine/core";
import { invariant } from "@scenekeep/engine/core";
import type { Channels } from "./channels.ts";
import { CheckBoard } from "./check_board.ts";
import type { WorldView } from "./checker.ts";
import { ChosenScheduler } from "./chosen_scheduler.ts";
import type { Clients } from "./client.ts";
import { FaultPlan, FaultSubject } from "./faults/fault_plan.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { ObjectHolder } from "./object_holder.ts";
import type { Observation } from "./observation.ts";
import type { Ports } from "./ports.ts";
import type { ActorRecord, Payload, ProcessRecord } from "./records.ts";
import { type Schedule, Scheduler } from "./scheduler.ts";
import type { Timers } from "./timers.ts";
import { TraceChain } from "./trace_chain.ts";
import { writeHappening } from "./trace_line.ts";
import type { Turns } from "./turns.ts";
import type { ResolvedOptions } from "./world_options.ts";

/** Numbers that a world counts. */
export interface WorldCounts {
  /** Turns that changed state or asked for something. */
  events: number;
  /** Turns that did neither, as far as can be seen from outside. */
  quietTurns: number;
  duplicates: number;
  stale: number;
  refused: number;
  messagesSent: number;
  messagesLost: number;
  mailboxesFull: number;
  restarts: number;
  notes: number;
  snapshots: number;
}

/** What the parts of a world share: time, faults, trace, records, and each other. */
export class WorldKernel<Types extends ActorTypes> {
  readonly options: ResolvedOptions<Types>;
  readonly scheduler: Schedule<Payload<Types>>;
  readonly plan: FaultPlan;
  readonly trace: TraceChain;
  readonly board: CheckBoard<Types>;
  readonly processes: Map<string, ProcessRecord<Types>> = new Map<string, ProcessRecord<Types>>();
  readonly actors: Map<ActorId, ActorRecord<Types>> = new Map<ActorId, ActorRecord<Types>>();
  readonly holders: Map<string, ObjectHolder> = new Map<string, ObjectHolder>();
  /** Pointed at a message or effect, for one decision. */
  readonly subject: FaultSubject = new FaultSubject();
  /** Pointed at the turn that runs. */
  readonly turnSubject: FaultSubject = new FaultSubject();
  /** Items that wait in inboxes, or for room in one. */
  inboxItems = 0;
  /** Orders all that is sent. */
  sentSequence = 0;
  readonly counts: WorldCounts = {
    events: 0,
    quietTurns: 0,
    duplicates: 0,
    stale: 0,
    refused: 0,
    messagesSent: 0,
    messagesLost: 0,
    mailboxesFull: 0,
    restarts: 0,
    notes: 0,
    snapshots: 0,
  };
  channels!: Channels<Types>;
  clients!: Clients<Types>;
  lifecycle!: Lifecycle<Types>;
  ports!: Ports<Types>;
  timers!: Timers<Types>;
  turns!: Turns<Types>;

  constructor(
    options: ResolvedOptions<Types>,
    outside: { view: WorldView; drive: ((observation: Observation<Types>) => void) | null },
  ) {
    this.options = options;
    const { choose, ordering } = options;
    this.scheduler = choose === null
      ? new Scheduler(ordering)
      : new ChosenScheduler({ choose, takesNoTime });
    this.plan = new FaultPlan(options.faults, options.recordPerturbations);
    this.trace = new TraceChain(options.trace, options.watch.plainDataEvery);
    this.board = new CheckBoard(options.checkers, outside);
    this.plan.onDelivered = (perturbation) => {
      const { fault, entity, occurrence, value } = perturbation;
      this.happened(`fault:${fault}`, entity, { occurrence, value });
      this.board.observe({ kind: "fault", perturbation });
    };
  }

  /** The virtual time. */
  get nowMs(): number {
    return this.scheduler.nowMs;
  }

  /** The actor of this name, which must exist. */
  actor(id: ActorId): ActorRecord<Types> {
    const actor = this.actors.get(id);
    invariant(actor !== undefined, "ACTOR_UNKNOWN", `No actor is called "${id}"`);
    return actor;
  }

  /** Writes something other than a turn into the trace, then shows it to checkers. */
  observe(
    observation: Observation<Types>,
    line: { readonly what: string; readonly who: string; readonly detail: unknown },
  ): void {
    this.happened(line.what, line.who, line.detail);
    this.board.observe(observation);
  }

  /** Writes something other than a turn into the trace. */
  happened(what: string, who: string, detail: unknown): void {
    writeHappening(this.trace, {
      event: this.counts.events,
      virtualMs: this.scheduler.nowMs,
      what,
      who,
      detail,
    });
  }

  /** Has an actor take a turn as soon as it may. */
  wake(actor: ActorRecord<Types>): void {
    if (actor.isTurnScheduled || !actor.isUp) return;
    actor.isTurnScheduled = true;
    this.scheduler.add(actor, Math.max(0, actor.notBeforeMs - this.scheduler.nowMs));
  }
}

/** Messages and answers may be as fast as they like. */
function takesNoTime<Types extends ActorTypes>({ kind }: Payload<Types>): boolean {
  return kind === "item" || kind === "operation" || kind === "clientArrival";
}
