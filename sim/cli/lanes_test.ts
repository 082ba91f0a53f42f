import { assertEquals, assertRejects } from "@std/assert";
import { inLanes } from "./lanes.ts";

Deno.test("inLanes() begins all items in order, so many at a time", async () => {
  const begun: number[] = [];
  let [running, most] = [0, 0];
  await inLanes([5, 1, 1, 3, 0], 2, async (item) => {
    begun.push(item);
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < item; turn += 1) {
      // deno-lint-ignore no-await-in-loop -- it takes so many turns
      await Promise.resolve();
    }
    running -= 1;
  });
  assertEquals([begun, most, running], [[5, 1, 1, 3, 0], 2, 0]);
  await inLanes([], 3, () => Promise.reject(new Error("nothing is to be done")));
});

Deno.test("inLanes() ends with what goes wrong", async () => {
  await assertRejects(
    () => inLanes([1, 2], 0, (item) => Promise.reject(new Error(`item ${item}`))),
    Error,
    "item 1",
  );
});
