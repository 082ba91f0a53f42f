import { assert, assertEquals } from "@std/assert";
import type { ActorTypes } from "@scenekeep/engine/core";
import { permittedTest } from "@scenekeep/tools/permitted";
import { readScenario } from "../cli/read_scenario.ts";
import type { ListedScenario } from "../shrink/smaller_world.ts";
import { ExploringRun } from "./exploring_run.ts";
import { areIndependent, type Footprint } from "./footprint.ts";
import { photoSubject } from "./photo_subject.ts";
import { SMALL_WORLDS } from "./_small_worlds.ts";
import { type Frame, SearchState } from "./search_state.ts";
import type { Subject } from "./subject.ts";

/** A search that leaves nothing out, and keeps what each event touched in each state. */
class WatchingSearch extends SearchState {
  readonly footprints: Map<number, Map<string, Footprint>> = new Map();

  constructor() {
    super({ leavesOutCommuting: false });
  }

  override sleepAfter(frame: Frame): Map<string, Footprint> {
    const ofState = this.footprints.get(frame.node.id) ?? new Map<string, Footprint>();
    this.footprints.set(frame.node.id, ofState.set(frame.chosen, frame.footprint));
    return super.sleepAfter(frame);
  }
}

/** Runs in which pairs are looked for. */
const RUNS_MAX = 300;

/**
 * Counts pairs of events that are said to be independent in some state of a world and were tried in
 * both orders, and names those that do not lead to one state.
 */
function comparePairs<Types extends ActorTypes>(
  subject: Subject<Types>,
): { pairs: number; apart: string[] } {
  const search = new WatchingSearch();
  let runs = 0;
  do {
    new ExploringRun(subject, search).toItsEnd();
    runs += 1;
  } while (runs < RUNS_MAX && search.goBack());
  const { footprints, graph: { nodes } } = search;
  const after = (state: number, event: string): number | undefined =>
    nodes[state]?.after.get(event);
  const apart: string[] = [];
  let pairs = 0;
  for (const [state, events] of footprints) {
    const names = [...events.keys()];
    for (const [index, first] of names.entries()) {
      for (const second of names.slice(index + 1)) {
        if (!areIndependent(events.get(first)!, events.get(second)!)) continue;
        const ways = [
          after(after(state, first) ?? -1, second),
          after(after(state, second) ?? -1, first),
        ];
        if (ways.includes(undefined)) continue;
        pairs += 1;
        if (ways[0] !== ways[1]) apart.push(`${first} and ${second} in state ${state}: ${ways}`);
      }
    }
  }
  return { pairs, apart };
}

for (const [name, subject] of Object.entries(SMALL_WORLDS)) {
  Deno.test(`areIndependent() says so only of events that lead to one state: ${name}`, () => {
    const { apart, pairs } = comparePairs(subject);
    assertEquals(apart, []);
    assert(pairs > 0, "no two events were looked at");
  });
}

for (const name of ["apply-and-edit", "free-up-and-trash", "two-devices"]) {
  permittedTest({
    name: `areIndependent() says so only of events that lead to one state: ${name}`,
    needs: { read: ["scenarios"] },
    fn: async () => {
      const scenario = await readScenario(`scenarios/orders/${name}.json`);
      const { apart, pairs } = comparePairs(photoSubject(scenario as ListedScenario));
      assertEquals(apart, []);
      assert(pairs > 20, `${pairs} pairs`);
    },
  });
}
