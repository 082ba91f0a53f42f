import type {
  ActorId,
  ActorTypes,
  RecordedEvents,
  RecordedTurn,
  RecordingEnd,
  RecordingHeader,
} from "@scenekeep/engine/core";
import { CheckBoard } from "../world/check_board.ts";
import { differentPath } from "../world/divergence.ts";
import type { Observation } from "../world/observation.ts";
import { TraceChain } from "../world/trace_chain.ts";
import { damaged, type NumberedLine, RecordingError } from "./recording_lines.ts";
import type { ReplayDivergence, ReplayReport } from "./replay_report.ts";
import type { ReplayOptions, ReplayWatch } from "./replay_options.ts";
import { ReplayTime } from "./replay_time.ts";
import { ReplayView } from "./replay_view.ts";
import {
  type ReplayedActor,
  type ReplayedTurn,
  type TurnDifference,
  unrestorable,
} from "./replayed_actor.ts";
import { writeReplayed } from "./write_replayed.ts";

/** Violations after which a replay ends: more of them say no more. */
const VIOLATIONS_MAX = 20;

/** The followed actor's last life, as far as its next one can be told to go on from there. */
interface Followed<Types extends ActorTypes> {
  readonly library: string;
  readonly life: number;
  /** All that its record had, and what it added since; null when a snapshot stands for some. */
  readonly events: Types["event"][] | null;
  /** False when it was killed, or its recording cut: its last turns may not be recorded. */
  isWhole: boolean;
}

/** Whatever an actor was given means nothing without what its record held. */
const NEVER_OPENED = "and nothing before it says how that was opened";

/** The promise that what was committed is in the record of the next life. */
const NOTHING_LOST = "INV-LOSS-2";

/**
 * Gives the actors of a recording what they were given, one turn after the other; says where they
 * decide otherwise than they did; and checks the promises after each turn.
 *
 * An actor goes on with what it decides now, not with what was recorded. What comes after a
 * difference may answer questions that it never asked.
 */
export class Replay<Types extends ActorTypes> {
  readonly #options: ReplayOptions<Types>;
  readonly #time = new ReplayTime();
  readonly #trace: TraceChain;
  readonly #actors = new Map<ActorId, ReplayedActor<Types>>();
  readonly #boards: CheckBoard<Types>[] = [];
  readonly #view = new ReplayView(this.#actors, this.#time);
  readonly #counts: Record<ActorId, { turns: number; lives: number }> = {};
  #watch: ReplayWatch<Types> | null = null;
  #header: RecordingHeader | null = null;
  #followed: Followed<Types> | null = null;
  readonly #leftOut = new Set<ActorId>();
  readonly #engines = new Set<string>();
  #runIsOpen = false;
  /** The line that was taken last. */
  #number = 0;
  #turns = 0;
  #runs = 0;
  #runsWithoutEnd = 0;
  #skipped = 0;
  #statesCompared = 0;
  #recordsCompared = 0;
  #divergingTurns = 0;
  #divergence: ReplayDivergence | null = null;
  #crash: ReplayReport["crash"] = null;
  #cut: string | null = null;

  constructor(options: ReplayOptions<Types>) {
    this.#options = options;
    this.#trace = new TraceChain(options.trace ?? null, 1);
  }

  /** True when nothing more is worth replaying. */
  get isOver(): boolean {
    return this.#violations().length >= VIOLATIONS_MAX;
  }

  /**
   * Replays the next line. A turn costs what it cost when it was recorded.
   *
   * @throws {RecordingError} When it cannot come here, or nothing can be made from what it has.
   */
  take({ line, number }: NumberedLine<Types>): void {
    this.#number = number;
    this.#guarded(() => this.#take(line, number));
  }

