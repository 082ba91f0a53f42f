import {
  type ActorTypes,
  type CommitFailure,
  invariant,
  type NamedEffect,
  type TurnOutcome,
} from "@scenekeep/engine/core";
import { deepFreeze } from "./deep_freeze.ts";
import { type FaultKind, type FaultSubject, notice, touchedBy } from "./faults/fault_plan.ts";
import type { InboxItem } from "./inbox.ts";
import type { WorldKernel } from "./kernel.ts";
import type { ActorRecord } from "./records.ts";
import { writeTurn } from "./trace_line.ts";
import type { CommitGate } from "./virtual_journal.ts";

/** Runs the turns of actors and lets their effects out, one by one. */
export class Turns<Types extends ActorTypes> implements CommitGate {
  readonly #kernel: WorldKernel<Types>;
  readonly #slow: FaultKind;
  readonly #jump: FaultKind;
  readonly #diskFull: FaultKind;
  readonly #ioError: FaultKind;
  readonly #actorCrashEarly: FaultKind;
  readonly #actorCrash: FaultKind;
  readonly #processCrashEarly: FaultKind;
  readonly #processCrash: FaultKind;
  /** The actor whose turn runs, and what the gate refused it for. */
  #current: ActorRecord<Types> | null = null;
  #refusedFor: FaultKind | null = null;
  #instantMs = 0;
  #turnsInInstant = 0;

  constructor(kernel: WorldKernel<Types>) {
    this.#kernel = kernel;
    this.#slow = kernel.plan.kind("slowActor");
    this.#jump = kernel.plan.kind("clockJumpRunning");
    this.#diskFull = kernel.plan.kind("journalDiskFull");
    this.#ioError = kernel.plan.kind("journalIoError");
    this.#actorCrashEarly = kernel.plan.kind("actorCrashBeforeCommit");
    this.#actorCrash = kernel.plan.kind("actorCrashBeforeEffect");
    this.#processCrashEarly = kernel.plan.kind("processCrashBeforeCommit");
    this.#processCrash = kernel.plan.kind("processCrashBeforeEffect");
  }

  /** The actor whose turn runs, for reports of an error. */
  get current(): ActorRecord<Types> | null {
    return this.#current;
  }

