import {
  checkCertificate,
  type LibraryState,
  type Plan,
  type PlanRequest,
} from "@scenekeep/engine/core";
import type { DraftedPlans } from "./draft_plans.ts";
import { ScanError } from "./scan_error.ts";

/**
 * Has every plan verified by the checker that knows nothing of how plans are made.
 *
 * @throws {ScanError} `ENGINE` when a plan breaks a promise: it must not be shown.
 */
export function checkPlans(state: Readonly<LibraryState>, plans: DraftedPlans): void {
  if (plans.exact !== null) check(state, plans.exact, null);
  if (plans.whole !== null && plans.whole !== plans.exact) {
    check(state, plans.whole, plans.request);
  }
}

function check(state: LibraryState, plan: Plan, request: PlanRequest | null): void {
  const [problem] = checkCertificate(state, plan, request);
  if (problem === undefined) return;
  const { code, detail } = problem;
  const message = `Cannot show plan "${plan.id}": it breaks a promise: ${code}: ${detail}`;
  throw new ScanError("ENGINE", message);
}
