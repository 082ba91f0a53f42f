import type {
  Acknowledged,
  ActorTypes,
  Compute,
  EffectId,
  Link,
  ObjectFacts,
  ObjectName,
  Outcome,
  PortError,
  PortRequest,
  ReadObject,
  Remove,
  WriteObject,
} from "@scenekeep/engine/core";
import { type FaultKind, touchedBy } from "./faults/fault_plan.ts";
import { FolderTree } from "./folder_tree.ts";
import type { WorldKernel } from "./kernel.ts";
import { type Content, factsOf, holderOf, type ObjectHolder } from "./object_holder.ts";
import { bootIdOf, type PortOperation } from "./records.ts";

/** What a port answers. */
export type PortOutcome<Types extends ActorTypes> = Outcome<
  Types["result"] | ObjectFacts | Acknowledged
>;

/** A request to an object store or folder tree. */
type HolderRequest<Job> = Exclude<PortRequest<Job>, Compute<Job>>;

/** Carries out requests to object stores and folder trees, whole or cut off by a crash. */
export class HolderOperations<Types extends ActorTypes> {
  readonly #kernel: WorldKernel<Types>;
  readonly #faults: Readonly<Record<HolderFault, FaultKind>>;
  /** What a crash did to an operation, for the one that is released in its place. */
  readonly #touchedEffects = new Map<EffectId, readonly FaultKind[]>();

  constructor(kernel: WorldKernel<Types>) {
    this.#kernel = kernel;
    const kinds = HOLDER_FAULTS.map((id) => [id, kernel.plan.kind(id)] as const);
    this.#faults = Object.fromEntries(kinds) as Record<HolderFault, FaultKind>;
  }

