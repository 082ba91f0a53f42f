import { unreachable } from "../protocol/invariant.ts";
import { exactScenes } from "../album_reconciler/exact_scenes.ts";
import { planFactsOf } from "../album_reconciler/plan_facts.ts";
import type { PlanRequest } from "../library/plan.ts";
import type { PlanRecord } from "../library/state.ts";
import { ALBUM_RECONCILER, WITHIN_PROCESS } from "../messages/addresses.ts";
import type { LibrarianReport, PlanCommand } from "../messages/librarian_messages.ts";
import { carryOutReported } from "./carry_out.ts";
import { isMovingNames } from "./folder_names.ts";
import { startItems } from "./item_saga.ts";
import type { Asker, TurnDraft } from "./turn_draft.ts";
import { startUndo } from "./undo_plan.ts";

/** Plans that wait for the user or are under way at once. */
export const OPEN_PLANS_MAX = 64;

/** Handles the life of a plan: drafted, confirmed, applied, undone. */
export function handlePlanCommand(draft: TurnDraft, asker: Asker, command: PlanCommand): void {
  if (command.kind === "requestPlan") return requestPlan(draft, asker, command.request);
  if (command.kind === "requestExactPlan") return requestExactPlan(draft, asker, command);
  const record = draft.state.plans.get(command.plan);
  if (record === undefined) {
    if (command.kind === "discardPlan") return draft.reply(asker, { kind: "accepted" });
    return draft.refuse(asker, "UNKNOWN_PLAN", command.plan);
  }
  switch (command.kind) {
    case "confirmPlan":
      return confirmPlan(draft, asker, record);
    case "discardPlan":
      if (record.phase !== "proposed") return draft.refuse(asker, "PLAN_PHASE", record.phase);
      draft.emit({ kind: "planDiscarded", plan: command.plan });
      return draft.reply(asker, { kind: "accepted" });
    case "undoPlan":
      return undoPlan(draft, asker, record);
    case "reportItem":
      return carryOutReported(draft, asker, { record, report: command });
    default:
      return unreachable(command);
  }
}

function requestPlan(draft: TurnDraft, asker: Asker, request: PlanRequest): void {
  const { state } = draft;
  if (state.owner === null) return draft.refuse(asker, "UNKNOWN_LIBRARY", "Make it first");
  const known = state.plans.get(request.plan);
  if (known !== undefined) return draft.reply(asker, { kind: "planReady", plan: known.plan });
  let open = 0;
  for (const record of state.plans.values()) {
    if (record.phase === "proposed" || record.phase === "applying") open += 1;
  }
  if (open >= OPEN_PLANS_MAX) {
    return draft.refuse(asker, "PLAN_PENDING", `Confirm or discard one of ${open} open plans`);
  }
  // Stateless: if the draft gets lost in a crash, the client asks again.
  draft.send(ALBUM_RECONCILER, WITHIN_PROCESS, {
    kind: "draftPlan",
    requestId: asker.id,
    client: asker.from,
    facts: planFactsOf(state, request),
    request,
  });
}

function requestExactPlan(
  draft: TurnDraft,
  asker: Asker,
  command: PlanCommand & { kind: "requestExactPlan" },
): void {
  const scenes = exactScenes(draft.state, { scope: command.scope, keepRules: command.keepRules });
  requestPlan(draft, asker, {
    plan: command.plan,
    cleanup: "exact",
    scope: command.scope,
    scenes,
    consentAlbums: [],
    keepRules: command.keepRules,
  });
}

/** Takes what the reconciler drafted: the plan is proposed, and the client gets its answer. */
export function takeDraft(
  draft: TurnDraft,
  report: LibrarianReport & { kind: "planDrafted" },
): void {
  const asker: Asker = { id: report.requestId, from: report.client, channel: "remote" };
  if (report.outcome.kind === "refused") {
    const { refusal } = report.outcome;
    return draft.refusePlan(asker, { code: "PLAN_REFUSED", detail: refusal.detail, refusal });
  }
  const { plan } = report.outcome;
  const known = draft.state.plans.get(plan.id);
  if (known !== undefined) return draft.reply(asker, { kind: "planReady", plan: known.plan });
  draft.emitClock();
  draft.emit({ kind: "planProposed", plan, atMs: draft.witnessedMs });
  draft.reply(asker, { kind: "planReady", plan });
}

function confirmPlan(draft: TurnDraft, asker: Asker, record: PlanRecord): void {
  switch (record.phase) {
    case "proposed":
      if (isMovingNames(draft.state)) return refuseWhileMoving(draft, asker);
      draft.emit({ kind: "planConfirmed", plan: record.plan.id });
      if (record.plan.items.length === 0) {
        draft.emit({ kind: "planFinished", plan: record.plan.id });
      } else startItems(draft, record);
      return draft.reply(asker, { kind: "accepted" });
    case "applying":
    case "finished":
      return draft.reply(asker, { kind: "accepted" });
    default:
      return draft.refuse(asker, "PLAN_PHASE", record.phase);
  }
}

function undoPlan(draft: TurnDraft, asker: Asker, record: PlanRecord): void {
  switch (record.phase) {
    case "applying":
    case "finished":
      if (isMovingNames(draft.state)) return refuseWhileMoving(draft, asker);
      startUndo(draft, record);
      return draft.reply(asker, { kind: "accepted" });
    case "undoing":
    case "undone":
      return draft.reply(asker, { kind: "accepted" });
    default:
      return draft.refuse(asker, "PLAN_PHASE", record.phase);
  }
}

/** In a folder one thing at a time moves names; what is under way ends by itself. */
function refuseWhileMoving(draft: TurnDraft, asker: Asker): void {
  draft.refuse(asker, "PLAN_PENDING", "Names are being moved in the folder: ask again");
}
