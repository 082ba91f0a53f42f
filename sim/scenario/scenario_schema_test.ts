import { assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { scenarioJsonSchema } from "./scenario_schema.ts";

permittedTest({
  name: "scenarioJsonSchema() is the schema that scenarios/ publishes",
  needs: { read: true },
  fn: async () => {
    const text = await Deno.readTextFile("scenarios/schema.json");
    const published: unknown = JSON.parse(text);
    assertEquals(published, JSON.parse(JSON.stringify(scenarioJsonSchema())));
  },
});