  /** Decides an operation's faults; returns how long it takes. The kernel's subject names it. */
  start(operation: PortOperation<Types>, request: HolderRequest<Types["job"]>): number {
    const { plan, subject } = this.#kernel;
    operation.touched = this.#touchedEffects.get(operation.id) ?? null;
    this.#touchedEffects.delete(operation.id);
    const slowMs = plan.strike(this.#faults.slowDisk, subject);
    if (slowMs !== null) operation.touched = touchedBy(operation.touched, this.#faults.slowDisk);
    this.#decideFailure(operation, request);
    const isRead = request.kind === "readObject" && request.read === "hash";
    const sizeBytes = request.kind === "writeObject"
      ? request.sizeBytes
      : isRead
      ? this.content(request.object)?.sizeBytes ?? 0
      : 0;
    return (this.holderOf(operation)?.durationMs(sizeBytes) ?? 1) + (slowMs ?? 0);
  }

  /** Does what the request asks for. */
  carryOut(operation: PortOperation<Types>): PortOutcome<Types> {
    const { request } = operation;
    const holder = this.holderOf(operation);
    if (holder === null || request.kind === "compute") return failed("refused");
    if (!this.#isReachable(holder)) return failed("ioError");
    switch (request.kind) {
      case "readObject":
        return read(request, holder);
      case "writeObject":
        return this.#write(operation, { request, holder });
      case "remove":
        return this.#remove(operation, { request, holder });
      case "link":
        return this.#link(operation, { request, holder });
    }
  }

  /** What a crash makes of an operation that had not ended. */
  cutOff(operation: PortOperation<Types>, holder: ObjectHolder): void {
    const { request, outcome } = operation;
    if (outcome !== null || request.kind === "readObject" || request.kind === "compute") return;
    const { plan, subject } = this.#kernel;
    const faults = this.#faults;
    subject.named(operation.id, operation.occurrence);
    if (request.kind === "writeObject") return this.#cutOffWrite(operation, { request, holder });
    const part = plan.strike(faults.unknownEnd, subject);
    if (part === null) return;
    this.#leave(operation, faults.unknownEnd);
    if (request.kind === "link") this.#cutOffLink(operation, { request, holder }, part);
    else this.#remove(operation, { request, holder });
  }

  /** The content of an object where it is now, or null. */
  content(object: ObjectName): Content | null {
    return this.#kernel.holders.get(holderOf(object))?.content(object) ?? null;
  }

  /** The store or tree that a request is about, or null when there is none of this name. */
  holderOf(operation: PortOperation<Types>): ObjectHolder | null {
    const { request, actor } = operation;
    if (request.kind === "compute") return null;
    const name = request.kind === "link" ? actor.tree : holderOf(request.object);
    return name === null ? null : this.#kernel.holders.get(name) ?? null;
  }

  #decideFailure(operation: PortOperation<Types>, request: HolderRequest<Types["job"]>): void {
    const faults = this.#faults;
    switch (request.kind) {
      case "readObject":
        return this.#mayFail(operation, faults.objectReadError, "ioError");
      case "writeObject":
        this.#mayFail(operation, faults.objectDiskFull, "diskFull");
        return this.#mayFail(operation, faults.objectWriteError, "ioError");
      case "remove":
        return this.#mayFail(operation, faults.objectRemoveError, "ioError");
      case "link": {
        this.#mayFail(operation, faults.linkError, "ioError");
        const holder = this.holderOf(operation);
        // An answer that it failed says that nothing is left, of an earlier attempt either.
        if (operation.outcome !== null && holder instanceof FolderTree) holder.takeBack(request);
      }
    }
  }

  #mayFail(operation: PortOperation<Types>, kind: FaultKind, error: PortError): void {
    const { plan, subject } = this.#kernel;
    if (operation.outcome !== null || plan.strike(kind, subject) === null) return;
    operation.outcome = failed(error);
    operation.touched = touchedBy(operation.touched, kind);
  }

  #write(
    operation: PortOperation<Types>,
    { request, holder }: { request: WriteObject; holder: ObjectHolder },
  ): PortOutcome<Types> {
    const source = this.#kernel.holders.get(holderOf(request.source)) ?? null;
    if (source !== null && !this.#isReachable(source)) return failed("ioError");
    const content = source?.content(request.source) ?? null;
    if (content === null) return failed("missing");
    if (content.sizeBytes !== request.sizeBytes) return failed("changed");
    const outcome = holder.write(request.object, content);
    if (outcome.kind === "failed") return outcome;
    this.#changed("written", operation, request.object);
    const { plan, subject, options } = this.#kernel;
    subject.named(operation.id, operation.occurrence);
    if (plan.strike(this.#faults.objectDamaged, subject) !== null) {
      const contentHash = options.damagedHash(content.contentHash, 0);
      holder.damage(request.object, { sizeBytes: content.sizeBytes, contentHash });
      this.#changed("damaged", operation, request.object);
    }
    return outcome;
  }

  #cutOffWrite(
    operation: PortOperation<Types>,
    { request, holder }: { request: WriteObject; holder: ObjectHolder },
  ): void {
    const { plan, subject, options } = this.#kernel;
    const faults = this.#faults;
    const source = this.content(request.source);
    const isFree = holder.content(request.object) === null;
    const part = isFree && source !== null ? plan.strike(faults.tornWrite, subject) : null;
    if (part !== null && source !== null) {
      this.#leave(operation, faults.tornWrite);
      const sizeBytes = Math.floor(source.sizeBytes * part / 1000);
      const contentHash = options.damagedHash(source.contentHash, part);
      holder.damage(request.object, { sizeBytes, contentHash });
      this.#changed("torn", operation, request.object);
    } else if (plan.strike(faults.lostWrite, subject) !== null) {
      this.#leave(operation, faults.lostWrite);
    } else this.#write(operation, { request, holder });
  }

  #remove(
    operation: PortOperation<Types>,
    { request, holder }: { request: Remove; holder: ObjectHolder },
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
    { request, holder }: { request: Link; holder: ObjectHolder },
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

  /** Leaves the last steps out, as many as the fault says. */
  #cutOffLink(
    operation: PortOperation<Types>,
    { request, holder }: { request: Link; holder: ObjectHolder },
    part: number,
  ): void {
    const steps = request.steps.length - Math.floor(request.steps.length * part / 1000);
    if (steps === request.steps.length || !(holder instanceof FolderTree)) {
      this.#link(operation, { request, holder });
    } else holder.changePart(request, steps);
  }

  #leave(operation: PortOperation<Types>, kind: FaultKind): void {
    const before = this.#touchedEffects.get(operation.id) ?? null;
    this.#touchedEffects.set(operation.id, touchedBy(before, kind));
    // Where the store alone has died, the one who asked hears of it in the answer.
    operation.touched = touchedBy(operation.touched, kind);
  }

  #changed(
    change: "written" | "torn" | "damaged" | "removed",
    operation: PortOperation<Types>,
    object: ObjectName,
  ): void {
    const content = this.content(object);
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

  #isReachable(holder: ObjectHolder): boolean {
    if (holder.process === null) return true;
    return this.#kernel.processes.get(holder.process)?.isUp === true;
  }
}

const HOLDER_FAULTS = [
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
] as const;

type HolderFault = typeof HOLDER_FAULTS[number];

/** An outcome that says what is wrong. */
export function failed(error: PortError): { readonly kind: "failed"; readonly error: PortError } {
  return { kind: "failed", error };
}

function read(request: ReadObject, holder: ObjectHolder): Outcome<ObjectFacts> {
  const content = holder.content(request.object);
  if (content === null) return failed("missing");
  return { kind: "done", result: factsOf(content, request.read) };
}
