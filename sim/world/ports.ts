import {
  type Acknowledged,
  type ActorTypes,
  type Compute,
  type EffectId,
  invariant,
  type Link,
  type ObjectFacts,
  type ObjectName,
  type Outcome,
  type PortError,
  type PortRequest,
  type ReadObject,
  type Remove,
  type WriteObject,
} from "@scenekeep/engine/core";
import type { ComputeView } from "./compute_port.ts";
import { type FaultKind, touchedBy } from "./faults/fault_plan.ts";
import { FolderTree } from "./folder_tree.ts";
import type { WorldKernel } from "./kernel.ts";
import { type Content, factsOf, holderOf, type ObjectHolder } from "./object_holder.ts";
import { type ActorRecord, bootIdOf, type PortOperation, type ProcessRecord } from "./records.ts";

type PortOutcome<Types extends ActorTypes> = Outcome<
  Types["result"] | ObjectFacts | Acknowledged
>;

/** The ports of every actor: object stores, folder trees and computations. */
export class Ports<Types extends ActorTypes> {
  readonly #kernel: WorldKernel<Types>;
  readonly #operations = new Set<PortOperation<Types>>();
  /** What a crash did to an operation, for the one that is released in its place. */
  readonly #touchedEffects = new Map<EffectId, readonly FaultKind[]>();
  readonly #faults: Readonly<Record<PortFault, FaultKind>>;
  readonly #computeView: ComputeView;

