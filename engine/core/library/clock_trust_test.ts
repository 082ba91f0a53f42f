import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type ClockTrust, NO_CLOCK, witness } from "./clock_trust.ts";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

/** A reading at true time `trueMs` of a wall clock that is wrong by `errorMs`. */
function readingAt(
  trueMs: number,
  clock: { bootId: string; bootedAtMs: number; errorMs: number },
): { bootId: string; wallMs: number; monotonicMs: number } {
  return {
    bootId: clock.bootId,
    wallMs: 1_000 * DAY_MS + trueMs + clock.errorMs,
    monotonicMs: trueMs - clock.bootedAtMs,
  };
}

test("witness() counts what passes while the process runs", () => {
  const clock = { bootId: "a", bootedAtMs: 0, errorMs: 0 };
  const first = witness(NO_CLOCK, readingAt(0, clock));
  assertEquals(witness(first, readingAt(5 * DAY_MS, clock)).witnessedMs, 5 * DAY_MS);
});

test("witness() never counts too much while no clock is off by over a day", () => {
  const life = fc.record({
    runsMs: fc.integer({ min: 0, max: 10 * DAY_MS }),
    downMs: fc.integer({ min: 0, max: 20 * DAY_MS }),
    errorMs: fc.integer({ min: -DAY_MS, max: DAY_MS }),
  });
  fc.assert(fc.property(fc.array(life, { minLength: 1, maxLength: 8 }), (lives) => {
    let trust: ClockTrust = NO_CLOCK;
    let trueMs = 0;
    for (const [index, { runsMs, downMs, errorMs }] of lives.entries()) {
      const clock = { bootId: `boot${index}`, bootedAtMs: trueMs, errorMs };
      trust = witness(trust, readingAt(trueMs, clock));
      assert(trust.witnessedMs <= trueMs);
      trueMs += runsMs;
      trust = witness(trust, readingAt(trueMs, clock));
      assert(trust.witnessedMs <= trueMs);
      trueMs += downMs;
    }
  }));
});

test("witness() suspects a wall clock that jumps while the process runs, for a day", () => {
  const clock = { bootId: "a", bootedAtMs: 0, errorMs: 0 };
  const jumped = { ...clock, errorMs: HOUR_MS };
  const before = witness(NO_CLOCK, readingAt(0, clock));
  const suspect = witness(before, readingAt(HOUR_MS, jumped));
  assertEquals(suspect.suspectSinceMs, HOUR_MS);
  const still = witness(suspect, readingAt(20 * HOUR_MS, jumped));
  assertEquals(still.suspectSinceMs, HOUR_MS);
  assertEquals(witness(still, readingAt(26 * HOUR_MS, jumped)).suspectSinceMs, null);
});

test("witness() suspects a downtime that looks longer than a week", () => {
  const before = witness(NO_CLOCK, readingAt(0, { bootId: "a", bootedAtMs: 0, errorMs: 0 }));
  const after = readingAt(8 * DAY_MS, { bootId: "b", bootedAtMs: 8 * DAY_MS, errorMs: 0 });
  assert(witness(before, after).suspectSinceMs !== null);
});
