import {
  type Acknowledged,
  type ActorTypes,
  type Compute,
  type EffectId,
  type Link,
  Mailbox,
  type ObjectFacts,
  type Outcome,
  type ReadObject,
  type Remove,
  type WriteObject,
} from "@scenekeep/engine/core";
import type { ActorSlot } from "./actor_slot.ts";
import type { PortContext, Ports } from "./ports.ts";
import type { RuntimeLimits } from "./runtime_limits.ts";

/** A request as an actor makes it. */
export type RequestOf<Types extends ActorTypes> =
  | ReadObject
  | WriteObject
  | Link
  | Remove
  | Compute<Types["job"]>;

/** What a request comes to. */
export type OutcomeOf<Types extends ActorTypes> = Outcome<
  Types["result"] | ObjectFacts | Acknowledged
>;

/** A request and who made it. */
export interface PortJob<Types extends ActorTypes> {
  readonly slot: ActorSlot<Types>;
  /** The opening of the actor that the answer is for; null for any. */
  readonly epoch: number | null;
  readonly id: EffectId;
  readonly request: RequestOf<Types>;
}

/** Requests of one kind: some are being carried out, the others wait. */
interface Lane<Types extends ActorTypes> {
  readonly atOnce: number;
  readonly waiting: Mailbox<PortJob<Types>>;
  running: number;
}

/** Where the answers go. */
export interface PortAudience<Types extends ActorTypes> {
  answered(job: PortJob<Types>, outcome: OutcomeOf<Types>): void;
  /** A port rejected, which it must not. */
  portFailed(job: PortJob<Types>, error: unknown): void;
}

/**
 * Carries requests to the ports, a bounded number at a time, and their outcomes back.
 *
 * A request is known by its effect id while it waits or runs: a restart of its actor does not start
 * it a second time.
 */
export class PortDispatcher<Types extends ActorTypes> {
  readonly #ports: Ports<Types>;
  readonly #limits: RuntimeLimits;
  readonly #audience: PortAudience<Types>;
  readonly #objects: Lane<Types>;
  readonly #computations: Lane<Types>;
  readonly #known = new Set<EffectId>();
  /** What ends each request that is being carried out. */
  readonly #running = new Set<{ readonly abandon: () => void }>();
  #isStopped = false;

  constructor(
    ports: Ports<Types>,
    options: { readonly limits: RuntimeLimits; readonly audience: PortAudience<Types> },
  ) {
    this.#ports = ports;
    this.#limits = options.limits;
    this.#audience = options.audience;
    this.#objects = lane(options.limits.objectsAtOnce);
    this.#computations = lane(options.limits.computationsAtOnce);
  }

  /** How many requests are being carried out. */
  get running(): number {
    return this.#running.size;
  }

  /** Takes a request, unless it is under way already. */
  submit(job: PortJob<Types>): void {
    if (this.#isStopped || this.#known.has(job.id)) return;
    this.#known.add(job.id);
    const lane = job.request.kind === "compute" ? this.#computations : this.#objects;
    lane.waiting.offer(job);
    this.#startNext(lane);
  }

  /** Starts nothing any more. What waits stays in the outboxes. */
  stop(): void {
    this.#isStopped = true;
    this.#objects.waiting.clear();
    this.#computations.waiting.clear();
  }

  /** Tells what is being carried out that nobody waits for it any more, and stops waiting. */
  abort(): void {
    for (const { abandon } of this.#running) abandon();
  }

  #startNext(lane: Lane<Types>): void {
    while (lane.running < lane.atOnce) {
      const job = lane.waiting.take();
      if (job === undefined) return;
      // The actor has been restarted and knows nothing of it.
      if (job.epoch !== null && job.epoch !== job.slot.epoch) this.#known.delete(job.id);
      else this.#start(lane, job);
    }
  }

  #start(lane: Lane<Types>, job: PortJob<Types>): void {
    const controller = new AbortController();
    const run = {
      abandon: () => {
        cancelTimeout();
        controller.abort();
      },
    };
    lane.running += 1;
    this.#running.add(run);
    let isOver = false;
    const finish = (outcome: OutcomeOf<Types>) => {
      if (isOver) return;
      isOver = true;
      cancelTimeout();
      lane.running -= 1;
      this.#running.delete(run);
      this.#known.delete(job.id);
      this.#audience.answered(job, outcome);
      this.#startNext(lane);
    };
    const cancelTimeout = this.#ports.clock.after(this.#limits.portTimeoutMs, () => {
      controller.abort();
      finish({ kind: "failed", error: "timeout" });
    });
    this.#carryOut(job.request, { effectId: job.id, signal: controller.signal })
      .catch((error): OutcomeOf<Types> => {
        if (!isOver) this.#audience.portFailed(job, error);
        return { kind: "failed", error: "failed" };
      })
      .then(finish);
  }

  async #carryOut(
    request: RequestOf<Types>,
    context: PortContext,
  ): Promise<OutcomeOf<Types>> {
    const { objects, compute } = this.#ports;
    switch (request.kind) {
      case "readObject":
        return await objects.readObject(request, context);
      case "writeObject":
        return await objects.writeObject(request, context);
      case "link":
        return await objects.link(request, context);
      case "remove":
        return this.#isTooLate(request)
          ? { kind: "failed", error: "refused" }
          : await objects.remove(request, context);
      case "compute":
        return await compute.compute(request, context);
    }
  }

  #isTooLate(request: Remove): boolean {
    if (request.deadline === undefined) return false;
    const { bootId, monotonicMs } = this.#ports.clock.read();
    return bootId !== request.deadline.bootId || monotonicMs > request.deadline.monotonicMs;
  }
}

function lane<Types extends ActorTypes>(atOnce: number): Lane<Types> {
  return { atOnce, waiting: new Mailbox(Number.MAX_SAFE_INTEGER), running: 0 };
}
