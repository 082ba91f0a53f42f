import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { SmallSet } from "./small_set.ts";

Deno.test({
  name: "SmallSet has the members of a Set, in the same order, after any changes",
  permissions: "none",
  fn: () => {
    const change = fc.record({ add: fc.boolean(), value: fc.nat(4) });
    fc.assert(fc.property(fc.nat(4), fc.array(change), (first, changes) => {
      const small = new SmallSet(first);
      const plain = new Set([first]);
      for (const { add, value } of changes) {
        if (add) {
          small.add(value);
          plain.add(value);
        } else assertEquals(small.delete(value), plain.delete(value));
        assertEquals([...small], [...plain]);
        assertEquals(small.size, plain.size);
        assertEquals(small.has(value), plain.has(value));
      }
    }));
  },
});