  /** Decides whether the running turn's commit is refused. */
  refuseCommit(): CommitFailure | null {
    const kernel = this.#kernel;
    const { plan, turnSubject } = kernel;
    const process = this.#current!.process;
    if (process.journalFullUntilMs > kernel.nowMs) {
      this.#refusedFor = this.#diskFull;
      return "diskFull";
    }
    const fullMs = plan.strike(this.#diskFull, turnSubject);
    if (fullMs !== null) {
      process.journalFullUntilMs = kernel.nowMs + fullMs;
      this.#refusedFor = this.#diskFull;
      return "diskFull";
    }
    if (plan.strike(this.#ioError, turnSubject) === null) return null;
    this.#refusedFor = this.#ioError;
    return "ioError";
  }

  /** Opens an actor: recovery, `restored`, and all that its record still wants done. */
  open(actor: ActorRecord<Types>): void {
    const kernel = this.#kernel;
    const { runner, process } = actor;
    this.#current = actor;
    this.#refusedFor = null;
    kernel.turnSubject.turn(actor, runner.life + 1, 0);
    actor.youngestArrived = 0;
    const clock = process.reading(kernel.nowMs, kernel.options.startWallMs);
    const opening = runner.open(clock);
    const isRefused = opening.outcome.kind === "refused";
    writeTurn(kernel.trace, {
      event: kernel.counts.events,
      virtualMs: kernel.nowMs,
      who: actor.id,
      outcome: isRefused ? "refused" : "restored",
      incoming: null,
      effects: runner.effects,
    });
    this.#takeMisconduct(actor);
    if (this.#refusedFor !== null) {
      actor.touched = touchedBy(actor.touched, this.#refusedFor);
      this.#refusedFor = null;
    }
    if (opening.outcome.kind === "refused") {
      kernel.counts.refused += 1;
      kernel.lifecycle.openLater(actor, kernel.options.timing.commitRetryFirstMs);
      return;
    }
    kernel.lifecycle.noticeRestart(actor);
    this.#committed(actor, null);
    const { life } = runner;
    if (!this.#release(actor, opening.outbox, life)) return;
    if (opening.outcome.kind === "committed") {
      if (!this.#release(actor, opening.outcome.released, 0)) return;
    }
    kernel.timers.fireAfterRestart(actor, opening.timersDue);
    if (actor.inbox.size > 0) kernel.wake(actor);
  }

  /** Has an actor take its next item now if nothing is in the way, else as soon as it may. */
  runOrWake(actor: ActorRecord<Types>): void {
    if (actor.isTurnScheduled) return;
    if (actor.heldBack === 0 && actor.notBeforeMs <= this.#kernel.nowMs) this.run(actor);
    else this.#kernel.wake(actor);
  }

  /** Has an actor take its next item. */
  run(actor: ActorRecord<Types>): void {
    const kernel = this.#kernel;
    actor.isTurnScheduled = false;
    if (!actor.isUp || kernel.channels.isHeldBack(actor)) return;
    if (actor.notBeforeMs > kernel.nowMs) return kernel.wake(actor);
    if (this.#isSlow(actor)) return kernel.wake(actor);
    const item = actor.inbox.take();
    if (item === undefined) return;
    kernel.inboxItems -= 1;
    this.#guardInstant(actor);
    if (this.#isDeliverable(actor, item)) this.#deliver(actor, item);
    if (!actor.isUp) return;
    if (actor.waiting.length > 0) kernel.channels.admitWaiting(actor);
    if (actor.inbox.size > 0) kernel.wake(actor);
  }

  #deliver(actor: ActorRecord<Types>, item: InboxItem<Types>): void {
    const kernel = this.#kernel;
    const { plan, turnSubject, options } = kernel;
    const { runner, process } = actor;
    this.#current = actor;
    this.#refusedFor = null;
    turnSubject.turn(actor, runner.life, runner.turn + 1);
    const jumpMs = plan.strike(this.#jump, turnSubject);
    if (jumpMs !== null) {
      process.wallErrorMs = jumpMs;
      process.touched = touchedBy(process.touched, this.#jump);
    }
    if (this.#crashesEarly(actor, item)) return;
    if (options.watch.purityEvery > 0 && runner.turn % options.watch.purityEvery === 0) {
      runner.checkNextTurn();
    }
    const clock = process.reading(kernel.nowMs, options.startWallMs);
    const turnBefore = runner.turn;
    const outcome = runner.deliver(item.delivery, clock);
    notice(item.touched);
    if (process.touched !== null && runner.turn !== turnBefore) {
      notice(process.touched);
      process.touched = null;
    }
    this.#takeMisconduct(actor);
    this.#settle(actor, item, outcome);
  }

  #settle(
    actor: ActorRecord<Types>,
    item: InboxItem<Types>,
    outcome: TurnOutcome<Types>,
  ): void {
    const kernel = this.#kernel;
    const { runner } = actor;
    const { incoming } = item.delivery;
    const hasTurn = outcome.kind === "committed" || outcome.kind === "refused";
    writeTurn(kernel.trace, {
      event: outcome.kind === "committed" && runner.effects.length > 0
        ? ++kernel.counts.events
        : kernel.counts.events,
      virtualMs: kernel.nowMs,
      who: actor.id,
      outcome: outcome.kind,
      incoming,
      effects: hasTurn ? runner.effects : [],
    });
    switch (outcome.kind) {
      case "committed":
        actor.refusals = 0;
        if (runner.effects.length === 0) kernel.counts.quietTurns += 1;
        this.#committed(actor, item);
        return this.#letOut(actor, item, { released: outcome.released, occurrence: 0 });
      case "duplicate":
        kernel.counts.duplicates += 1;
        kernel.board.observe({ kind: "duplicate", actor: actor.id, incoming });
        return this.#letOut(actor, item, {
          released: outcome.released,
          occurrence: item.occurrence + 1,
        });
      case "stale":
        kernel.counts.stale += 1;
        return;
      case "refused":
        kernel.counts.refused += 1;
        kernel.board.observe({ kind: "refused", actor: actor.id, reason: outcome.reason });
        return this.#refused(actor, item);
    }
  }

  /** Shows a committed turn to those who watch. */
  #committed(actor: ActorRecord<Types>, item: InboxItem<Types> | null): void {
    const { board, options, counts } = this.#kernel;
    const { runner } = actor;
    const { watch } = options;
    if (watch.freezeMessages) deepFreeze(runner.effects);
    board.observe({
      kind: "turn",
      actor: actor.id,
      process: actor.process.id,
      life: runner.life,
      turn: runner.turn,
      incoming: item === null ? null : item.delivery.incoming,
      effects: runner.effects,
      events: runner.events,
    });
    actor.turnsSinceCheck += 1;
    if (watch.invariantsEvery > 0 && actor.turnsSinceCheck >= watch.invariantsEvery) {
      actor.turnsSinceCheck = 0;
      this.checkInvariants(actor);
    }
    if (item === null || runner.effects.length === 0) return;
    if (watch.evaluateEvery > 0 && counts.events % watch.evaluateEvery === 0) board.evaluate();
    if (watch.recomputeEvery > 0 && counts.events % watch.recomputeEvery === 0) board.recompute();
  }

  /** Checks the invariants of one actor. */
  checkInvariants(actor: ActorRecord<Types>): void {
    const broken = actor.runner.brokenInvariant();
    if (broken === null) return;
    const { id, problem } = broken;
    this.#kernel.board.report({ checker: id, message: problem, entity: actor.id });
  }

  /** Releases the effects of a turn, then tells the sender of a durable message. */
  #letOut(
    actor: ActorRecord<Types>,
    item: InboxItem<Types>,
    turn: { readonly released: readonly NamedEffect<Types>[]; readonly occurrence: number },
  ): void {
    const { incoming } = item.delivery;
    const { released } = turn;
    // After a crash in between the sender of a durable message does not hear of the commit.
    const isOut = this.#release(actor, released, turn.occurrence) &&
      (turn.occurrence > 0 || !this.#crashes(actor, this.#kernel.turnSubject));
    if (!isOut) return this.#kernel.channels.lose(item, null);
    this.#kernel.turnSubject.occurrence = 1;
    if (actor.runner.snapshotWhenDue(actor.snapshotEventsMin)) this.#kernel.counts.snapshots += 1;
    if (item.flight === null || incoming.kind !== "message") return;
    const isAnswered = released.some(({ effect }) =>
      effect.kind === "reply" && effect.channel === "durable" &&
      effect.inReplyTo === incoming.envelope.id
    );
    this.#kernel.channels.landed(item, isAnswered);
  }

  /**
   * Lets effects out one by one. False when a crash cut in. The occurrence tells the first release
   * of an effect, 0, from those after it.
   */
  #release(
    actor: ActorRecord<Types>,
    released: readonly NamedEffect<Types>[],
    occurrence: number,
  ): boolean {
    const { subject } = this.#kernel;
    for (let index = 0; index < released.length; index++) {
      const named = released[index]!;
      subject.named(named.id, occurrence);
      // A restart releases all that is under way: drawn for each, no crash would ever be the last.
      subject.isDrawn = occurrence === 0 || (index & (index - 1)) === 0;
      if (this.#crashes(actor, subject)) return false;
      this.#dispatch(actor, named, occurrence);
    }
    return true;
  }

  /** Decides whether an actor or its process dies here, between two effects. */
  #crashes(actor: ActorRecord<Types>, subject: FaultSubject): boolean {
    const { plan, lifecycle } = this.#kernel;
    const downMs = plan.strike(this.#processCrash, subject);
    if (downMs !== null) {
      lifecycle.crashProcess(actor.process, downMs, this.#processCrash);
      return true;
    }
    const actorDownMs = plan.strike(this.#actorCrash, subject);
    if (actorDownMs === null) return false;
    lifecycle.crashActor(actor, actorDownMs, this.#actorCrash);
    return true;
  }

  #dispatch(actor: ActorRecord<Types>, named: NamedEffect<Types>, occurrence: number): void {
    const kernel = this.#kernel;
    const { id, effect } = named;
    switch (effect.kind) {
      case "send":
        return kernel.channels.send(actor, { id, effect, occurrence });
      case "reply":
        return kernel.channels.reply(actor, { id, effect, occurrence });
      case "append":
        invariant(false, "APPEND_RELEASED", `${id} was released as an effect`);
        return;
      case "setTimer":
        return kernel.timers.set(actor, id, effect);
      case "cancelTimer":
        return kernel.timers.cancel(actor, id, effect);
      case "note":
        kernel.counts.notes += 1;
        return;
      default:
        return kernel.ports.start(actor, { id, request: effect, occurrence });
    }
  }

  #refused(actor: ActorRecord<Types>, item: InboxItem<Types>): void {
    const kernel = this.#kernel;
    const kind = this.#refusedFor;
    if (item.source === "remote" && item.flight === null) {
      return kernel.channels.lose(item, kind);
    }
    if (kind !== null) item.touched = [kind];
    else item.touched = null;
    const { commitRetryFirstMs, commitRetryLastMs } = kernel.options.timing;
    const waitMs = commitRetryFirstMs * (1 << Math.min(actor.refusals, 20));
    actor.refusals += 1;
    actor.notBeforeMs = kernel.nowMs + Math.min(waitMs, commitRetryLastMs);
    actor.inbox.putBack(item);
    kernel.inboxItems += 1;
  }

  #crashesEarly(actor: ActorRecord<Types>, item: InboxItem<Types>): boolean {
    const { plan, turnSubject, lifecycle, channels } = this.#kernel;
    const processDownMs = plan.strike(this.#processCrashEarly, turnSubject);
    if (processDownMs !== null) {
      lifecycle.crashProcess(actor.process, processDownMs, this.#processCrashEarly);
      channels.lose(item, this.#processCrashEarly);
      return true;
    }
    const downMs = plan.strike(this.#actorCrashEarly, turnSubject);
    if (downMs === null) return false;
    lifecycle.crashActor(actor, downMs, this.#actorCrashEarly);
    channels.lose(item, this.#actorCrashEarly);
    return true;
  }

  #isSlow(actor: ActorRecord<Types>): boolean {
    const { plan, turnSubject, nowMs } = this.#kernel;
    const turn = actor.runner.turn + 1;
    if (actor.slowTurn === turn) return false;
    actor.slowTurn = turn;
    turnSubject.turn(actor, actor.runner.life, turn);
    const slowMs = plan.strike(this.#slow, turnSubject);
    if (slowMs === null) return false;
    actor.notBeforeMs = nowMs + slowMs;
    actor.process.touched = touchedBy(actor.process.touched, this.#slow);
    return true;
  }

  /** False for what must not reach the actor: it belongs to an earlier life, or was replaced. */
  #isDeliverable(actor: ActorRecord<Types>, item: InboxItem<Types>): boolean {
    if (item.life !== 0 && item.life !== actor.runner.life) return false;
    const { incoming } = item.delivery;
    return incoming.kind !== "timer" || !actor.timers.has(incoming.key);
  }

  #guardInstant(actor: ActorRecord<Types>): void {
    const { nowMs, options } = this.#kernel;
    if (nowMs !== this.#instantMs) {
      this.#instantMs = nowMs;
      this.#turnsInInstant = 0;
    }
    this.#turnsInInstant += 1;
    invariant(
      this.#turnsInInstant <= options.turnsPerInstantMax,
      "INSTANT_WITHOUT_END",
      `${this.#turnsInInstant} turns at ${nowMs} ms, the last one of "${actor.id}"`,
    );
  }

  #takeMisconduct(actor: ActorRecord<Types>): void {
    const misconduct = actor.runner.takeMisconduct();
    if (misconduct === null) return;
    this.#kernel.board.report({ ...misconduct, entity: actor.id });
  }
}