  #take(line: NumberedLine<Types>["line"], number: number): void {
    if (line === "torn") return this.#runEnded(false);
    switch (line.kind) {
      case "header":
        return this.#begin(line);
      case "opening":
        return this.#actor(line.actor).found(line, number);
      case "events":
        return this.#foundEvents(line);
      case "turn":
        return this.#turn(line, number);
      case "end":
        return this.#end(line, number);
      case "cut":
        this.#cut = line.reason;
        return this.#runEnded(false);
    }
  }

  /**
   * What came of it. Nothing is taken any more.
   *
   * @throws {RecordingError} When what the recording ends with cannot be looked at.
   */
  finish(): ReplayReport {
    return this.#guarded(() => {
      // Whoever stopped before the end does not know whether the run has one.
      if (this.#runIsOpen && !this.isOver) this.#runEnded(false);
      return this.#report();
    });
  }

  /** What is inside of messages and events nobody checked: actors and checkers may choke on it. */
  #guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (error instanceof RecordingError) throw error;
      throw damaged(this.#number, `cannot be replayed (${error})`, error);
    }
  }

  #report(): ReplayReport {
    const { blockHashes, lines, traceHash } = this.#trace.seal();
    const checks: Record<string, number> = {};
    for (const board of this.#boards) {
      for (const [id, count] of Object.entries(board.evaluations())) {
        checks[id] = (checks[id] ?? 0) + count;
      }
    }
    return {
      runs: this.#runs,
      runsWithoutEnd: this.#runsWithoutEnd,
      beginnings: this.#boards.length,
      turns: this.#turns,
      skippedTurns: this.#skipped,
      actors: this.#counts,
      leftOut: [...this.#leftOut],
      engines: [...this.#engines],
      cut: this.#cut,
      statesCompared: this.#statesCompared,
      recordsCompared: this.#recordsCompared,
      states: this.#states(),
      divergence: this.#divergence,
      divergingTurns: this.#divergingTurns,
      crash: this.#crash,
      violations: this.#violations(),
      checks,
      virtualMs: this.#time.nowMs,
      traceHash,
      blockHashes,
      traceLines: lines,
    };
  }

  #begin(header: RecordingHeader): void {
    if (this.#runIsOpen) this.#runEnded(false);
    this.#header = header;
    this.#engines.add(header.engine);
    for (const actor of header.leftOut) this.#leftOut.add(actor);
    this.#runIsOpen = true;
    this.#runs += 1;
    this.#actors.clear();
    for (const recorded of header.actors) {
      const actor = this.#options.actorOf(recorded);
      if (actor === null) throw this.#damaged(recorded.id, "and its kind is not known");
      this.#actors.set(recorded.id, actor);
      this.#counts[recorded.id] ??= { turns: 0, lives: 0 };
    }
  }

  #foundEvents(line: RecordedEvents<Types>): void {
    const actor = this.#actor(line.actor);
    if (actor.opening === null) throw this.#damaged(line.actor, NEVER_OPENED);
    actor.foundEvents(line);
  }

  #turn(line: RecordedTurn<Types>, number: number): void {
    const actor = this.#actor(line.actor);
    const isOpening = line.incoming === null;
    this.#time.read(line.clock);
    // Its store could not be opened: it was given nothing.
    const isShut = isOpening && actor.opening === null && line.thrownBy === "open";
    const isKnown = isOpening ? actor.opening !== null : actor.wasUp;
    if (!isShut && !isKnown) throw this.#damaged(line.actor, NEVER_OPENED);
    actor.wasUp = isOpening ? line.outcome === "committed" : line.outcome !== "threw";
    if (isShut) {
      actor.isUp = false;
      return;
    }
    if (!isOpening && !actor.isUp) {
      this.#skipped += 1;
      return;
    }
    if (isOpening) this.#opens(actor);
    this.#turns += 1;
    this.#view.eventCount = this.#turns;
    const counts = this.#counts[line.actor]!;
    counts.turns += 1;
    for (const before of this.#watch?.before(line) ?? []) this.#observe(before);
    const turn = actor.run(line);
    if (isOpening) counts.lives += 1;
    const [event, virtualMs] = [this.#turns, this.#time.nowMs];
    writeReplayed(this.#trace, { line, actor, turn, event, virtualMs });
    if (turn.difference !== null) this.#diverged(line, { actor, number, ...turn.difference });
    if (turn.crash !== null) this.#crash ??= { line: number, actor: line.actor, error: turn.crash };
    this.#check(line, actor, turn);
  }

  /** The followed actor goes on from its last life, or the promises begin anew with this one. */
  #opens(actor: ReplayedActor<Types>): void {
    if (actor.recorded.id !== this.#options.followed || actor.opening === null) return;
    const { events, incarnation, snapshot } = actor.opening;
    const library = this.#header?.library ?? "";
    const before = this.#followed;
    const follows = before?.library === library && before.life + 1 === incarnation;
    this.#followed = {
      library,
      life: incarnation,
      events: snapshot === null ? [...events] : null,
      isWhole: true,
    };
    if (follows && before.isWhole) return;
    this.#watch = this.#options.watch();
    this.#boards.push(new CheckBoard(this.#watch.checkers, { view: this.#view, drive: null }));
    try {
      this.#watch.begin(actor, this.#time.nowMs);
    } catch (error) {
      throw unrestorable(actor.opening, error);
    }
    if (follows && snapshot === null) this.#checkRecord(before, events);
  }

  /** After a kill: what was committed and recorded is in the record, and in the same order. */
  #checkRecord(before: Followed<Types>, found: readonly Types["event"][]): void {
    const known = before.events;
    if (known === null) return;
    this.#recordsCompared += 1;
    const difference = differentPath(known, found.slice(0, known.length));
    if (difference === null) return;
    this.#boards.at(-1)?.report({
      checker: NOTHING_LOST,
      message: `Event ${difference.path} was committed before life ${before.life + 1}, whose ` +
        `record has ${JSON.stringify(difference.right) ?? "none"} there`,
      entity: "record",
    });
  }

  #check(line: RecordedTurn<Types>, actor: ReplayedActor<Types>, turn: ReplayedTurn<Types>): void {
    const { incoming } = line;
    const { id } = actor.recorded;
    switch (turn.outcome) {
      case "committed":
        this.#checkActor(actor);
        if (id === this.#options.followed) this.#followed?.events?.push(...actor.runner.events);
        this.#observe({
          kind: "turn",
          actor: id,
          process: id,
          life: actor.life,
          turn: actor.runner.turn,
          incoming,
          effects: actor.runner.effects,
          events: actor.runner.events,
        });
        for (const after of this.#watch?.after(line, actor) ?? []) this.#observe(after);
        break;
      case "duplicate":
        if (incoming !== null) this.#observe({ kind: "duplicate", actor: id, incoming });
        break;
      case "refused":
        this.#observe({
          kind: "refused",
          actor: id,
          reason: line.reason === "diskFull" || line.reason === "fenced" ? line.reason : "ioError",
        });
        break;
      case "stale":
      case "threw":
    }
    if (this.#turns % (this.#spacing * 20) === 0) this.#boards.at(-1)?.recompute();
  }

  /** An actor's own rules, and that its definition does what it must, every so many turns. */
  #checkActor(actor: ReplayedActor<Types>): void {
    const { runner, recorded } = actor;
    const misconduct = runner.takeMisconduct();
    if (misconduct !== null) {
      this.#boards.at(-1)?.report({ ...misconduct, entity: recorded.id });
    }
    if (this.#turns % this.#spacing === 0) this.#checkRules(actor);
    if (runner.isDurable && this.#turns % (this.#spacing * 8) === 0) runner.checkNextTurn();
  }

  #checkRules({ recorded, runner }: ReplayedActor<Types>): void {
    const broken = runner.brokenInvariant();
    if (broken === null) return;
    const { id, problem } = broken;
    this.#boards.at(-1)?.report({ checker: id, message: problem, entity: recorded.id });
  }

  #end({ states }: RecordingEnd, number: number): void {
    for (const [id, recorded] of Object.entries(states)) {
      const actor = this.#actors.get(id as ActorId);
      if (actor === undefined || !actor.isUp || recorded === null) continue;
      this.#statesCompared += 1;
      const replayed = actor.stateHash();
      if (replayed === recorded) continue;
      const found = { field: "state", recorded, replayed: replayed ?? "none" };
      this.#divergence ??= this.#placed({ actor, number, ...found });
    }
    this.#runEnded(true);
  }

  /** Every promise is looked at anew; the next run goes on from here if this one has an end. */
  #runEnded(isWhole: boolean): void {
    this.#boards.at(-1)?.recompute();
    for (const actor of this.#actors.values()) if (actor.isUp) this.#checkRules(actor);
    if (!isWhole && this.#runIsOpen) {
      this.#runsWithoutEnd += 1;
      if (this.#followed !== null) this.#followed.isWhole = false;
    }
    this.#runIsOpen = false;
  }

  #diverged(
    line: RecordedTurn<Types>,
    found: TurnDifference & { readonly actor: ReplayedActor<Types>; readonly number: number },
  ): void {
    this.#divergingTurns += 1;
    // The record that its next life finds is not that of what was replayed.
    if (found.actor.recorded.id === this.#options.followed) this.#followed = null;
    this.#divergence ??= this.#placed(found, line.incoming === null ? 0 : undefined);
  }

  #placed(
    found: TurnDifference & { readonly actor: ReplayedActor<Types>; readonly number: number },
    turn: number = found.actor.runner.turn,
  ): ReplayDivergence {
    const { actor, field, number, recorded, replayed } = found;
    return {
      line: number,
      event: this.#turns,
      actor: actor.recorded.id,
      life: actor.life,
      turn,
      field,
      recorded,
      replayed,
    };
  }

  #observe(observation: Observation<Types>): void {
    this.#boards.at(-1)?.observe(observation);
  }

  #actor(id: ActorId): ReplayedActor<Types> {
    const actor = this.#actors.get(id);
    if (actor === undefined) throw this.#damaged(id, "which its header does not name");
    return actor;
  }

  #damaged(id: ActorId, problem: string): RecordingError {
    return damaged(this.#number, `is of actor "${id}", ${problem}`);
  }

  get #spacing(): number {
    return Math.max(1, (this.#watch?.size ?? 0) >> 6);
  }

  #violations(): ReplayReport["violations"] {
    return this.#boards.flatMap(({ violations }) => violations);
  }

  #states(): Record<string, string | null> {
    const states: Record<string, string | null> = {};
    for (const [id, actor] of this.#actors) states[id] = actor.isUp ? actor.stateHash() : null;
    return states;
  }
}