  constructor(kernel: WorldKernel<Types>) {
    this.#kernel = kernel;
    const kinds = PORT_FAULTS.map((id) => [id, kernel.plan.kind(id)] as const);
    this.#faults = Object.fromEntries(kinds) as Record<PortFault, FaultKind>;
    this.#computeView = {
      get nowMs(): number {
        return kernel.nowMs;
      },
      content: (object) => this.#contentOf(object),
    };
  }

  /** Requests on their way. */
  operations(): Iterable<PortOperation<Types>> {
    return this.#operations;
  }

  /** Starts a request of a turn, or starts it again after a restart. */
  start(actor: ActorRecord<Types>, id: EffectId, request: PortRequest<Types["job"]>): void {
    const kernel = this.#kernel;
    kernel.subject.named(id, actor.runner.life);
    const operation: PortOperation<Types> = {
      kind: "operation",
      id,
      request,
      actor,
      life: actor.runner.life,
      boot: actor.process.boot,
      bootedAtMs: actor.process.bootedAtMs,
      touched: this.#touchedEffects.get(id) ?? null,
      outcome: null,
      isCut: false,
    };
    this.#touchedEffects.delete(id);
    const durationMs = request.kind === "compute"
      ? this.#startCompute(operation, request)
      : this.#startHolder(operation, request);
    this.#add(operation, durationMs);
  }

  /** Ends a request: carries out what it asks for and hands over the completion. */
  finish(operation: PortOperation<Types>): void {
    if (!this.#operations.delete(operation) || operation.isCut) return;
    const outcome = operation.outcome ?? this.#carryOut(operation);
    this.#complete(operation, outcome);
  }

  /** Cuts off what a process had in progress, and what others had in progress in its stores. */
  crash(process: ProcessRecord<Types>): void {
    for (const operation of [...this.#operations]) {
      const { request } = operation;
      const holder = request.kind === "compute" ? null : this.#holderOf(operation);
      const isOwnHolder = holder?.process === process.id;
      if (operation.actor.process === process) {
        // A store outside of the process goes on with what it was asked to do.
        if (holder !== null && !isOwnHolder) continue;
        operation.isCut = true;
        this.#operations.delete(operation);
        if (holder !== null) this.#cutOff(operation, holder);
      } else if (isOwnHolder) {
        if (operation.outcome === null) this.#cutOff(operation, holder);
        operation.outcome = failed("ioError");
      }
    }
  }

  #add(operation: PortOperation<Types>, durationMs: number): void {
    this.#operations.add(operation);
    this.#kernel.scheduler.add(operation, durationMs);
  }

  #startHolder(
    operation: PortOperation<Types>,
    request: Exclude<PortRequest<Types["job"]>, Compute<Types["job"]>>,
  ): number {
    const { plan, subject } = this.#kernel;
    const slowMs = plan.strike(this.#faults.slowDisk, subject);
    if (slowMs !== null) operation.touched = touchedBy(operation.touched, this.#faults.slowDisk);
    this.#decideFailure(operation, request);
    const holder = this.#holderOf(operation);
    const sizeBytes = request.kind === "writeObject"
      ? request.sizeBytes
      : request.kind === "readObject" && request.read === "hash"
      ? this.#contentOf(request.object)?.sizeBytes ?? 0
      : 0;
    return (holder?.durationMs(sizeBytes) ?? 1) + (slowMs ?? 0);
  }

  #decideFailure(operation: PortOperation<Types>, request: PortRequest<Types["job"]>): void {
    const faults = this.#faults;
    switch (request.kind) {
      case "readObject":
        return this.#mayFail(operation, faults.objectReadError, "ioError");
      case "writeObject":
        this.#mayFail(operation, faults.objectDiskFull, "diskFull");
        return this.#mayFail(operation, faults.objectWriteError, "ioError");
      case "remove":
        return this.#mayFail(operation, faults.objectRemoveError, "ioError");
      case "link":
        return this.#mayFail(operation, faults.linkError, "ioError");
      case "compute":
        return this.#mayFail(operation, faults.computeFailure, "failed");
    }
  }

  #mayFail(operation: PortOperation<Types>, kind: FaultKind, error: PortError): void {
    const { plan, subject } = this.#kernel;
    if (operation.outcome !== null || plan.strike(kind, subject) === null) return;
    operation.outcome = failed(error);
    operation.touched = touchedBy(operation.touched, kind);
  }

  #startCompute(operation: PortOperation<Types>, request: Compute<Types["job"]>): number {
    const { plan, subject, options } = this.#kernel;
    invariant(options.compute !== null, "NO_COMPUTE", "The world was given no compute port");
    const faults = this.#faults;
    const { durationMs, outcome } = options.compute.run(request.job, this.#computeView);
    this.#decideFailure(operation, request);
    if (operation.outcome !== null) return durationMs;
    const timeoutMs = plan.strike(faults.computeTimeout, subject);
    const lateMs = timeoutMs === null ? plan.strike(faults.computeLateResult, subject) : null;
    if (timeoutMs !== null || lateMs !== null) {
      operation.outcome = failed("timeout");
      const kind = timeoutMs === null ? faults.computeLateResult : faults.computeTimeout;
      operation.touched = touchedBy(operation.touched, kind);
      if (lateMs !== null) this.#again(operation, outcome, durationMs + lateMs);
      return durationMs + (timeoutMs ?? 0);
    }
    operation.outcome = outcome;
    if (outcome.kind === "done" && options.compute.wrongSize !== undefined) {
      const variant = plan.strike(faults.computeWrongSize, subject);
      if (variant !== null) {
        const result = options.compute.wrongSize(outcome.result, variant);
        operation.outcome = { kind: "done", result };
        operation.touched = touchedBy(operation.touched, faults.computeWrongSize);
      }
    }
    const gapMs = plan.strike(faults.computeDuplicateResult, subject);
    if (gapMs !== null) {
      const first = operation.touched;
      operation.touched = touchedBy(null, faults.computeDuplicateResult);
      this.#again(operation, operation.outcome, durationMs + gapMs);
      operation.touched = first;
    }
    return durationMs;
  }

  /** The same request answered a second time. */
  #again(
    operation: PortOperation<Types>,
    outcome: PortOutcome<Types>,
    durationMs: number,
  ): void {
    this.#add({ ...operation, outcome }, durationMs);
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

  #carryOut(operation: PortOperation<Types>): PortOutcome<Types> {
    const { request } = operation;
    const holder = this.#holderOf(operation);
    if (holder === null) return failed("refused");
    if (!this.#isReachable(holder)) return failed("ioError");
    switch (request.kind) {
      case "readObject":
        return this.#read(request, holder);
      case "writeObject":
        return this.#write(operation, request, holder);
      case "remove":
        return this.#remove(operation, request, holder);
      case "link":
        return this.#link(operation, request, holder);
      case "compute":
        return failed("refused");
    }
  }

  #read(request: ReadObject, holder: ObjectHolder): PortOutcome<Types> {
    const content = holder.content(request.object);
    if (content === null) return failed("missing");
    return { kind: "done", result: factsOf(content, request.read) };
  }

  #write(
    operation: PortOperation<Types>,
    request: WriteObject,
    holder: ObjectHolder,
  ): PortOutcome<Types> {
    const source = this.#kernel.holders.get(holderOf(request.source)) ?? null;
    if (source !== null && !this.#isReachable(source)) return failed("ioError");
    const content = source?.content(request.source) ?? null;
    if (content === null) return failed("missing");
    if (content.sizeBytes !== request.sizeBytes) return failed("changed");
    const outcome = holder.write(request.object, content);
    if (outcome.kind === "failed") return outcome;
    this.#changed("written", operation, request.object);
    const { plan, subject } = this.#kernel;
    if (
      plan.strike(this.#faults.objectDamaged, subject.named(operation.id, operation.life)) !== null
    ) {
      this.#damage(operation, holder, content);
    }
    return outcome;
  }

  #remove(
    operation: PortOperation<Types>,
    request: Remove,
    holder: ObjectHolder,
  ): PortOutcome<Types> {
    if (this.#isTooLate(operation, request)) return failed("refused");
    const had = holder.content(request.object) !== null;
    const outcome = holder.remove(request.object, request.expectedHash);
    if (had && outcome.kind === "done") this.#changed("removed", operation, request.object);
    return outcome;
  }

  #isTooLate(operation: PortOperation<Types>, { deadline }: Remove): boolean {
    if (deadline === undefined) return false;
    const monotonicMs = this.#kernel.nowMs - operation.bootedAtMs;
    return deadline.bootId !== bootIdOf(operation.actor.process.id, operation.boot) ||
      monotonicMs > deadline.monotonicMs;
  }

  #link(
    operation: PortOperation<Types>,
    request: Link,
    holder: ObjectHolder,
  ): PortOutcome<Types> {
    if (!(holder instanceof FolderTree)) return failed("refused");
    const outcome = holder.change(request);
    const tree = holder.name;
    const effect = operation.id;
    this.#kernel.observe({ kind: "linked", tree, effect, link: request, outcome }, {
      what: outcome.kind === "done" ? "linked" : "link:failed",
      who: tree,
      detail: { effect },
    });
    return outcome;
  }

  /** What a crash makes of an operation that had not ended. */
  #cutOff(operation: PortOperation<Types>, holder: ObjectHolder): void {
    const { request, outcome } = operation;
    if (outcome !== null || request.kind === "readObject" || request.kind === "compute") return;
    const { plan, subject } = this.#kernel;
    const faults = this.#faults;
    subject.named(operation.id, operation.life);
    if (request.kind !== "writeObject") {
      if (plan.strike(faults.unknownEnd, subject) === null) return;
      this.#leave(operation, faults.unknownEnd);
      this.#carryOutUnseen(operation, holder);
      return;
    }
    const source = this.#contentOf(request.source);
    const isWritable = source !== null && holder.content(request.object) === null;
    const part = isWritable ? plan.strike(faults.tornWrite, subject) : null;
    if (part !== null && source !== null) {
      this.#leave(operation, faults.tornWrite);
      const sizeBytes = Math.floor(source.sizeBytes * part / 1000);
      const contentHash = this.#kernel.options.damagedHash(source.contentHash, part);
      holder.damage(request.object, { sizeBytes, contentHash });
      this.#changed("torn", operation, request.object);
    } else if (plan.strike(faults.lostWrite, subject) !== null) {
      this.#leave(operation, faults.lostWrite);
    } else this.#carryOutUnseen(operation, holder);
  }

  #carryOutUnseen(operation: PortOperation<Types>, holder: ObjectHolder): void {
    const { request } = operation;
    if (request.kind === "link") this.#link(operation, request, holder);
    else if (request.kind === "remove") this.#remove(operation, request, holder);
    else if (request.kind === "writeObject") this.#write(operation, request, holder);
  }

  #leave(operation: PortOperation<Types>, kind: FaultKind): void {
    const before = this.#touchedEffects.get(operation.id) ?? null;
    this.#touchedEffects.set(operation.id, touchedBy(before, kind));
  }

  #damage(operation: PortOperation<Types>, holder: ObjectHolder, content: Content): void {
    if (operation.request.kind !== "writeObject") return;
    const { object } = operation.request;
    const contentHash = this.#kernel.options.damagedHash(content.contentHash, 0);
    holder.damage(object, { sizeBytes: content.sizeBytes, contentHash });
    this.#changed("damaged", operation, object);
  }

  #changed(
    change: "written" | "torn" | "damaged" | "removed",
    operation: PortOperation<Types>,
    object: ObjectName,
  ): void {
    const content = this.#contentOf(object);
    const facts = content === null ? null : factsOf(content, "hash");
    const effect = operation.id;
    this.#kernel.observe({ kind: "object", change, object, facts, effect }, {
      what: `object:${change}`,
      who: object,
      detail: content === null
        ? { effect }
        : { contentHash: content.contentHash, effect, sizeBytes: content.sizeBytes },
    });
  }

  #contentOf(object: ObjectName): Content | null {
    return this.#kernel.holders.get(holderOf(object))?.content(object) ?? null;
  }

  #holderOf(operation: PortOperation<Types>): ObjectHolder | null {
    const { request, actor } = operation;
    if (request.kind === "compute") return null;
    const name = request.kind === "link" ? actor.tree : holderOf(request.object);
    return name === null ? null : this.#kernel.holders.get(name) ?? null;
  }

  #isReachable(holder: ObjectHolder): boolean {
    if (holder.process === null) return true;
    return this.#kernel.processes.get(holder.process)?.isUp === true;
  }
}

const PORT_FAULTS = [
  "objectDiskFull",
  "objectReadError",
  "objectWriteError",
  "objectRemoveError",
  "linkError",
  "tornWrite",
  "lostWrite",
  "unknownEnd",
  "slowDisk",
  "objectDamaged",
  "computeFailure",
  "computeTimeout",
  "computeLateResult",
  "computeDuplicateResult",
  "computeWrongSize",
] as const;

type PortFault = typeof PORT_FAULTS[number];

function failed(error: PortError): { readonly kind: "failed"; readonly error: PortError } {
  return { kind: "failed", error };
}
