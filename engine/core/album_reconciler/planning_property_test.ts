import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { checkCertificate } from "../certificate/mod.ts";
import type { PlanRequest, ReviewedScene } from "../library/plan.ts";
import { brokenPromises } from "../testing/album_promises.ts";
import { openCase, PLAN_WORLD_CASE, type PlanWorldCase } from "../testing/library_arbitrary.ts";
import { executePlan, membershipOf } from "../testing/plan_executor.ts";
import { draftPlan } from "./draft_plan.ts";
import { type PlanFacts, planFactsOf } from "./plan_facts.ts";

const RUNS = { numRuns: 1500 };

/** Draws numbers that put things in another order. */
const SHUFFLE = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 24, maxLength: 24 });

function property(name: string, check: (world: PlanWorldCase, draws: number[]) => void): void {
  Deno.test({
    name,
    permissions: "none",
    fn: () => fc.assert(fc.property(PLAN_WORLD_CASE, SHUFFLE, check), RUNS),
  });
}

function shuffled<Value>(values: readonly Value[], draws: readonly number[]): Value[] {
  return values
    .map((value, place) => ({ value, key: (draws[place % draws.length] ?? 0) * 31 + place * 7 }))
    .sort((left, right) => left.key % 1009 - right.key % 1009)
    .map(({ value }) => value);
}

property("draftPlan() makes plans that the independent checker accepts", (world) => {
  const { state, request } = openCase(world);
  const outcome = draftPlan(planFactsOf(state, request), request);
  if (outcome.kind === "refused") return;
  assertEquals(checkCertificate(state, outcome.plan, request), []);
});

property("any items of a plan, in any order, keep the album promises", (world, draws) => {
  const { state, request } = openCase(world);
  const outcome = draftPlan(planFactsOf(state, request), request);
  if (outcome.kind === "refused") return;
  const { plan } = outcome;
  const order = shuffled(plan.items.map((item) => item.index), draws);
  const some = order.filter((_, place) => (draws[place] ?? 0) % 3 > 0);
  for (const indexes of [order, some]) {
    const after = membershipOf(state);
    for (const [place] of indexes.entries()) {
      const applied = executePlan(after, plan, indexes.slice(0, place + 1));
      assertEquals(brokenPromises({ before: state, plan, after, applied }), []);
    }
    assertEquals(executePlan(membershipOf(state), plan, indexes).length, indexes.length);
  }
});

property("draftPlan() gives the same whatever the order of its input", (world, draws) => {
  const { state, request } = openCase(world);
  const facts = planFactsOf(state, request);
  const expected = JSON.stringify(draftPlan(facts, request));
  const other = draftPlan(shuffledFacts(facts, draws), shuffledRequest(request, draws));
  assertEquals(JSON.stringify(other), expected);
});

function shuffledFacts(facts: PlanFacts, draws: readonly number[]): PlanFacts {
  return {
    ...facts,
    files: shuffled(facts.files, draws),
    albums: shuffled(facts.albums, draws),
  };
}

function shuffledRequest(request: PlanRequest, draws: readonly number[]): PlanRequest {
  return {
    ...request,
    scenes: shuffled(request.scenes.map((scene) => shuffledScene(scene, draws)), draws),
    consentAlbums: shuffled(request.consentAlbums, draws),
  };
}

function shuffledScene(scene: ReviewedScene, draws: readonly number[]): ReviewedScene {
  const members = shuffled(scene.members, draws);
  const placeOf = (old: number): number => {
    const file = scene.members[old]?.file;
    return members.findIndex((member) => member.file === file);
  };
  const distances = scene.distances.map(([left, right, distance], place) => {
    const turned = (draws[place % draws.length] ?? 0) % 2 === 0;
    const pair = turned ? [right, left] as const : [left, right] as const;
    return [placeOf(pair[0]), placeOf(pair[1]), distance] as const;
  });
  return { ...scene, members, distances: shuffled(distances, draws) };
}

property("planFactsOf() is plain JSON, and so is the plan", (world) => {
  const { state, request } = openCase(world);
  const facts = planFactsOf(state, request);
  assertEquals(JSON.parse(JSON.stringify(facts)), facts);
  const outcome = draftPlan(facts, request);
  assertEquals(JSON.parse(JSON.stringify(outcome)), outcome);
});

Deno.test({
  name: "the generated worlds exercise what the planner has to decide",
  permissions: "none",
  fn: () => {
    const seen = new Map<string, number>();
    const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
    for (const world of fc.sample(PLAN_WORLD_CASE, { numRuns: 3000, seed: 20 })) {
      const { state, request } = openCase(world);
      const outcome = draftPlan(planFactsOf(state, request), request);
      if (outcome.kind === "refused") {
        count(outcome.refusal.code);
        continue;
      }
      const { plan } = outcome;
      count(`${plan.cleanup} ${plan.scope.kind}`);
      for (const kept of plan.keptInstead) count(kept.reason);
      for (const item of plan.items) {
        count(item.action);
        if (item.companions.length > 0) count(`companions ${plan.cleanup}`);
        if (item.merge !== null) count("merge");
        if (item.merge?.textWithheld) count("textWithheld");
        if (item.merge?.becomesFavorite) count("becomesFavorite");
        if (item.keeperHash !== item.contentHash && item.distance === 0) count("equal distance");
      }
      for (const proof of plan.certificate.albums) {
        for (const scene of proof.scenes) {
          const added = scene.after.length > 0 && scene.representative !== null &&
            !scene.before.includes(scene.representative);
          if (added) count("stand-in");
        }
      }
      if (plan.certificate.published.length > 0) count("published");
    }
    const wanted = [
      "exact library",
      "exact album",
      "similar library",
      "similar album",
      "NOTHING_TO_DO",
      "trashFile",
      "removeEntry",
      "companions exact",
      "companions similar",
      "merge",
      "textWithheld",
      "becomesFavorite",
      "stand-in",
      "published",
      "favorite",
      "albumNeedsConsent",
      "albumNotWritable",
      "hiddenBarrier",
      "mixedVisibility",
      "capturePart",
      "otherOwner",
      "unverified",
      "noKeeper",
    ];
    const missing = wanted.filter((what) => (seen.get(what) ?? 0) < 5);
    assertEquals(missing, [], JSON.stringify([...seen]));
  },
});
