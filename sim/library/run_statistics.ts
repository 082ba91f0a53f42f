import {
  type EngineTypes,
  LIBRARIAN,
  type LibraryEvent,
  type PlanId,
  type SkipReason,
} from "@scenekeep/engine/core";
import type { ShadowTrash } from "../checkers/shadow_records.ts";
import type { Observation } from "../world/observation.ts";

/** What one kind of clean-up found and won back. */
export interface CleanUpStatistics {
  plans: number;
  refused: number;
  itemsApplied: number;
  itemsSkipped: number;
  itemsUndone: number;
  bytesToTrash: number;
}

/** Reasons to skip an item that say: the library has moved on since the plan was made. */
const STALE: ReadonlySet<SkipReason> = new Set<SkipReason>([
  "fileChanged",
  "fileGone",
  "keeperChanged",
  "keeperGone",
  "keeperHashMismatch",
  "representativeMissing",
  "favorite",
  "barrier",
  "busy",
]);

/** What a run found, did and won back, counted from the outside. */
export class RunStatistics {
  readonly exact: CleanUpStatistics = noCleanUp();
  readonly similar: CleanUpStatistics = noCleanUp();
  readonly skippedFor: Map<SkipReason, number> = new Map();
  plansProposed = 0;
  itemsSkippedStale = 0;
  filesArrived = 0;
  filesEdited = 0;
  filesRestored = 0;
  purgedByAge = 0;
  purgedByUser = 0;
  /** Bytes that purges took off the usage, by what had put them into the trash. */
  readonly purgedBytes: Record<"exact" | "similar" | "user" | "edit", number> = {
    exact: 0,
    similar: 0,
    user: 0,
    edit: 0,
  };
  freedItems = 0;
  freedBytes = 0;
  keptItems = 0;
  reviews = 0;
  scenesOffered = 0;
  readonly #plans = new Map<
    PlanId,
    { cleanUp: CleanUpStatistics; bytes: readonly number[] }
  >();

  readonly #skipped: { readonly plan: PlanId; readonly reason: string }[] = [];

  /** Every item that was skipped, and why. */
  get skipped(): readonly { readonly plan: PlanId; readonly reason: string }[] {
    return this.#skipped;
  }

  /** How many items of a plan were skipped for this reason. Linear in all skipped items. */
  skippedOf(plan: PlanId, reason: string): number {
    return this.#skipped.filter((item) => item.plan === plan && item.reason === reason).length;
  }

  /** Counts what was seen. */
  observe(observation: Observation<EngineTypes>): void {
    if (observation.kind === "turn") {
      if (observation.actor !== LIBRARIAN) return;
      for (const event of observation.events) this.#count(event as LibraryEvent);
    } else if (observation.kind === "acknowledged") {
      const { body } = observation.reply;
      if (body.kind === "freeUpDone") {
        this.freedItems += body.removed.length;
        this.freedBytes += body.freedBytes;
        this.keptItems += body.kept.length;
      } else if (body.kind === "reviewPage") {
        this.reviews += 1;
        this.scenesOffered += body.scenes.length;
      } else if (body.kind === "refused" && body.code === "PLAN_REFUSED") {
        const exact = observation.body.kind === "requestExactPlan";
        (exact ? this.exact : this.similar).refused += 1;
      }
    }
  }

  /** Counts what a purge took off the usage. */
  purged(record: ShadowTrash, because: "age" | "user"): void {
    if (because === "age") this.purgedByAge += 1;
    else this.purgedByUser += 1;
    const { cause } = record;
    if (cause.kind !== "plan") this.purgedBytes[cause.kind] += record.bytes;
    else {
      const isExact = this.#plans.get(cause.plan)?.cleanUp === this.exact;
      this.purgedBytes[isExact ? "exact" : "similar"] += record.bytes;
    }
  }

  #count(event: LibraryEvent): void {
    switch (event.kind) {
      case "fileAdded":
        this.filesArrived += 1;
        return;
      case "fileEdited":
        this.filesEdited += 1;
        return;
      case "fileRestored":
        this.filesRestored += 1;
        return;
      case "planProposed": {
        const cleanUp = event.plan.cleanup === "exact" ? this.exact : this.similar;
        cleanUp.plans += 1;
        this.plansProposed += 1;
        const bytes = event.plan.items.map((item) => item.bytesToTrash);
        this.#plans.set(event.plan.id, { cleanUp, bytes });
        return;
      }
      case "itemApplied": {
        const plan = this.#plans.get(event.plan);
        if (plan === undefined) return;
        plan.cleanUp.itemsApplied += 1;
        plan.cleanUp.bytesToTrash += plan.bytes[event.index] ?? 0;
        return;
      }
      case "itemUndone": {
        const plan = this.#plans.get(event.plan);
        if (plan !== undefined) plan.cleanUp.itemsUndone += 1;
        return;
      }
      case "itemSkipped": {
        const plan = this.#plans.get(event.plan);
        if (plan !== undefined) plan.cleanUp.itemsSkipped += 1;
        this.#skipped.push({ plan: event.plan, reason: event.reason });
        this.skippedFor.set(event.reason, (this.skippedFor.get(event.reason) ?? 0) + 1);
        if (STALE.has(event.reason)) this.itemsSkippedStale += 1;
        return;
      }
      default:
        return;
    }
  }
}

function noCleanUp(): CleanUpStatistics {
  return {
    plans: 0,
    refused: 0,
    itemsApplied: 0,
    itemsSkipped: 0,
    itemsUndone: 0,
    bytesToTrash: 0,
  };
}
