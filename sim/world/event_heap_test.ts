import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { EventHeap, type Scheduled } from "./event_heap.ts";

Deno.test("EventHeap gives entries in the total order of time, key and sequence", () => {
  const numbers = fc.integer({ min: 0, max: 5 });
  const steps = fc.array(fc.oneof(fc.tuple(numbers, numbers), fc.constant("pop" as const)));
  fc.assert(fc.property(steps, (list) => {
    const heap = new EventHeap<Scheduled>();
    const model: Scheduled[] = [];
    let sequence = 0;
    for (const step of list) {
      if (step === "pop") {
        model.sort((a, b) => a.atMs - b.atMs || a.key - b.key || a.sequence - b.sequence);
        assertEquals(heap.peek(), model[0]);
        assertEquals(heap.pop(), model.shift());
      } else {
        const entry = { atMs: step[0], key: step[1], sequence: sequence++ };
        heap.push(entry);
        model.push(entry);
      }
      assertEquals(heap.size, model.length);
    }
  }));
});
