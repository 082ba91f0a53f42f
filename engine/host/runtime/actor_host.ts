import {
  type ActorId,
  type ActorTypes,
  type CommitFailure,
  type Envelope,
  type MessageId,
  type NamedEffect,
  type Note,
  superviseCrash,
  type TurnOutcome,
} from "@scenekeep/engine/core";
import { JournalError } from "../journal/journal_error.ts";
import type { RunnerOpening } from "./actor_runner.ts";
import { ActorSlot, type Item } from "./actor_slot.ts";
import { ActorTimers } from "./actor_timers.ts";
import { Channels } from "./channels.ts";
import type { HostedActor } from "./hosted_actor.ts";
import type { Journal } from "./journal.ts";
import type { CommandOutcome } from "./library_bus.ts";
import { type OutcomeOf, PortDispatcher, type PortJob } from "./port_dispatcher.ts";
import type { Ports } from "./ports.ts";
import type { RuntimeCounts } from "./runtime_counts.ts";
import { RuntimeError } from "./runtime_error.ts";
import type { RuntimeLimits } from "./runtime_limits.ts";
import { SnapshotKeeper } from "./snapshot_keeper.ts";
import { TurnLoop } from "./turn_loop.ts";

/** What an actor host tells the runtime around it. */
export interface HostAudience<Message> {
  /** What came of a command; false when nobody waits for it. */
  settle(command: MessageId, outcome: CommandOutcome<Message>): boolean;
  /** A message for an actor that does not live here. */
  leave(envelope: Envelope<Message>, received: () => void): void;
  note(actor: ActorId, note: Omit<Note, "kind">): void;
  /** An actor cannot be kept running. */
  failed(error: RuntimeError): void;
  /** Nothing is left to do for the moment. */
  rested(): void;
}

/** What an actor host runs, and on what. */
export interface ActorHostOptions<Types extends ActorTypes> {
  readonly journal: Journal;
  readonly actors: readonly HostedActor<Types>[];
  readonly ports: Ports<Types>;
  readonly limits: RuntimeLimits;
  readonly audience: HostAudience<Types["message"]>;
}

/**
 * Runs the actors of one library: takes what waits for them, commits their turns, lets their
 * effects out, and brings back those that crash.
 */
export class ActorHost<Types extends ActorTypes> {
  readonly counts: { -readonly [Count in keyof RuntimeCounts]: RuntimeCounts[Count] } = {
    turns: 0,
    duplicates: 0,
    stale: 0,
    refused: 0,
    lost: 0,
    crashes: 0,
    snapshots: 0,
  };
  readonly #slots: ReadonlyMap<ActorId, ActorSlot<Types>>;
  readonly #ports: Ports<Types>;
  readonly #limits: RuntimeLimits;
  readonly #audience: HostAudience<Types["message"]>;
  readonly #loop: TurnLoop<Types>;
  readonly #channels: Channels<Types>;
  readonly #timers: ActorTimers<Types>;
  readonly #dispatcher: PortDispatcher<Types>;
  readonly #snapshots: SnapshotKeeper<Types>;
  #isStopped = false;

