/** Holds every scenario to the published schema, read as a schema and not through our own loader. */

import { assert, assertEquals, assertFalse } from "@std/assert";
import { z } from "zod";
import { permittedTest } from "./permitted.ts";
import { checkoutMissing, trackedFiles } from "./tracked_files.ts";

const SCHEMA_PATH = "scenarios/schema.json";

/** What the schema says against a document, or null when it fits. */
function objection(schema: z.ZodType, document: unknown): string | null {
  const result = schema.safeParse(document);
  return result.success ? null : z.prettifyError(result.error);
}

Deno.test("objection() names what does not fit a schema", () => {
  const schema = z.fromJSONSchema({
    type: "object",
    properties: { seed: { type: "integer" } },
    required: ["seed"],
    additionalProperties: false,
  });
  assertEquals(objection(schema, { seed: 1 }), null);
  assert(objection(schema, { seed: 1.5 })?.includes("seed"));
  assert(objection(schema, { seed: 1, sede: 2 })?.includes("sede"));
});

permittedTest({
  name: "every scenario fits the published schema",
  needs: { read: true, run: true },
  skip: checkoutMissing(),
  fn: async () => {
    const files = await trackedFiles();
    const schemaText = files.get(SCHEMA_PATH);
    assert(schemaText !== undefined, `${SCHEMA_PATH} must be tracked`);
    const schema = z.fromJSONSchema(JSON.parse(schemaText));
    assertFalse(objection(schema, {}) === null, "the schema must refuse an empty document");
    const scenarios = [...files].filter(([path]) =>
      path.startsWith("scenarios/") && path.endsWith(".json") && path !== SCHEMA_PATH
    );
    assert(scenarios.length > 0, "there must be scenarios");
    const objections = scenarios.flatMap(([path, text]) => {
      const said = objection(schema, JSON.parse(text));
      return said === null ? [] : [`${path}: ${said}`];
    });
    assertEquals(objections, []);
  },
});
