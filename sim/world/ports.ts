import {
  type ActorTypes,
  type Compute,
  type EffectId,
  invariant,
  type PortRequest,
} from "@scenekeep/engine/core";
import type { ComputePort, ComputeView } from "./compute_port.ts";
import { type FaultKind, touchedBy } from "./faults/fault_plan.ts";
import { failed, HolderOperations, type PortOutcome } from "./holder_operations.ts";
import type { WorldKernel } from "./kernel.ts";
import type { ActorRecord, OperationCrash, PortOperation, ProcessRecord } from "./records.ts";

/** The ports of every actor: starts requests, computes, and hands completions over. */
export class Ports<Types extends ActorTypes> {
  readonly #kernel: WorldKernel<Types>;
  readonly #operations = new Set<PortOperation<Types>>();
  readonly #holders: HolderOperations<Types>;
  readonly #faults: Readonly<Record<ComputeFault, FaultKind>>;
  readonly #crash: FaultKind;
  readonly #storeCrash: FaultKind;
  readonly #computeView: ComputeView;

  constructor(kernel: WorldKernel<Types>) {
    this.#kernel = kernel;
    const holders = new HolderOperations(kernel);
    this.#holders = holders;
    const kinds = COMPUTE_FAULTS.map((id) => [id, kernel.plan.kind(id)] as const);
    this.#crash = kernel.plan.kind("processCrashInOperation");
    this.#storeCrash = kernel.plan.kind("storeCrashInChange");
    this.#faults = Object.fromEntries(kinds) as Record<ComputeFault, FaultKind>;
    this.#computeView = {
      get nowMs(): number {
        return kernel.nowMs;
      },
      content: (object) => holders.content(object),
    };
  }

  /** Starts a request of a turn, or starts it again after a restart. */
  start(
    actor: ActorRecord<Types>,
    named: { id: EffectId; request: PortRequest<Types["job"]>; occurrence: number },
  ): void {
    const { id, request, occurrence } = named;
    if (request.kind === "link") this.#supersede(id);
    this.#kernel.subject.named(id, occurrence);
    const operation: PortOperation<Types> = {
      kind: "operation",
      id,
      request,
      actor,
      life: actor.runner.life,
      boot: actor.process.boot,
      bootedAtMs: actor.process.bootedAtMs,
      occurrence,
      touched: null,
      outcome: null,
      isCut: false,
    };
    const durationMs = request.kind === "compute"
      ? this.#compute(operation, request)
      : this.#holders.start(operation, request);
    this.#add(operation, durationMs);
    this.#mayCrash({ operation, process: actor.process, fault: this.#crash }, durationMs);
    if (request.kind !== "writeObject" && request.kind !== "remove") return;
    const store = this.#kernel.processes.get(this.#holders.holderOf(operation)?.process ?? "");
    if (store === undefined) return;
    this.#mayCrash({ operation, process: store, fault: this.#storeCrash }, durationMs);
  }

  /** Decides whether a process dies half-way through an operation. */
  #mayCrash(
    crash: Pick<OperationCrash<Types>, "operation" | "process" | "fault">,
    durationMs: number,
  ): void {
    const { plan, subject, scheduler } = this.#kernel;
    const downMs = plan.strikeUncounted(crash.fault, subject);
    if (downMs === null) return;
    const { boot } = crash.process;
    scheduler.add({ kind: "operationCrash", ...crash, boot, downMs }, durationMs >> 1);
  }

  /** Ends the process of an operation half-way through it, unless it is gone already. */
  crashInOperation({ boot, downMs, fault, operation, process }: OperationCrash<Types>): void {
    if (!this.#operations.has(operation) || process.boot !== boot || !process.isUp) return;
    fault.delivered += 1;
    this.#kernel.lifecycle.crashProcess(process, downMs, fault);
  }

  /** Ends a request: carries out what it asks for and hands over the completion. */
  finish(operation: PortOperation<Types>): void {
    if (!this.#operations.delete(operation) || operation.isCut) return;
    const outcome = operation.outcome ?? this.#holders.carryOut(operation);
    this.#complete(operation, outcome);
  }

  /** Cuts off what a process had in progress, and what others had in progress in its stores. */
  crash(process: ProcessRecord<Types>): void {
    for (const operation of [...this.#operations]) {
      const holder = this.#holders.holderOf(operation);
      const isOwnHolder = holder?.process === process.id;
      if (operation.actor.process === process) {
        // A store outside of the process goes on with what it was asked to do.
        if (holder !== null && !isOwnHolder) continue;
        operation.isCut = true;
        this.#operations.delete(operation);
        if (holder !== null) this.#holders.cutOff(operation, holder);
      } else if (isOwnHolder) {
        this.#holders.cutOff(operation, holder);
        operation.outcome = failed("ioError");
      }
    }
  }

  /**
   * A folder's port sits in the process of the one who asks and knows each request by its name: an
   * actor that starts anew in the same process does not have it carried out twice at once.
   */
  #supersede(id: EffectId): void {
    for (const operation of this.#operations) {
      if (operation.id !== id) continue;
      operation.isCut = true;
      this.#operations.delete(operation);
    }
  }

  #add(operation: PortOperation<Types>, durationMs: number): void {
    this.#operations.add(operation);
    this.#kernel.scheduler.add(operation, durationMs);
  }

  /** Runs a computation and decides its faults; returns how long it takes. */
  #compute(operation: PortOperation<Types>, request: Compute<Types["job"]>): number {
    const { plan, subject, options } = this.#kernel;
    const { compute } = options;
    invariant(compute !== null, "NO_COMPUTE", "The world was given no compute port");
    const faults = this.#faults;
    const { durationMs, outcome } = compute.run(request.job, this.#computeView);
    operation.outcome = outcome;
    if (plan.strike(faults.computeFailure, subject) !== null) {
      operation.outcome = failed("failed");
      operation.touched = [faults.computeFailure];
      return durationMs;
    }
    const timeoutMs = plan.strike(faults.computeTimeout, subject);
    if (timeoutMs !== null) {
      operation.outcome = failed("timeout");
      operation.touched = [faults.computeTimeout];
      return durationMs + timeoutMs;
    }
    const lateMs = plan.strike(faults.computeLateResult, subject);
    if (lateMs !== null) {
      const touched = [faults.computeLateResult];
      this.#add({ ...operation, touched }, durationMs + lateMs);
      operation.outcome = failed("timeout");
      return durationMs;
    }
    this.#mayHaveWrongSize(operation, { compute, outcome });
    const gapMs = plan.strike(faults.computeDuplicateResult, subject);
    if (gapMs !== null) {
      this.#add({ ...operation, touched: [faults.computeDuplicateResult] }, durationMs + gapMs);
    }
    return durationMs;
  }

  #mayHaveWrongSize(
    operation: PortOperation<Types>,
    { compute, outcome }: {
      compute: ComputePort<Types>;
      outcome: ReturnType<ComputePort<Types>["run"]>["outcome"];
    },
  ): void {
    if (outcome.kind === "failed" || compute.wrongSize === undefined) return;
    const { plan, subject } = this.#kernel;
    const kind = this.#faults.computeWrongSize;
    const variant = plan.strike(kind, subject);
    if (variant === null) return;
    operation.outcome = { kind: "done", result: compute.wrongSize(outcome.result, variant) };
    operation.touched = touchedBy(operation.touched, kind);
  }

  #complete(operation: PortOperation<Types>, outcome: PortOutcome<Types>): void {
    const { actor } = operation;
    const isLost = !actor.isUp || actor.process.boot !== operation.boot ||
      (!actor.runner.isDurable && actor.runner.life !== operation.life);
    if (isLost) return;
    actor.inbox.offer({
      kind: "item",
      to: actor,
      source: "port",
      delivery: {
        incoming: { kind: "completed", key: operation.request.key, outcome },
        effectId: operation.id,
      },
      occurrence: 0,
      sentSequence: 0,
      life: actor.runner.isDurable ? 0 : operation.life,
      flight: null,
      touched: operation.touched,
      reorder: null,
      arrivedSequence: 0,
    });
    this.#kernel.inboxItems += 1;
    this.#kernel.turns.runOrWake(actor);
  }
}

const COMPUTE_FAULTS = [
  "computeFailure",
  "computeTimeout",
  "computeLateResult",
  "computeDuplicateResult",
  "computeWrongSize",
] as const;

type ComputeFault = typeof COMPUTE_FAULTS[number];
