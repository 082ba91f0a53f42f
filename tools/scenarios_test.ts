/**
 * Holds every scenario to the published schema, read as a schema and not through our own loader.
 */

import { assert, assertEquals, assertFalse } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import { permittedTest } from "./permitted.ts";
import { checkoutMissing, trackedFiles } from "./tracked_files.ts";

const SCHEMA_PATH = "scenarios/schema.json";

/** Says what a schema has against a document, or null when it fits. */
function judgeOf(schema: object): (document: unknown) => string | null {
  const validator = new Ajv2020({ strict: false });
  const validate = validator.compile(schema);
  return (document) => validate(document) ? null : validator.errorsText(validate.errors);
}

Deno.test("judgeOf() names what does not fit a schema", () => {
  const judge = judgeOf({
    type: "object",
    properties: { seed: { type: "integer" } },
    required: ["seed"],
    additionalProperties: false,
  });
  assertEquals(judge({ seed: 1 }), null);
  assert(judge({ seed: 1.5 })?.includes("seed"));
  assert(judge({ seed: 1, sede: 2 })?.includes("additional"));
});

permittedTest({
  name: "every scenario fits the published schema",
  needs: { read: true, run: true },
  skip: checkoutMissing(),
  fn: async () => {
    const files = await trackedFiles();
    const schemaText = files.get(SCHEMA_PATH);
    assert(schemaText !== undefined, `${SCHEMA_PATH} must be tracked`);
    const judge = judgeOf(JSON.parse(schemaText));
    assertFalse(judge({}) === null, "the schema must refuse an empty document");
    const scenarios = [...files].filter(([path]) =>
      path.startsWith("scenarios/") && path.endsWith(".json") && path !== SCHEMA_PATH
    );
    assert(scenarios.length > 0, "there must be scenarios");
    const objections = scenarios.flatMap(([path, text]) => {
      const said = judge(JSON.parse(text));
      return said === null ? [] : [`${path}: ${said}`];
    });
    assertEquals(objections, []);
  },
});

permittedTest({
  name: "every file that the table of traps names exists, and every small scenario is in it",
  needs: { read: true, run: true },
  skip: checkoutMissing(),
  fn: async () => {
    const files = await trackedFiles();
    const table = (files.get("scenarios/README.md") ?? "").split("\n")
      .filter((line) => line.startsWith("|"));
    const named = new Set<string>();
    for (const [, name = ""] of table.join("\n").matchAll(/`([^`]+\.(?:json|ts))`/g)) {
      named.add(name.endsWith(".json") ? `scenarios/${name}` : name);
    }
    assert(named.size > 50, `the table must be read: got ${named.size} names`);
    assertEquals([...named].filter((path) => !files.has(path)), []);
    const scenarios = [...files.keys()].filter((path) => /^scenarios\/[^/]+\.json$/.test(path));
    const others = [SCHEMA_PATH, "scenarios/large-library.json"];
    const unnamed = scenarios.filter((path) => !named.has(path) && !others.includes(path));
    assertEquals(unnamed, []);
  },
});
