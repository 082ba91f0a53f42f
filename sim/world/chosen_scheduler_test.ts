import { assertEquals } from "@std/assert";
import { ChosenScheduler, type DueEntries, LATER } from "./chosen_scheduler.ts";

/** A schedule of texts, where "quick" ones take no time; and what was due each time. */
function scheduleOf(choices: readonly (string | null)[]) {
  const seen: string[] = [];
  const left = [...choices];
  const schedule = new ChosenScheduler<string>({
    choose: ({ atMs, entries, laterMs }: DueEntries<string>) => {
      seen.push(`${atMs}: ${entries.map(({ payload }) => payload)} (then ${laterMs})`);
      const choice = left.shift() ?? null;
      return choice === LATER ? LATER : entries.find(({ payload }) => payload === choice) ?? null;
    },
    takesNoTime: (payload) => payload.startsWith("quick"),
  });
  return { schedule, seen };
}

Deno.test("ChosenScheduler asks what is next among all that is due at one moment", () => {
  const { schedule, seen } = scheduleOf(["quick b", "a", "c"]);
  schedule.add("a", 0);
  schedule.add("quick b", 20);
  schedule.addBackground("c", 5);
  assertEquals([schedule.size, schedule.workCount, schedule.nextMs()], [3, 2, 0]);
  const taken = [1, 2, 3].map(() => schedule.next()?.payload);
  assertEquals(taken, ["quick b", "a", "c"]);
  assertEquals(seen, ["0: a,quick b (then 5)", "0: a (then 5)", "5: c (then null)"]);
  assertEquals([schedule.nowMs, schedule.workCount, schedule.next()], [5, 0, undefined]);
});

Deno.test("ChosenScheduler has what is late be due with what comes next", () => {
  const { schedule, seen } = scheduleOf([LATER, "c", "a"]);
  schedule.add("a", 0);
  schedule.add("c", 5);
  assertEquals([schedule.next()?.payload, schedule.next()?.payload], ["c", "a"]);
  assertEquals(seen, ["0: a (then 5)", "5: a,c (then null)", "5: a (then null)"]);
});

Deno.test("ChosenScheduler stops where nothing is chosen, and can go on", () => {
  const { schedule } = scheduleOf([null, "a"]);
  schedule.add("a", 0);
  assertEquals([schedule.next(), schedule.next()?.payload], [undefined, "a"]);
});
