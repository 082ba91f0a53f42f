import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { groupByValue } from "./group_by_value.ts";

Deno.test({
  name: "groupByValue() gives the groups that a map gives, in the same order",
  permissions: "none",
  fn: () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.maxSafeInteger());
    fc.assert(fc.property(fc.array(value), (values) => {
      const expected = new Map<number, number[]>();
      for (const [place, each] of values.entries()) {
        expected.set(each, [...expected.get(each) ?? [], place]);
      }
      const { order, starts } = groupByValue(Float64Array.from(values));
      const groups = [...starts.subarray(1)].map((end, index) => [
        ...order.subarray(starts[index], end),
      ]);
      assertEquals(groups, [...expected.values()]);
    }));
  },
});
