import { type ActorTypes, superviseCrash } from "@scenekeep/engine/core";
import { type FaultKind, notice, touchedBy } from "./faults/fault_plan.ts";
import type { WorldKernel } from "./kernel.ts";
import type { ActorRecord, ProcessRecord, Restart } from "./records.ts";

/** Starts, kills and restarts actors and processes. */
export class Lifecycle<Types extends ActorTypes> {
  readonly #kernel: WorldKernel<Types>;
  readonly #jump: FaultKind;
  readonly #tailLost: FaultKind;

  constructor(kernel: WorldKernel<Types>) {
    this.#kernel = kernel;
    this.#jump = kernel.plan.kind("clockJumpDown");
    this.#tailLost = kernel.plan.kind("journalTailLost");
  }

  /** Boots a process: the one path for first start and recovery. */
  startProcess(process: ProcessRecord<Types>): void {
    const kernel = this.#kernel;
    process.start(kernel.nowMs);
    const { boot } = process;
    if (boot > 1) {
      kernel.counts.restarts += 1;
      kernel.subject.named(`${process.id}/${boot}`, 0);
      const errorMs = kernel.plan.strike(this.#jump, kernel.subject);
      if (errorMs !== null) {
        process.wallErrorMs = errorMs;
        process.touched = touchedBy(process.touched, this.#jump);
      }
    }
    this.#observeProcess(process, "started");
    // All can be sent to before the first one sends.
    for (const actor of process.actors) actor.isUp = true;
    for (const actor of process.actors) {
      if (!process.isUp || process.boot !== boot) return;
      if (actor.isUp) kernel.turns.open(actor);
    }
  }

  /** Brings back what was down, unless it crashed otherwise in the meantime. */
  restart(restart: Restart<Types>): void {
    const { actor, process, boot } = restart;
    if (process.boot !== boot) return;
    if (actor === null) return this.startProcess(process);
    if (!process.isUp || actor.isUp) return;
    this.#kernel.counts.restarts += 1;
    actor.isUp = true;
    this.#kernel.turns.open(actor);
  }

  /** Ends the life of one actor; its supervisor brings it back or gives the process up. */
  crashActor(actor: ActorRecord<Types>, downMs: number, because: FaultKind): void {
    const kernel = this.#kernel;
    const { process } = actor;
    const monotonicMs = kernel.nowMs - process.bootedAtMs;
    const intensity = kernel.options.restartIntensity;
    const decision = superviseCrash(actor.restarts, { monotonicMs, intensity });
    actor.touched = touchedBy(actor.touched, because);
    if (decision.kind === "escalate") return this.crashProcess(process, downMs + 1, null);
    actor.restarts = decision.history;
    this.#end(actor);
    const observation = { kind: "actor", change: "crashed", actor: actor.id } as const;
    const detail = { life: actor.runner.life };
    kernel.observe(observation, { what: "actor:crashed", who: actor.id, detail });
    kernel.scheduler.add({ kind: "restart", actor, process, boot: process.boot }, downMs);
  }

  /** Ends a process with all that is in its memory. */
  crashProcess(process: ProcessRecord<Types>, downMs: number, because: FaultKind | null): void {
    const kernel = this.#kernel;
    const { boot } = process;
    process.isUp = false;
    kernel.ports.crash(process);
    for (const actor of process.actors) {
      if (because !== null) actor.touched = [because];
      this.#end(actor);
      actor.restarts = { restartsAtMs: [] };
      this.#loseTail(actor, boot);
    }
    this.#observeProcess(process, "crashed");
    kernel.scheduler.add({ kind: "restart", actor: null, process, boot }, downMs);
  }

  /** Tries to open an actor again whose first commit was refused. */
  openLater(actor: ActorRecord<Types>, waitMs: number): void {
    const { process } = actor;
    this.#end(actor);
    this.#kernel.scheduler.add({ kind: "restart", actor, process, boot: process.boot }, waitMs);
  }

  /** Counts the faults whose consequence a new life has met. */
  noticeRestart(actor: ActorRecord<Types>): void {
    notice(actor.touched);
    actor.touched = null;
  }

  #observeProcess(process: ProcessRecord<Types>, change: "crashed" | "started"): void {
    const { id, boot } = process;
    const line = { what: `process:${change}`, who: id, detail: { boot } };
    this.#kernel.observe({ kind: "process", change, process: id, boot }, line);
  }

  #end(actor: ActorRecord<Types>): void {
    const kernel = this.#kernel;
    if (!actor.isUp) return;
    actor.isUp = false;
    actor.runner.crash(kernel.options.watch.restarts);
    const { life } = actor.runner;
    const items = actor.inbox.drain();
    kernel.inboxItems -= items.length;
    actor.flights.clear();
    kernel.timers.dropAll(actor);
    actor.heldBack = 0;
    actor.notBeforeMs = 0;
    actor.refusals = 0;
    actor.slowTurn = -1;
    for (const item of items) kernel.channels.lose(item, null);
    kernel.channels.dropWaiting(actor);
    for (const other of actor.process.actors) {
      const kept = other.waiting.filter((held) =>
        held.sender !== actor || held.senderLife !== life
      );
      kernel.inboxItems -= other.waiting.length - kept.length;
      other.waiting.splice(0, other.waiting.length, ...kept);
    }
  }

  #loseTail(actor: ActorRecord<Types>, boot: number): void {
    const { plan, subject } = this.#kernel;
    if (!actor.runner.isDurable) return;
    const turns = plan.strikeUncounted(this.#tailLost, subject.named(actor.id, boot));
    if (turns === null || actor.runner.loseTail(turns) === 0) return;
    this.#tailLost.delivered += 1;
    actor.runner.crash(false);
    actor.touched = touchedBy(actor.touched, this.#tailLost);
  }
}
