import {
  type ActorDefinition,
  type ActorId,
  type ActorTypes,
  type DurableStore,
  invariant,
  InvariantError,
  type ObjectName,
} from "@scenekeep/engine/core";
import { crypto } from "@std/crypto";
import { type ActorRunner, DurableRunner, VolatileRunner } from "./actor_runner.ts";
import { CanonicalWriter } from "./canonical_writer.ts";
import { Channels } from "./channels.ts";
import type { WorldView } from "./checker.ts";
import { Clients } from "./client.ts";
import type { FaultPlan } from "./faults/fault_plan.ts";
import { WorldKernel } from "./kernel.ts";
import { Lifecycle } from "./lifecycle.ts";
import { type Content, factsOf, holderOf, type ObjectHolder } from "./object_holder.ts";
import type { Operation } from "./operation.ts";
import { outstandingWork } from "./outstanding.ts";
import { Ports } from "./ports.ts";
import { ActorRecord, type Payload, ProcessRecord } from "./records.ts";
import type { RunReport, Verdict } from "./run_report.ts";
import { Timers } from "./timers.ts";
import { Turns } from "./turns.ts";
import { VirtualJournal } from "./virtual_journal.ts";
import { pictureOf } from "./world_picture.ts";
import { resolveOptions, type WorldOptions } from "./world_options.ts";

const DAY_MS = 86_400_000;

/** Where an actor lives, and what it is given. */
export interface ActorPlacement<Types extends ActorTypes> {
  readonly id: ActorId;
  /** The process that hosts it; made when it is new. */
  readonly process: string;
  /** The folder tree that its link effects go to. */
  readonly tree?: string;
  /** Events after which a durable actor saves a snapshot. @default 64 */
  readonly snapshotEventsMin?: number;
  /** False where a snapshot leaves something out on purpose, which a crash loses. @default true */
  readonly comparesRestarts?: boolean;
  /** Puts something between the cell and its journal: a way to plant a bug. */
  readonly store?: (journal: DurableStore<Types>) => DurableStore<Types>;
}

/** Where a run is to stop before its end. */
export interface RunLimits {
  /** Stops once so many events have happened. */
  readonly untilEvent?: number;
  /** Stops before anything later than this virtual time. */
  readonly untilMs?: number;
}

/**
 * A virtual world: actors in processes, with virtual time, channels, journals, object stores,
 * computations and clients, and faults in all of them.
 *
 * One thread, no promises: the same options give the same run, line by line of its trace.
 *
 * @example A lamp that a client switches on, where every third message is lost
 * ```ts
 * import type { ActorDefinition, ActorId } from "@scenekeep/engine/core";
 * import { World } from "@scenekeep/sim";
 *
 * type Light = { message: "on" | "done"; event: "lit"; job: never; result: never };
 * const lamp: ActorDefinition<{ isOn: boolean }, Light> = {
 *   kind: "lamp",
 *   durability: "durable",
 *   mailboxCapacity: 8,
 *   invariants: [],
 *   initial: () => ({ isOn: false }),
 *   receive: (_state, incoming) => {
 *     if (incoming.kind !== "message") return [];
 *     const { id, from } = incoming.envelope;
 *     const reply = { kind: "reply", inReplyTo: id, to: from, channel: "remote" } as const;
 *     return [{ kind: "append", event: "lit" }, { ...reply, body: "done" }];
 *   },
 *   evolve: (state) => {
 *     state.isOn = true;
 *   },
 *   restored: () => [],
 *   encode: (state) => state,
 *   decode: (snapshot) => snapshot as { isOn: boolean },
 * };
 * const [id, from] = ["lamp", "switch"] as ActorId[];
 * const settings = { messageDrop: { rate: { numerator: 1, denominator: 3 } } };
 * const world = new World<Light>({
 *   faults: { seed: 1, profile: "default", chaosEndsMs: 60_000, settings },
 *   operations: [{ kind: "send", id: "press", atMs: 0, from: from!, to: id!, body: "on" }],
 * });
 * world.addActor(lamp, { id: id!, process: "hall" });
 * const { verdict } = world.run();
 * if (verdict.kind !== "clean" || !world.isAnswered("press")) throw new Error("It must light");
 * ```
 */
export class World<Types extends ActorTypes> implements WorldView {
  readonly #kernel: WorldKernel<Types>;
  #isStarted = false;
  #verdict: Verdict | null = null;
  #nextPruneMs = DAY_MS;

  constructor(options: WorldOptions<Types>) {
    const resolved = resolveOptions(options);
    const { drive } = resolved;
    const kernel = new WorldKernel(resolved, {
      view: this,
      drive: drive === null ? null : (observation) => drive(observation, this),
    });
    kernel.channels = new Channels(kernel);
    kernel.clients = new Clients(kernel);
    kernel.lifecycle = new Lifecycle(kernel);
    kernel.ports = new Ports(kernel);
    kernel.timers = new Timers(kernel);
    kernel.turns = new Turns(kernel);
    this.#kernel = kernel;
    for (const operation of resolved.operations) this.submit(operation);
  }

