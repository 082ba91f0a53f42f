import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { draftPlan } from "../album_reconciler/draft_plan.ts";
import { planFactsOf } from "../album_reconciler/plan_facts.ts";
import { PLAN_FORMAT } from "../library/plan.ts";
import { type JsonSchema, schemaProblems } from "../testing/json_schema.ts";
import { openCase, PLAN_WORLD_CASE } from "../testing/library_arbitrary.ts";
import planSchema from "./plan.schema.json" with { type: "json" };

const SCHEMA: JsonSchema = planSchema;

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

/** Plans as they look after a walk through JSON. */
const PLANS: readonly Record<string, unknown>[] = fc
  .sample(PLAN_WORLD_CASE, { numRuns: 1500, seed: 11 })
  .flatMap((world) => {
    const { state, request } = openCase(world);
    const outcome = draftPlan(planFactsOf(state, request), request);
    return outcome.kind === "plan" ? [JSON.parse(JSON.stringify(outcome.plan))] : [];
  });

test("every plan fits its published schema", () => {
  assert(PLANS.length > 300, `only ${PLANS.length} plans`);
  for (const plan of PLANS) assertEquals(schemaProblems(SCHEMA, plan), []);
});

test("the schema is of the version that plans carry", () => {
  assertEquals(planSchema.$id, PLAN_FORMAT);
  assertEquals(planSchema.$defs.plan.properties.format.const, PLAN_FORMAT);
});

/** Visits every part of a JSON value. */
function* parts(value: unknown): Iterable<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const part of Object.values(value)) yield* parts(part);
}

test("the schema says all of it: a field more, a field less, or another type never fits", () => {
  const [plan] = PLANS.toSorted((left, right) =>
    JSON.stringify(right).length - JSON.stringify(left).length
  );
  let spoiled = 0;
  for (const part of parts(plan)) {
    part["unknown"] = 1;
    assertNotEquals(schemaProblems(SCHEMA, plan), []);
    delete part["unknown"];
    for (const [name, value] of Object.entries(part)) {
      part[name] = typeof value === "object" ? "text" : { other: "type" };
      // Null, or an id: the only fields that text may replace.
      const idOrNull = name === "fromAlbum" || name === "representative" || name === "album" ||
        name.startsWith("edited");
      if (!idOrNull) assertNotEquals(schemaProblems(SCHEMA, plan), [], name);
      delete part[name];
      if (name !== "contentHash") assertNotEquals(schemaProblems(SCHEMA, plan), [], name);
      part[name] = value;
      spoiled += 1;
    }
  }
  assert(spoiled > 100, `only ${spoiled} fields`);
  assertEquals(schemaProblems(SCHEMA, plan), []);
});
