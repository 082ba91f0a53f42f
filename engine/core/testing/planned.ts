import { planFactsOf } from "../album_reconciler/plan_facts.ts";
import { draftPlan } from "../album_reconciler/draft_plan.ts";
import { checkCertificate } from "../certificate/mod.ts";
import type { AlbumId } from "../library/ids.ts";
import type { Plan, PlanItem, PlanRefusal, PlanRequest } from "../library/plan.ts";
import type { LibraryState } from "../library/state.ts";
import { identifier } from "../protocol/ids.ts";
import { libraryOf, type LibrarySpec, requestOf, type RequestSpec } from "./library_spec.ts";
import { executePlan, membershipOf } from "./plan_executor.ts";

/** A plan, the library and the request that it answers. */
export interface Planned {
  readonly state: LibraryState;
  readonly request: PlanRequest;
  readonly plan: Plan;
}

/** Drafts a plan that must be made and that the independent checker must accept. */
export function planned(library: LibrarySpec | LibraryState, asked: RequestSpec): Planned {
  const state = "filesByHash" in library ? library : libraryOf(library);
  const request = requestOf(asked);
  const outcome = draftPlan(planFactsOf(state, request), request);
  if (outcome.kind === "refused") {
    throw new RangeError(`The plan was refused: ${JSON.stringify(outcome.refusal)}`);
  }
  const problems = checkCertificate(state, outcome.plan, request);
  if (problems.length > 0) {
    throw new RangeError(`The certificate does not hold: ${JSON.stringify(problems)}`);
  }
  return { state, request, plan: outcome.plan };
}

/** Drafts a plan that must be refused. */
export function refusedPlan(library: LibrarySpec, asked: RequestSpec): PlanRefusal {
  const request = requestOf(asked);
  const outcome = draftPlan(planFactsOf(libraryOf(library), request), request);
  if (outcome.kind === "plan") {
    throw new RangeError(`A plan was made: ${JSON.stringify(outcome.plan.items)}`);
  }
  return outcome.refusal;
}

/** What the albums hold once the whole plan is done, by name. */
export function albumsAfter({ state, plan }: Planned): Record<string, string[]> {
  const after = membershipOf(state);
  executePlan(after, plan, plan.items.map((item) => item.index));
  const albums: Record<string, string[]> = {};
  for (const [album, files] of after.entries) {
    if (files.size > 0) albums[album] = [...files].sort();
  }
  return albums;
}

/** The files that go, in the order of the plan. */
export function removedFiles({ plan }: Planned): string[] {
  return plan.items.map((item) => item.file);
}

/** The item that removes a file. */
export function itemOf({ plan }: Planned, file: string): PlanItem {
  const found = plan.items.find((item) => item.file === file);
  if (found === undefined) throw new RangeError(`No item removes ${file}`);
  return found;
}

/** Who stays instead of going, and why, as `file reason album`. */
export function keptReasons({ plan }: { readonly plan: Pick<Plan, "keptInstead"> }): string[] {
  return plan.keptInstead.map(({ file, reason, album }) =>
    album === null ? `${file} ${reason}` : `${file} ${reason} ${album}`
  );
}

/** An album's id. */
export function albumNamed(name: string): AlbumId {
  return identifier(name);
}