  constructor(options: ActorHostOptions<Types>) {
    const { journal, ports, limits, audience } = options;
    this.#ports = ports;
    this.#limits = limits;
    this.#audience = audience;
    this.#slots = new Map(
      options.actors.map((actor) => [actor.id, new ActorSlot(actor, journal)]),
    );
    this.#loop = new TurnLoop(
      { turn: (slot) => this.#guardedTurn(slot), rest: () => audience.rested() },
      { clock: ports.clock, limits },
    );
    this.#channels = new Channels({
      slots: this.#slots,
      wake: (slot) => this.#loop.wake(slot),
      leave: (envelope, received) => audience.leave(envelope, received),
      lost: () => this.counts.lost += 1,
    });
    this.#timers = new ActorTimers(ports.clock, (slot, item) => this.#offer(slot, item));
    this.#dispatcher = new PortDispatcher(ports, {
      limits,
      audience: {
        answered: (job, outcome) => this.#answered(job, outcome),
        portFailed: (job, error) =>
          this.#warn(job.slot.id, "PORT_FAILED", `${job.request.kind}: ${messageOf(error)}`),
      },
    });
    this.#snapshots = new SnapshotKeeper({ limits, clock: ports.clock, channels: this.#channels });
  }

  /**
   * Opens every actor, then releases what their records still want done. All are open before the
   * first one sends.
   *
   * @throws {JournalError | RuntimeError} When one cannot be opened.
   */
  open(): void {
    const openings = [...this.#slots.values()].map((slot) => {
      const opening = slot.runner.open(this.#ports.clock.read());
      if (opening.outcome.kind !== "refused") return { slot, opening };
      throw new RuntimeError(
        "RUNTIME_START_REFUSED",
        `Cannot start actor "${slot.id}": ` +
          `its first turn was refused (${opening.outcome.reason}): ` +
          "Free some space on the disk of the library, or check it, and start again",
      );
    });
    for (const { slot } of openings) slot.isOpen = true;
    for (const { slot, opening } of openings) this.#opened(slot, { opening, isOld: true });
  }

  /** Whether an actor lives here. */
  has(actor: ActorId): boolean {
    return this.#slots.has(actor);
  }

  /** Takes in a command; `full` when too much waits already. */
  offerCommand(envelope: Envelope<Types["message"]>): "accepted" | "full" {
    const slot = this.#slots.get(envelope.to);
    if (slot === undefined) throw new TypeError(`There is no actor "${envelope.to}" here`);
    return this.#offer(slot, {
      kind: "message",
      delivery: { incoming: { kind: "message", envelope }, effectId: null },
      flight: null,
      command: envelope.id,
      timer: null,
    });
  }

  /** Fires no timers and starts no requests any more; what is under way goes on. */
  windDown(): void {
    this.#timers.stop(this.#slots.values());
    this.#dispatcher.stop();
  }

  /** Whether nothing is under way that could still end by itself. */
  get isIdle(): boolean {
    return !this.#loop.isBusy && this.#dispatcher.running === 0;
  }

  /** Saves snapshots where they are worth while, so that the next start is quick. */
  saveSnapshots(): void {
    for (const slot of this.#slots.values()) {
      try {
        if (slot.isOpen && this.#snapshots.saveAtClose(slot)) this.counts.snapshots += 1;
      } catch (error) {
        this.#warn(slot.id, "SNAPSHOT_FAILED", messageOf(error));
      }
    }
  }

  /** Ends everything at once. What is committed stays; what is not never happened. */
  stop(): void {
    this.#isStopped = true;
    this.windDown();
    this.#loop.stop();
    this.#dispatcher.abort();
    for (const slot of this.#slots.values()) slot.pause?.();
  }

  #offer(slot: ActorSlot<Types>, item: Item<Types>): "accepted" | "full" {
    const taken = slot.inbox.offer(item);
    if (taken === "accepted") this.#loop.wake(slot);
    return taken;
  }

  /** What goes wrong outside a turn, such as an effect that cannot be let out, ends the runtime. */
  #guardedTurn(slot: ActorSlot<Types>): boolean {
    try {
      return this.#turn(slot);
    } catch (error) {
      const message = `Actor "${slot.id}" cannot go on: ${messageOf(error)}`;
      this.#audience.failed(new RuntimeError("RUNTIME_ACTOR_FAILED", message, error));
      return false;
    }
  }

  #turn(slot: ActorSlot<Types>): boolean {
    if (!slot.isOpen || slot.pause !== null || this.#channels.isHeldBack(slot)) return false;
    const item = slot.inbox.take();
    if (item === undefined) return false;
    if (slot.waiters.size > 0) this.#channels.admitWaiting(slot);
    if (this.#timers.isCurrent(slot, item)) this.#deliver(slot, item);
    return !this.#isStopped && slot.inbox.size > 0;
  }

  #deliver(slot: ActorSlot<Types>, item: Item<Types>): void {
    this.counts.turns += 1;
    let outcome: TurnOutcome<Types>;
    try {
      outcome = slot.runner.deliver(item.delivery, this.#ports.clock.read());
    } catch (error) {
      return this.#crashed(slot, { item, error });
    }
    if (outcome.kind === "refused") return this.#refused(slot, item, outcome.reason);
    slot.refusals = 0;
    if (outcome.kind === "stale") this.counts.stale += 1;
    else this.#settled(slot, item, outcome);
  }

  #settled(
    slot: ActorSlot<Types>,
    item: Item<Types>,
    outcome: Extract<TurnOutcome<Types>, { readonly kind: "committed" | "duplicate" }>,
  ): void {
    if (outcome.kind === "duplicate") this.counts.duplicates += 1;
    this.#timers.committed(slot, item);
    this.#release(slot, { effects: outcome.released, isOld: false });
    if (item.flight !== null) this.#channels.landed(item.flight);
    try {
      if (this.#snapshots.saveWhenDue(slot)) this.counts.snapshots += 1;
    } catch (error) {
      this.#crashed(slot, { item: null, error });
    }
  }

  #refused(slot: ActorSlot<Types>, item: Item<Types>, reason: CommitFailure): void {
    this.counts.refused += 1;
    if (reason === "fenced") {
      if (item.command !== null) this.#audience.settle(item.command, { kind: "refused", reason });
      return this.#audience.failed(
        new RuntimeError("RUNTIME_FENCED", `Another life of actor "${slot.id}" holds its record`),
      );
    }
    const { incoming } = item.delivery;
    if (incoming.kind === "message" && incoming.envelope.channel === "remote") {
      // Who sent it will send it again.
      if (item.command !== null) this.#audience.settle(item.command, { kind: "refused", reason });
      return;
    }
    slot.inbox.putBack(item);
    this.#pause(slot, reason);
  }

  /** Waits, longer each time, and tries again. Nothing overtakes what was refused. */
  #pause(slot: ActorSlot<Types>, reason: CommitFailure): void {
    const { commitRetryFirstMs, commitRetryLastMs } = this.#limits;
    const waitMs = Math.min(commitRetryFirstMs * 2 ** slot.refusals, commitRetryLastMs);
    if (slot.refusals === 0) this.#warn(slot.id, "COMMIT_REFUSED", reason);
    slot.refusals += 1;
    slot.pause = this.#ports.clock.after(waitMs, () => {
      slot.pause = null;
      if (slot.isOpen) this.#loop.wake(slot);
      else this.#reopen(slot);
    });
  }

  /** Restarts an actor whose turn threw, unless that happened too often. */
  #crashed(
    slot: ActorSlot<Types>,
    crash: { readonly item: Item<Types> | null; readonly error: unknown },
  ): void {
    const { item, error } = crash;
    this.counts.crashes += 1;
    this.#warn(slot.id, "ACTOR_CRASHED", messageOf(error));
    if (item?.command) this.#audience.settle(item.command, { kind: "crashed" });
    const decision = superviseCrash(slot.restarts, {
      monotonicMs: this.#ports.clock.read().monotonicMs,
      intensity: this.#limits.restartIntensity,
    });
    if (decision.kind === "escalate") {
      const message = `Actor "${slot.id}" crashed again after ${decision.reason}: ` +
        messageOf(error);
      return this.#audience.failed(new RuntimeError("RUNTIME_ACTOR_FAILED", message, error));
    }
    slot.restarts = decision.history;
    this.#timers.drop(slot);
    slot.inbox.retain(({ kind }) =>
      kind === "message" || (kind === "completion" && slot.runner.isDurable)
    );
    // It was promised to arrive; other messages are lost with the life that took them.
    if (item !== null && item.flight !== null) slot.inbox.putBack(item);
    this.#reopen(slot);
  }

  #reopen(slot: ActorSlot<Types>): void {
    slot.isOpen = false;
    let opening: RunnerOpening<Types>;
    try {
      opening = slot.runner.open(this.#ports.clock.read());
    } catch (error) {
      if (!(error instanceof JournalError && error.isRetryable)) {
        return this.#crashed(slot, { item: null, error });
      }
      return this.#pause(slot, error.code === "JOURNAL_FULL" ? "diskFull" : "ioError");
    }
    if (opening.outcome.kind === "refused") return this.#pause(slot, opening.outcome.reason);
    slot.isOpen = true;
    slot.refusals = 0;
    this.#opened(slot, { opening, isOld: false });
    this.#loop.wake(slot);
  }

  #opened(
    slot: ActorSlot<Types>,
    found: { readonly opening: RunnerOpening<Types>; readonly isOld: boolean },
  ): void {
    const { opening, isOld } = found;
    slot.epoch += 1;
    this.#release(slot, { effects: opening.outbox, isOld });
    if (opening.outcome.kind === "committed") {
      this.#release(slot, { effects: opening.outcome.released, isOld: false });
    }
    this.#timers.fireAfterRestart(slot, opening.timersDue);
  }

  #release(
    slot: ActorSlot<Types>,
    released: { readonly effects: readonly NamedEffect<Types>[]; readonly isOld: boolean },
  ): void {
    for (const { id, effect } of released.effects) {
      switch (effect.kind) {
        case "append":
          break;
        case "send":
          this.#channels.send(slot, { id, effect }, released.isOld);
          break;
        case "reply":
          this.#channels.reply(slot, { id, effect });
          break;
        case "setTimer":
          this.#timers.set(slot, effect);
          break;
        case "cancelTimer":
          this.#timers.cancel(slot, effect.key);
          break;
        case "note":
          this.#audience.note(slot.id, effect);
          break;
        default:
          this.#dispatcher.submit({
            slot,
            epoch: slot.runner.isDurable ? null : slot.epoch,
            id,
            request: effect,
          });
      }
    }
  }

  #answered(job: PortJob<Types>, outcome: OutcomeOf<Types>): void {
    const { slot, epoch, id, request } = job;
    if (this.#isStopped || (epoch !== null && epoch !== slot.epoch)) return;
    this.#offer(slot, {
      kind: "completion",
      delivery: { incoming: { kind: "completed", key: request.key, outcome }, effectId: id },
      flight: null,
      command: null,
      timer: null,
    });
  }

  #warn(actor: ActorId, code: string, detail: string): void {
    this.#audience.note(actor, { level: "warning", code, detail });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
