import { assert, assertEquals } from "@std/assert";
import { scenarioProblems } from "../scenario/scenario_rules.ts";
import { loadScenario } from "../scenario/load_scenario.ts";
import { coverageText } from "./coverage.ts";
import { cleanSeedsNeeded, fuzzOnce, fuzzScenario } from "./fuzz_run.ts";
import { STRATEGIES, strategyOf } from "./strategy.ts";

Deno.test("fuzzScenario() draws worlds that can be, each by its seed alone", () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const scenario = fuzzScenario(seed);
    assertEquals(scenarioProblems(scenario), []);
    assertEquals(loadScenario(JSON.stringify(scenario), "drawn"), scenario);
    assertEquals(fuzzScenario(seed), scenario);
  }
});

Deno.test("strategyOf() takes each strategy about equally often", () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 1_000; seed += 1) {
    counts.set(strategyOf(seed), (counts.get(strategyOf(seed)) ?? 0) + 1);
  }
  for (const strategy of STRATEGIES) {
    const count = counts.get(strategy) ?? 0;
    assert(count > 150 && count < 250, `${strategy}: ${count} of 1,000`);
  }
});

Deno.test("fuzzOnce() does the same again, in whatever order its seed chose", () => {
  const seeds = STRATEGIES.map((strategy) => {
    let seed = 0;
    while (strategyOf(seed) !== strategy || fuzzScenario(seed).virtualDays > 1) seed += 1;
    return seed;
  });
  for (const seed of seeds.slice(1, 3)) {
    const [first, second] = [fuzzOnce(seed), fuzzOnce(seed)];
    assertEquals([first.events, first.cells], [second.events, second.cells]);
    assertEquals(first.failure, null);
    assert(first.cells.size > 0 && coverageText(first.cells).includes("|") === false);
  }
});

Deno.test("cleanSeedsNeeded() follows the rule of three", () => {
  assertEquals(cleanSeedsNeeded(1, 1_000), 3_000);
  assertEquals(cleanSeedsNeeded(10, 1_000), 300);
});
