import type { DeviceEvent, PlanEvent, PlanId } from "@scenekeep/engine/core";
import type { ItemEvent } from "./turn_delta.ts";
import type { ShadowItem, ShadowPlan } from "./shadow_records.ts";
import type { ShadowLibrary } from "./shadow_library.ts";

/** Folds a plan's life. Obligations and pins are kept by their own checkers. */
export function foldPlanEvent(shadow: ShadowLibrary, event: PlanEvent | DeviceEvent): void {
  switch (event.kind) {
    case "planProposed": {
      const { plan } = event;
      const items: ShadowItem[] = plan.items.map(() => "waiting");
      shadow.plans.set(plan.id, { id: plan.id, plan, phase: "proposed", items });
      return;
    }
    case "planDiscarded":
      return setPhase(shadow, event.plan, "discarded");
    case "planConfirmed":
      if (shadow.plans.get(event.plan)?.phase !== "proposed") {
        contradict(shadow, `Plan ${event.plan} was confirmed when it was not proposed`);
      }
      return setPhase(shadow, event.plan, "applying");
    case "planFinished":
      return setPhase(shadow, event.plan, "finished");
    case "undoStarted":
      return setPhase(shadow, event.plan, "undoing");
    case "planUndone":
      return setPhase(shadow, event.plan, "undone");
    case "itemApplied":
    case "itemRevoked":
    case "itemSkipped":
    case "itemUndone":
      return foldItem(shadow, event);
    case "receiptGiven":
      shadow.openReceipts.add(event.receipt.id);
      return;
    case "receiptReported":
    case "receiptExpired":
      if (!shadow.openReceipts.delete(event.receipt)) {
        contradict(shadow, `Receipt ${event.receipt} ended twice`);
      }
      return;
    default:
      return;
  }
}

function foldItem(shadow: ShadowLibrary, event: ItemEvent): void {
  shadow.delta.items.push(event);
  const plan = shadow.plans.get(event.plan);
  const before = plan?.items[event.index];
  if (plan === undefined || before === undefined) {
    return contradict(shadow, `${event.kind} of ${event.plan}/${event.index}, which is unknown`);
  }
  const expected = event.kind === "itemApplied" ? before === "waiting" : true;
  if (!expected) contradict(shadow, `Item ${event.plan}/${event.index} was applied when ${before}`);
  plan.items[event.index] = afterwards(event.kind);
}

function afterwards(kind: ItemEvent["kind"]): ShadowItem {
  if (kind === "itemApplied") return "applied";
  return kind === "itemUndone" ? "undone" : "skipped";
}

function setPhase(shadow: ShadowLibrary, id: PlanId, phase: ShadowPlan["phase"]): void {
  const plan = shadow.plans.get(id);
  if (plan === undefined) return contradict(shadow, `Plan ${id} is ${phase} and was not proposed`);
  plan.phase = phase;
}

function contradict(shadow: ShadowLibrary, detail: string): void {
  shadow.delta.contradictions.push({ promise: "INV-IDEM-1", detail });
}
