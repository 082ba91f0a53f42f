import { assert, assertEquals } from "@std/assert";
import { regressionTestText } from "./regression_test_text.ts";
import type { Shrunk } from "./shrink_scenario.ts";

Deno.test("regressionTestText() imports each name once, and uses it", () => {
  const shrunk = { scenario: { id: "some-run" }, failure: { text: "it\nfailed" } } as Shrunk;
  const text = regressionTestText(shrunk);
  const names = [...text.matchAll(/^import \{ (\w+) \} from/gm)].map(([, name]) => name!);
  assert(names.length > 2, text);
  assertEquals(new Set(names).size, names.length, text);
  for (const name of names) assertEquals(text.split(new RegExp(`\\b${name}\\(`)).length, 2, name);
  assert(text.includes("// It failed with: it failed\n"), text);
});
