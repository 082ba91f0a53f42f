import { invariant } from "../protocol/invariant.ts";
import type { PlanEvent } from "../library/events.ts";
import type { FileId, PlanId, SceneId } from "../library/ids.ts";
import type { Plan } from "../library/plan.ts";
import type { ItemState, LibraryState, PlanRecord } from "../library/state.ts";
import { addToIndex, indexObligation, unindexObligation } from "./indexes.ts";

/** Applies an event about plans and the obligations that they make. */
export function evolvePlan(state: LibraryState, event: PlanEvent): void {
  switch (event.kind) {
    case "planProposed":
      proposePlan(state, event);
      return;
    case "planDiscarded":
      state.plans.delete(event.plan);
      return;
    case "planConfirmed":
      confirmPlan(state, event.plan);
      return;
    case "itemsStarted":
      knownPlan(state, event.plan).nextItem = event.next;
      return;
    case "itemApplied":
      applyItem(state, event);
      return;
    case "itemCarriedOut":
      carryOutItem(state, event);
      return;
    case "itemRevoked":
    case "itemSkipped":
      settleItem(state, { ...event, state: { kind: "skipped", reason: event.reason } });
      return;
    case "planFinished":
      knownPlan(state, event.plan).phase = "finished";
      return;
    case "undoStarted":
      knownPlan(state, event.plan).phase = "undoing";
      return;
    case "itemUndone":
      knownPlan(state, event.plan).items[event.index] = { kind: "undone", stays: event.stays };
      return;
    case "planUndone":
      knownPlan(state, event.plan).phase = "undone";
      return;
    case "obligationMade": {
      const { acceptable, album, obligation: id, plan, scene } = event;
      const obligation = { id, album, plan, scene, acceptable: new Set(acceptable) };
      state.obligations.set(id, obligation);
      indexObligation(state, obligation);
      return;
    }
    case "obligationExtended": {
      const obligation = state.obligations.get(event.obligation);
      invariant(obligation !== undefined, "OBLIGATION_MISSING", event.obligation);
      obligation.acceptable.add(event.file);
      addToIndex(state.obligationsByFile, { key: event.file, value: obligation.id });
      return;
    }
    case "obligationEnded": {
      const obligation = state.obligations.get(event.obligation);
      invariant(obligation !== undefined, "OBLIGATION_MISSING", event.obligation);
      state.obligations.delete(event.obligation);
      unindexObligation(state, obligation);
      return;
    }
  }
}

function knownPlan(state: LibraryState, id: PlanId): PlanRecord {
  const record = state.plans.get(id);
  invariant(record !== undefined, "PLAN_MISSING", id);
  return record;
}

function proposePlan(state: LibraryState, event: PlanEvent & { kind: "planProposed" }): void {
  state.plans.set(event.plan.id, {
    plan: event.plan,
    phase: "proposed",
    nextItem: 0,
    settledItems: 0,
    items: event.plan.items.map(() => ({ kind: "waiting" })),
    keptByScene: keptByScene(event.plan),
    appliedOrder: [],
  });
}

function keptByScene(plan: Plan): Map<SceneId, FileId[]> {
  const kept = new Map<SceneId, FileId[]>();
  for (const scene of plan.scenes) {
    kept.set(
      scene.id,
      scene.members.filter((member) => member.choice === "keep").map((member) => member.file),
    );
  }
  for (const { scene, file } of plan.keptInstead) kept.get(scene)?.push(file);
  return kept;
}

function confirmPlan(state: LibraryState, id: PlanId): void {
  const record = knownPlan(state, id);
  record.phase = "applying";
  for (const item of record.plan.items) state.plannedRemovals.set(item.file, id);
}

function applyItem(state: LibraryState, event: PlanEvent & { kind: "itemApplied" }): void {
  const record = knownPlan(state, event.plan);
  record.appliedOrder.push(event.index);
  const applied: ItemState = {
    kind: "applied",
    carriedOut: !event.carryOut,
    trashSequence: event.trashSequence,
    changes: event.changes,
  };
  if (event.carryOut) record.items[event.index] = applied;
  else settleItem(state, { plan: event.plan, index: event.index, state: applied });
}

function carryOutItem(state: LibraryState, event: PlanEvent & { kind: "itemCarriedOut" }): void {
  const item = knownPlan(state, event.plan).items[event.index];
  invariant(item?.kind === "applied", "ITEM_NOT_APPLIED", `${event.plan} ${event.index}`);
  settleItem(state, { ...event, state: { ...item, carriedOut: true } });
}

function settleItem(
  state: LibraryState,
  settled: { plan: PlanId; index: number; state: ItemState },
): void {
  const record = knownPlan(state, settled.plan);
  const item = record.plan.items[settled.index];
  invariant(item !== undefined, "ITEM_UNKNOWN", `${settled.plan} ${settled.index}`);
  record.items[settled.index] = settled.state;
  record.settledItems += 1;
  if (state.plannedRemovals.get(item.file) === settled.plan) {
    state.plannedRemovals.delete(item.file);
  }
}
