import { assert, assertEquals } from "@std/assert";
import { SYSTEM_CLOCK } from "./system_clock.ts";

Deno.test("SYSTEM_CLOCK reads whole milliseconds of one boot", () => {
  const [first, second] = [SYSTEM_CLOCK.read(), SYSTEM_CLOCK.read()];
  assertEquals(first.bootId, second.bootId);
  assert(Number.isSafeInteger(first.wallMs) && Number.isSafeInteger(first.monotonicMs));
  assert(second.monotonicMs >= first.monotonicMs);
});

Deno.test("SYSTEM_CLOCK.after() fires once, not early, and later than who asked", async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const fromMs = performance.now();
  let isAtOnce = true;
  SYSTEM_CLOCK.after(20, () => {
    assertEquals(isAtOnce, false);
    resolve(performance.now() - fromMs);
  });
  isAtOnce = false;
  assert(await promise >= 20);
});

Deno.test("SYSTEM_CLOCK.after() waits longer than a timer of the runtime can", async () => {
  // 60 days: `setTimeout` alone would fire at once.
  let hasFired = false;
  const cancel = SYSTEM_CLOCK.after(60 * 86_400_000, () => {
    hasFired = true;
  });
  await new Promise<void>((resolve) => SYSTEM_CLOCK.after(20, resolve));
  assertEquals(hasFired, false);
  // The sanitizer sees whether it is cancelled.
  cancel();
});
