import { assert, assertEquals } from "@std/assert";
import { worldFaults } from "./catalogue.ts";
import { swarmOf } from "./swarm.ts";

Deno.test("swarmOf() leaves each kind out in about half of the runs, by seed", () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 400; seed++) {
    for (const id of swarmOf(seed)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  for (const { id } of worldFaults()) {
    const count = counts.get(id) ?? 0;
    assert(count > 150 && count < 250, `${id}: ${count} of 400`);
  }
  assertEquals(swarmOf(7), swarmOf(7));
});

Deno.test("swarmOf() decides each kind by itself", () => {
  const some = worldFaults().filter((_, index) => index % 2 === 0);
  const known = new Set(some.map(({ id }) => id));
  assertEquals(swarmOf(7, some), swarmOf(7).filter((id) => known.has(id)));
});
