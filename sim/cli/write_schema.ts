/** Writes `scenarios/schema.json` anew: `deno task schema`. */

import { scenarioJsonSchema } from "../scenario/scenario_schema.ts";

if (import.meta.main) {
  const path = new URL("../../scenarios/schema.json", import.meta.url);
  await Deno.writeTextFile(path, `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
}
