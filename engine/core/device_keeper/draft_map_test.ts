import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { DraftMap } from "./draft_map.ts";

const CHANGE = fc.record({
  action: fc.constantFrom("set", "delete", "clear", "set", "delete"),
  key: fc.nat(9),
  value: fc.nat(99),
});

function change(map: Map<number, number>, step: { action: string; key: number; value: number }) {
  if (step.action === "set") map.set(step.key, step.value);
  else if (step.action === "delete") return map.delete(step.key);
  else map.clear();
  return null;
}

Deno.test("DraftMap behaves as a plain map, and leaves its base alone", () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.nat(9), fc.nat(99))),
    fc.array(CHANGE, { maxLength: 40 }),
    (entries, changes) => {
      const base = new Map(entries);
      const draft = new DraftMap(base);
      const plain = new Map(entries);
      for (const step of changes) {
        assertEquals(change(draft, step), change(plain, step));
        assertEquals([...draft], [...plain]);
        assertEquals([...draft.keys()], [...plain.keys()]);
        assertEquals([...draft.values()], [...plain.values()]);
        assertEquals(draft.size, plain.size);
        assertEquals(draft.get(step.key), plain.get(step.key));
        assertEquals(draft.has(step.key), plain.has(step.key));
        const each: [number, number][] = [];
        draft.forEach((value, key) => each.push([key, value]));
        assertEquals(each, [...plain]);
      }
      assertEquals([...base], [...new Map(entries)]);
    },
  ));
});
