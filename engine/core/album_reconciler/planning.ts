/**
 * Planning of clean-ups: from facts and a reviewed request to a plan with its certificate. Pure:
 * the same facts and request give the same plan everywhere, in whatever order they come.
 *
 * @module
 */

export { draftPlan, PLAN_MEMBERS_MAX, type PlanOutcome } from "./draft_plan.ts";
export { exactScenes } from "./exact_scenes.ts";
export {
  type AlbumFacts,
  factsAbout,
  type FileFacts,
  type PlanFacts,
  planFactsOf,
  type PlannedState,
} from "./plan_facts.ts";
export { proposeDecisions } from "./propose_decisions.ts";
