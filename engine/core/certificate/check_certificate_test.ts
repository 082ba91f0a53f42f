import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { draftPlan } from "../album_reconciler/draft_plan.ts";
import { planFactsOf } from "../album_reconciler/plan_facts.ts";
import type { Plan } from "../library/plan.ts";
import type { LibraryState } from "../library/state.ts";
import { openCase, PLAN_WORLD_CASE } from "../testing/library_arbitrary.ts";
import type { GoodPlan } from "../testing/plan_bug.ts";
import { BELIEF_BUGS } from "../testing/planted_belief_bugs.ts";
import { ITEM_BUGS } from "../testing/planted_item_bugs.ts";
import { STATEMENT_BUGS } from "../testing/planted_statement_bugs.ts";
import { checkCertificate } from "./check_certificate.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

interface Sample extends GoodPlan {
  readonly state: LibraryState;
}

/** Good plans of generated libraries: the same in every run. */
const SAMPLES: readonly Sample[] = fc
  .sample(PLAN_WORLD_CASE, { numRuns: 6000, seed: 7 })
  .flatMap((world) => {
    const { state, request } = openCase(world);
    const facts = planFactsOf(state, request);
    const outcome = draftPlan(facts, request);
    return outcome.kind === "plan" ? [{ state, facts, request, plan: outcome.plan }] : [];
  });

/** How often a bug must have had something to spoil, so that its test says something. */
const CHANCES_MIN = 8;

test("checkCertificate() accepts what the planner makes", () => {
  assert(SAMPLES.length > 1000, `only ${SAMPLES.length} plans`);
  for (const { state, plan, request } of SAMPLES) {
    assertEquals(checkCertificate(state, plan, request), []);
  }
});

test("checkCertificate() reads a plan that went through JSON", () => {
  for (const { state, plan, request } of SAMPLES.slice(0, 50)) {
    const read = JSON.parse(JSON.stringify(plan)) as Plan;
    assertEquals(checkCertificate(state, read, request), []);
  }
});

for (const bug of [...ITEM_BUGS, ...STATEMENT_BUGS]) {
  test(`checkCertificate() reports a plan that ${bug.name}`, () => {
    let chances = 0;
    let named = 0;
    for (const sample of SAMPLES) {
      const plan = bug.plant(sample);
      if (plan === null || JSON.stringify(plan) === JSON.stringify(sample.plan)) continue;
      chances += 1;
      const problems = checkCertificate(sample.state, plan, sample.request);
      assertNotEquals(problems, [], JSON.stringify({ plan, was: sample.plan }));
      if (problems.some(({ code }) => code === bug.code)) named += 1;
    }
    assert(chances >= CHANCES_MIN, `only ${chances} plans to spoil`);
    assert(named > 0, `never reported as ${bug.code}`);
  });
}

for (const bug of BELIEF_BUGS) {
  test(`checkCertificate() reports a planner that ${bug.name}`, () => {
    let chances = 0;
    let reported = 0;
    let named = 0;
    for (const { state, facts, request, plan } of SAMPLES) {
      const believed = bug.believe({ facts, request });
      const outcome = draftPlan(believed.facts, believed.request);
      if (outcome.kind === "refused") continue;
      // What it says of the request is true; only its belief is wrong.
      const claimed = { ...outcome.plan, consentAlbums: [...new Set(request.consentAlbums)] };
      if (JSON.stringify(claimed.items) === JSON.stringify(plan.items)) continue;
      chances += 1;
      const problems = checkCertificate(state, claimed, request);
      if (problems.length > 0) reported += 1;
      if (problems.some(({ code }) => code === bug.code)) named += 1;
    }
    assert(chances >= CHANCES_MIN, `only ${chances} plans to spoil`);
    assert(named > 0, `reported ${reported} of ${chances}, never as ${bug.code}`);
  });
}
