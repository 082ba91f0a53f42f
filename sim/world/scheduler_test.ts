import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Scheduler } from "./scheduler.ts";

Deno.test("Scheduler without keys gives what is due by time, then by the order of adding", () => {
  const delays = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }));
  fc.assert(fc.property(delays, (rounds) => {
    const scheduler = new Scheduler<{ atMs: number; sequence: number }>(null);
    const plain = new Scheduler<{ atMs: number; sequence: number }>(() => 0);
    let sequence = 0;
    const fill = (round: readonly number[], from: number): void => {
      for (const delayMs of round) {
        const payload = { atMs: from + delayMs, sequence: sequence++ };
        scheduler.add(payload, delayMs);
        plain.add(payload, delayMs);
      }
    };
    for (const round of rounds) {
      fill(round, scheduler.nowMs);
      const next = scheduler.next();
      assertEquals(next?.payload, plain.next()?.payload);
      if (next !== undefined) assertEquals(scheduler.nowMs, next.payload.atMs);
    }
    while (plain.size > 0) assertEquals(scheduler.next()?.payload, plain.next()?.payload);
    assertEquals([scheduler.size, scheduler.workCount], [0, 0]);
  }));
});

Deno.test("Scheduler orders one instant by the keys of its strategy", () => {
  const scheduler = new Scheduler<string>((payload) => payload === "late" ? 9 : 1);
  scheduler.add("late", 5);
  scheduler.add("early", 5);
  scheduler.add("first", 0);
  assertEquals([1, 2, 3].map(() => scheduler.next()?.payload), ["first", "early", "late"]);
});

Deno.test("Scheduler counts work and leaves background timers out", () => {
  const scheduler = new Scheduler<string>(null);
  scheduler.addBackground("sweep", 9);
  scheduler.add("message", 3);
  assertEquals([scheduler.workCount, scheduler.size, scheduler.nextMs()], [1, 2, 3]);
  scheduler.next();
  assertEquals([scheduler.workCount, scheduler.size, scheduler.nextMs()], [0, 1, 9]);
});