  get nowMs(): number {
    return this.#kernel.nowMs;
  }

  get eventCount(): number {
    return this.#kernel.counts.events;
  }

  /** Decides faults; a domain asks it for its own kinds. */
  get faults(): FaultPlan {
    return this.#kernel.plan;
  }

  /**
   * Adds an actor. All are added before the run.
   *
   * @throws {InvariantError} `ACTOR_TWICE` when the name is taken.
   */
  addActor<State>(
    definition: ActorDefinition<State, Types>,
    placement: ActorPlacement<Types>,
  ): void {
    const kernel = this.#kernel;
    const { id } = placement;
    invariant(!this.#isStarted, "WORLD_RUNS", `"${id}" comes too late: the world runs already`);
    invariant(!kernel.actors.has(id), "ACTOR_TWICE", `An actor is called "${id}" already`);
    const process = kernel.processes.get(placement.process) ??
      new ProcessRecord<Types>(placement.process);
    kernel.processes.set(process.id, process);
    const actor = new ActorRecord<Types>({
      id,
      process,
      runner: this.#runner(definition, placement),
      tree: placement.tree ?? null,
      snapshotEventsMin: placement.snapshotEventsMin ?? 64,
    });
    process.actors.push(actor);
    kernel.actors.set(id, actor);
  }

  /** Adds an object store or a folder tree. */
  addHolder(holder: ObjectHolder): void {
    const { holders } = this.#kernel;
    invariant(!holders.has(holder.name), "HOLDER_TWICE", `"${holder.name}" exists already`);
    holders.set(holder.name, holder);
  }

  /** Adds a step of the workload; one that is due in the past is due at once. */
  submit(operation: Operation<Types>): void {
    const delayMs = Math.max(0, operation.atMs - this.nowMs);
    this.#kernel.scheduler.add({ kind: "workload", operation }, delayMs);
  }

  state(actor: ActorId): unknown {
    return this.#kernel.actor(actor).runner.state;
  }

  actors(): readonly ActorId[] {
    return [...this.#kernel.actors.keys()];
  }

  isUp(actor: ActorId): boolean {
    return this.#kernel.actor(actor).isUp;
  }

  holder(name: string): ObjectHolder {
    const holder = this.#kernel.holders.get(name);
    invariant(holder !== undefined, "HOLDER_UNKNOWN", `No store or tree is called "${name}"`);
    return holder;
  }

  durableInFlight(actor: ActorId): number {
    return this.#kernel.actor(actor).flights.size;
  }

  /** True when the client got an answer to this command. */
  isAnswered(operation: string): boolean {
    return this.#kernel.clients.isAnswered(operation);
  }

  /** Puts an object into a holder from outside, or takes it away, and shows that to checkers. */
  changeOutside(object: ObjectName, content: Content | null): void {
    const holder = this.holder(holderOf(object));
    if (content === null) holder.erase(object);
    else holder.put(object, content);
    const change = content === null ? "erased" : "put";
    const facts = content === null ? null : factsOf(content, "hash");
    const line = { what: `object:${change}`, who: object, detail: content };
    this.#kernel.observe({ kind: "object", change, object, facts, effect: null }, line);
  }

  /** All that has a say in what happens next, to be written out at once; see `pictureOf`. */
  picture(): unknown {
    return pictureOf(this.#kernel);
  }

  /**
   * Has every checker compare what it folded with a full recomputation now. False when the run ends
   * for what was found.
   */
  recompute(): boolean {
    const { board, options } = this.#kernel;
    board.recompute();
    return board.violations.length < options.violationsMax;
  }

  /** Runs to the end, or to a limit and from there on with the next call. */
  run(limits: RunLimits = {}): RunReport {
    try {
      if (!this.#isStarted) this.#start();
      this.#verdict ??= this.#loop(limits);
    } catch (error) {
      this.#verdict = this.#crashVerdict(error);
    }
    const verdict = this.#verdict;
    if (verdict.kind === "paused") this.#verdict = null;
    return this.#report(verdict);
  }

  #start(): void {
    this.#isStarted = true;
    for (const process of this.#kernel.processes.values()) {
      this.#kernel.lifecycle.startProcess(process);
    }
  }

  #loop(limits: RunLimits): Verdict {
    const kernel = this.#kernel;
    const { scheduler, board, options, counts, plan } = kernel;
    const untilEvent = limits.untilEvent ?? Number.MAX_SAFE_INTEGER;
    const untilMs = limits.untilMs ?? Number.MAX_SAFE_INTEGER;
    const deadlineMs = options.endsMs + options.budgetMs;
    while (true) {
      if (board.violations.length >= options.violationsMax) return this.#violated();
      if (counts.events >= untilEvent) return { kind: "paused" };
      const nextMs = scheduler.nextMs();
      const isAtRest = scheduler.workCount === 0 && kernel.inboxItems === 0;
      if (isAtRest && (nextMs === null || nextMs > options.endsMs)) return this.#rest();
      if (nextMs === null || nextMs > deadlineMs) {
        return { kind: "noProgress", outstanding: outstandingWork(kernel) };
      }
      if (nextMs > untilMs) return { kind: "paused" };
      if (nextMs >= this.#nextPruneMs) this.#prune(nextMs);
      const entry = scheduler.next();
      if (entry === undefined) {
        const isBroken = board.violations.length >= options.violationsMax;
        return isBroken ? this.#violated() : { kind: "paused" };
      }
      plan.nowMs = scheduler.nowMs;
      this.#handle(entry.payload);
    }
  }

  #handle(payload: Payload<Types>): void {
    const kernel = this.#kernel;
    switch (payload.kind) {
      case "turn":
        return kernel.turns.run(payload);
      case "item":
        return kernel.channels.arrive(payload);
      case "flight":
        return kernel.channels.redeliver(payload);
      case "timer":
        return kernel.timers.fire(payload);
      case "operation":
        return kernel.ports.finish(payload);
      case "operationCrash":
        return kernel.ports.crashInOperation(payload);
      case "restart":
        return kernel.lifecycle.restart(payload);
      case "request":
        return kernel.clients.attempt(payload);
      case "clientArrival":
        return kernel.clients.arrive(payload);
      case "workload":
        return this.#operate(payload.operation);
    }
  }

  #operate(operation: Operation<Types>): void {
    const kernel = this.#kernel;
    if (operation.kind === "send") return kernel.clients.start(operation);
    const { act } = kernel.options;
    invariant(act !== null, "NO_ACT", `Operation "${operation.id}" needs the world's "act"`);
    kernel.happened("act", operation.id, operation);
    act(operation, this);
  }

  /** The judgement of a world at rest. */
  #rest(): Verdict {
    const { board, actors, turns } = this.#kernel;
    for (const actor of actors.values()) turns.checkInvariants(actor);
    board.evaluate();
    board.recompute();
    board.settle();
    return board.violations.length > 0 ? this.#violated() : { kind: "clean" };
  }

