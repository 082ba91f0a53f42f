import { assert, assertEquals } from "@std/assert";
import type { EngineTypes } from "@scenekeep/engine/core";
import { permittedTest } from "@scenekeep/tools/permitted";
import { PLANTED_BUGS } from "../planted_bugs/all_bugs.ts";
import { loadScenario } from "../scenario/load_scenario.ts";
import { readScenario } from "../cli/read_scenario.ts";
import { tryScenario } from "../shrink/scenario_trial.ts";
import { shrinkScenario } from "../shrink/shrink_scenario.ts";
import type { ListedScenario } from "../shrink/smaller_world.ts";
import { explore } from "./explore.ts";
import { orderScenario, photoSubject } from "./photo_subject.ts";
import type { Subject } from "./subject.ts";

const FOLDER = "scenarios/orders";

async function smallWorld(name: string): Promise<ListedScenario> {
  return await readScenario(`${FOLDER}/${name}.json`) as ListedScenario;
}

/** The small worlds, and how many runs every order of them takes one by one. */
const NAIVE_RUNS: Readonly<Record<string, bigint>> = {
  "apply-and-edit": 4_046_868n,
  "folder-undo-and-trash": 436n,
  "free-up-and-trash": 2_002n,
  "purge-and-restore": 5_939n,
  "two-clean-ups": 14_162n,
  "two-devices": 1_532_638_562n,
  "undo-and-restore": 1_260n,
};

for (const [name, naiveRuns] of Object.entries(NAIVE_RUNS)) {
  permittedTest({
    name: `photoSubject() keeps every promise in every order: ${name}`,
    needs: { read: ["scenarios"] },
    fn: async () => {
      const scenario = await smallWorld(name);
      const report = explore(photoSubject(scenario));
      assertEquals(report.failures, []);
      assert(report.isComplete && report.isNaiveExact);
      assertEquals(report.naiveRuns, naiveRuns);
      assert(BigInt(report.runs) * 3n < naiveRuns, `${report.runs} runs`);
      assert(report.endStates.size > 1, "the order matters");
      for (const promise of scenario.exercises) assert(report.checks[promise]! > 0, promise);
    },
  });
}

permittedTest({
  name: "photoSubject() reaches the same with and without reduction",
  needs: { read: ["scenarios"] },
  fn: async () => {
    const subject = photoSubject(await smallWorld("undo-and-restore"));
    const naive = explore(subject, { mergesStates: false, leavesOutCommuting: false });
    assertEquals(BigInt(naive.runs), NAIVE_RUNS["undo-and-restore"]);
    const reduced = explore(subject);
    assertEquals(reduced.endStates, naive.endStates);
    assertEquals(reduced.naiveRuns, naive.naiveRuns);
    assert(reduced.runs < naive.runs);
  },
});

/** The same world, of which the first events happen in the usual order and the rest is explored. */
function fromEvent(subject: Subject<EngineTypes>, count: number): Subject<EngineTypes> {
  return {
    ...subject,
    begin: (hooks) => {
      let usual = count;
      const choose: typeof hooks.choose = (due) => {
        if (due.atMs < subject.fromMs || usual === 0) return hooks.choose(due);
        usual -= 1;
        return due.entries[0]!;
      };
      return subject.begin({ ...hooks, choose });
    },
  };
}

permittedTest({
  name: "photoSubject() reaches the same in the end of two-devices, however orders are left out",
  needs: { read: ["scenarios"] },
  fn: async () => {
    const subject = fromEvent(photoSubject(await smallWorld("two-devices")), 21);
    const naive = explore(subject, { mergesStates: false, leavesOutCommuting: false });
    assert(naive.isComplete && naive.endStates.size > 1, `${naive.endStates.size} end states`);
    for (const less of [{}, { mergesStates: false }, { leavesOutCommuting: false }]) {
      const report = explore(subject, less);
      const what = JSON.stringify(less);
      assertEquals(report.endStates, naive.endStates, what);
      assertEquals(report.naiveRuns, BigInt(naive.runs), what);
      assert(report.runs * 3 < naive.runs, `${what}: ${report.runs} of ${naive.runs} runs`);
    }
  },
});

permittedTest({
  name: "explore() leaves out no state of two-devices when it leaves out events that commute",
  needs: { read: ["scenarios"] },
  fn: async () => {
    const subject = fromEvent(photoSubject(await smallWorld("two-devices")), 14);
    const [fewer, all] = [true, false].map((leavesOutCommuting) =>
      explore(subject, { leavesOutCommuting })
    );
    assertEquals(fewer!.endStates, all!.endStates);
    assertEquals([fewer!.states, fewer!.naiveRuns], [all!.states, all!.naiveRuns]);
    assert(fewer!.endStates.size > 2 && fewer!.runs * 2 < all!.runs, `${fewer!.runs} runs`);
  },
});

permittedTest({
  name: "explore() finds planted bugs that the usual order does not show, and a scenario for each",
  needs: { read: ["scenarios"] },
  fn: async () => {
    const found = [["free-up-and-trash", "pins-forgotten"], [
      "undo-and-restore",
      "undo-keeps-the-words",
    ]];
    for (const [name = "", id] of found) {
      const bug = PLANTED_BUGS.find((planted) => planted.id === id);
      assert(bug !== undefined);
      const { actors, store } = bug;
      // deno-lint-ignore no-await-in-loop -- two small files
      const scenario = await smallWorld(name);
      assertEquals(tryScenario(scenario, { actors, store })?.failure, null, `${id} in usual order`);
      const { failures: [failure] } = explore(photoSubject(scenario, { actors, store }));
      assert(failure !== undefined, `${id} is found`);
      assert(failure.signature.startsWith(bug.promise), failure.text);
      const text = JSON.stringify(orderScenario(scenario, failure));
      const replay = loadScenario(text, `order-${name}.json`);
      const repeated = tryScenario(replay, { actors, store });
      assertEquals(repeated?.failure?.text, failure.text, "the scenario repeats it");
      assertEquals(tryScenario(replay, {})?.failure, null, "and without the bug it is clean");
      const small = shrinkScenario(replay, { actors, store, trialsMax: 200 });
      const places = small?.scenario.order?.events.length ?? 0;
      assert(places + 6 < failure.order.length, `${places} events still have their places`);
    }
  },
});
