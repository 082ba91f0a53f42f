import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createAdjacency, linkSlots, linksOf, reserveSlots, unlinkSlot } from "./adjacency.ts";

const SLOTS = 40;

Deno.test({
  name: "linkSlots() and unlinkSlot() keep exactly the edges that a set of pairs keeps",
  permissions: "none",
  fn: () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.tuple(fc.nat(SLOTS - 1), fc.nat(SLOTS - 1)) },
      { weight: 1, arbitrary: fc.nat(SLOTS - 1) },
    );
    fc.assert(fc.property(fc.array(step, { maxLength: 300, size: "max" }), (steps) => {
      const adjacency = createAdjacency();
      reserveSlots(adjacency, SLOTS);
      const pairs = new Map<string, number>();
      for (const [i, step] of steps.entries()) {
        if (typeof step === "number") {
          const mine = [...pairs.keys()].filter((pair) => pair.split("-").includes(`${step}`));
          for (const pair of mine) pairs.delete(pair);
          assertEquals(unlinkSlot(adjacency, step), mine.length);
          continue;
        }
        const [left, right] = step;
        const pair = `${Math.min(left, right)}-${Math.max(left, right)}`;
        if (left === right || pairs.has(pair)) continue;
        linkSlots(adjacency, [left, right], i);
        pairs.set(pair, i);
      }
      assertEquals(adjacency.edgeCount, pairs.size);
      for (let slot = 0; slot < SLOTS; slot++) {
        const expected = [...pairs].filter(([pair]) => pair.split("-").includes(`${slot}`))
          .map(([pair, distance]) => {
            const [low, high] = pair.split("-").map(Number);
            return `${low === slot ? high : low}:${distance}`;
          });
        const actual = [...linksOf(adjacency, slot)].map(([other, d]) => `${other}:${d}`);
        assertEquals(actual.sort(), expected.sort());
      }
    }));
  },
});
