import {
  type EngineMessage,
  type FileId,
  identifier,
  type KeepRule,
  LIBRARIAN,
  type Plan,
  type PlanId,
  type PlanRequest,
  type PlanScope,
  type ReviewedScene,
} from "@scenekeep/engine/core";
import { chooseBySelection, type SelectedFiles } from "./choose_by_selection.ts";
import type { LibraryClient } from "./library_client.ts";
import { ScanError } from "./scan_error.ts";

/** What a clean-up would do. Each is null where it would do nothing. */
export interface DraftedPlans {
  /** Of exact copies alone. */
  readonly exact: Plan | null;
  /** Of exact copies and similar pictures together; the same as `exact` where there are none. */
  readonly whole: Plan | null;
  /** Why there is no plan of all that was found though there is something to do; null else. */
  readonly tooLarge: string | null;
  /** What `whole` answers, where it is not `exact`. */
  readonly request: PlanRequest | null;
}

/**
 * Asks the librarian for the plans of a scan.
 *
 * @param found `similar`: as they were decided, what is selected included; `selected`: what may not
 * go, of the exact copies; `keepRules`: by which they were decided; `scope`: what is cleaned up.
 */
export async function draftPlans(
  client: LibraryClient,
  found: {
    readonly similar: readonly ReviewedScene[];
    readonly selected: SelectedFiles;
    readonly keepRules: readonly KeepRule[];
    readonly scope: PlanScope;
  },
): Promise<DraftedPlans> {
  const { keepRules, scope, selected, similar } = found;
  const drafted = await client.ask(LIBRARIAN, {
    kind: "requestExactPlan",
    plan: identifier<PlanId>("exact"),
    scope,
    keepRules,
  }, ["planReady", "refused"]);
  const tooLarge = sizeProblem(drafted);
  if (tooLarge !== null) return { exact: null, whole: null, request: null, tooLarge };
  const exact = await exactPlan(client, planOf(drafted), selected);
  if (similar.length === 0) return { exact, whole: exact, request: null, tooLarge };
  const request: PlanRequest = {
    plan: identifier("scan"),
    cleanup: "similar",
    scope,
    scenes: [...similar, ...scenesOutside(exact?.scenes ?? [], similar)],
    consentAlbums: [],
    keepRules,
  };
  const answer = await client.ask(LIBRARIAN, { kind: "requestPlan", request }, [
    "planReady",
    "refused",
  ]);
  const problem = sizeProblem(answer);
  if (problem !== null) return { exact, whole: exact, request: null, tooLarge: problem };
  const whole = planOf(answer);
  if (whole === null) return { exact, whole: exact, request: null, tooLarge };
  return { exact, whole, request, tooLarge };
}

/** The plan of exact copies with the choices of the selection. */
async function exactPlan(
  client: LibraryClient,
  plan: Plan | null,
  selected: SelectedFiles,
): Promise<Plan | null> {
  const scenes = chooseBySelection(plan?.scenes ?? [], selected);
  if (plan === null || scenes === plan.scenes) return plan;
  if (scenes.length === 0) return null;
  const request: PlanRequest = {
    plan: identifier("selected"),
    cleanup: "exact",
    scope: plan.scope,
    scenes,
    consentAlbums: [],
    keepRules: plan.keepRules,
  };
  const command = { kind: "requestPlan", request } as const;
  return planOf(await client.ask(LIBRARIAN, command, ["planReady", "refused"]));
}

/**
 * The exact scenes without files that are in a similar scene, which speaks for all their copies. A
 * scene of which nothing would be left to keep, or to remove, goes as a whole.
 */
export function scenesOutside(
  exact: readonly ReviewedScene[],
  similar: readonly ReviewedScene[],
): ReviewedScene[] {
  const taken = new Set<FileId>();
  for (const scene of similar) for (const { file } of scene.members) taken.add(file);
  return exact.flatMap((scene) => {
    const members = scene.members.filter(({ file }) => !taken.has(file));
    const choices = new Set(members.map(({ choice }) => choice));
    return choices.size < 2 ? [] : [{ ...scene, members }];
  });
}

type Answer = EngineMessage & { readonly kind: "planReady" | "refused" };

/** What the librarian says of a request that is too large for one plan; null of every other. */
function sizeProblem(answer: Answer): string | null {
  if (answer.kind === "planReady" || answer.refusal?.code !== "TOO_LARGE") return null;
  return answer.refusal.detail;
}

/** The plan of an answer, or null where there is nothing to do. */
export function planOf(
  answer: EngineMessage & { readonly kind: "planReady" | "refused" },
): Plan | null {
  if (answer.kind === "planReady") return answer.plan;
  if (answer.refusal?.code === "NOTHING_TO_DO") return null;
  throw new ScanError("ENGINE", `Cannot make a plan: ${answer.code}: ${answer.detail}`);
}