  #violated(): Verdict {
    return { kind: "violation", violations: this.#kernel.board.violations };
  }

  #crashVerdict(error: unknown): Verdict {
    const code = error instanceof InvariantError
      ? error.code
      : error instanceof Error
      ? error.name
      : "UNKNOWN";
    const message = error instanceof Error ? error.message : String(error);
    const actor = this.#kernel.turns.current;
    const where = actor === null
      ? "world"
      : `${actor.id}/${actor.runner.life}/${actor.runner.turn}`;
    return { kind: "crash", code, message, where };
  }

  #prune(nowMs: number): void {
    const { actors, options } = this.#kernel;
    this.#nextPruneMs = nowMs + DAY_MS;
    for (const { runner, process } of actors.values()) {
      const { wallMs } = process.reading(nowMs, options.startWallMs);
      runner.pruneApplied(wallMs - options.appliedKeptMs);
    }
  }

  #report(verdict: Verdict): RunReport {
    const kernel = this.#kernel;
    const seal = verdict.kind === "paused" ? kernel.trace.peek() : kernel.trace.seal();
    const faults = kernel.plan.counts();
    const checks = kernel.board.evaluations();
    const undelivered = kernel.plan.drawn().filter((id) => faults[id]?.delivered === 0);
    const idle = Object.entries(checks).filter(([, count]) => count === 0).map(([id]) => id);
    return {
      verdict,
      vacuous: [
        ...undelivered.map((id) => `fault "${id}" was never delivered`),
        ...idle.map((id) => `checker "${id}" judged nothing`),
      ],
      virtualMs: this.nowMs,
      traceHash: seal.traceHash,
      blockHashes: seal.blockHashes,
      traceLines: seal.lines,
      stateHash: verdict.kind === "paused" || !kernel.options.hashStates ? "" : this.#stateHash(),
      counts: { ...kernel.counts },
      faults,
      checks,
      perturbations: kernel.plan.record,
    };
  }

  #stateHash(): string {
    const writer = new CanonicalWriter();
    for (const actor of this.#kernel.actors.values()) {
      writer.text(actor.id);
      writer.json(actor.runner.encodedState());
      writer.byte(10);
    }
    return new Uint8Array(crypto.subtle.digestSync("SHA-256", writer.bytesFrom(0))).toHex();
  }

  #runner<State>(
    definition: ActorDefinition<State, Types>,
    placement: ActorPlacement<Types>,
  ): ActorRunner<Types> {
    const self = placement.id;
    if (definition.durability === "volatile") return new VolatileRunner(definition, { self });
    // What may be taken back must be kept, step by step: only where that can happen at all.
    const { threshold, listed } = this.#kernel.plan.kind("journalTailLost");
    const mayLoseTail = threshold > 0 || listed !== null;
    const copies = this.#kernel.options.watch.journalCopies ? "json" : "shared";
    const journal = new VirtualJournal<Types>({ gate: this.#kernel.turns, copies, mayLoseTail });
    const store = placement.store?.(journal) ?? journal;
    const { comparesRestarts = true } = placement;
    return new DurableRunner(definition, { self, journal, store, comparesRestarts });
  }
}
