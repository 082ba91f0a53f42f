import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals } from "@std/assert";
import { FAULT_MODEL_BUGS } from "../planted_bugs/fault_model_bugs.ts";
import { readScenario } from "../cli/read_scenario.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { futuresOf } from "./futures.ts";

const BUG = FAULT_MODEL_BUGS.find(({ id }) => id === "sync-does-nothing")!;

async function scenarioOf(id: string): Promise<Scenario> {
  return await readScenario(`scenarios/${id}.json`);
}

permittedTest({
  name: "futuresOf() finds the crash after which a lost acknowledgement was inevitable",
  needs: { read: ["scenarios"] },
  timeoutMs: 300_000,
  fn: async () => {
    const scenario = await scenarioOf(BUG.scenario);
    const options = { store: BUG.store, checker: BUG.promise, runs: 8 };
    const futures = futuresOf(scenario, options);
    assert(futures !== null && futures.decisive !== null);
    const { branchings, decisive, failedAtMs } = futures;
    assert(/Crash|TailLost/.test(decisive.did), decisive.did);
    assert(decisive.virtualMs <= failedAtMs);
    const [start] = branchings;
    assert(start?.fromMs === 0 && start.failed < start.runs, "the start was not lost");
    const lost = branchings.filter(({ failed, runs }) => failed === runs);
    const open = branchings.filter(({ failed, runs }) => failed < runs);
    assert(lost.every(({ fromMs }) => fromMs > decisive.virtualMs));
    assert(open.every(({ fromMs }) => fromMs <= decisive.virtualMs));
    assertEquals(futuresOf(scenario, options), futures, "the same again");
  },
});

permittedTest({
  name: "futuresOf() is null when nothing fails",
  needs: { read: ["scenarios"] },
  fn: async () => assertEquals(futuresOf(await scenarioOf("similar-burst"), { runs: 1 }), null),
});
