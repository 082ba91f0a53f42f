import { assertEquals } from "@std/assert";
import { cameraClockMs, measuredFactsOf } from "./measured_facts.ts";

Deno.test("cameraClockMs() reads a camera's clock as if it ran in UTC", () => {
  assertEquals(cameraClockMs("1970-01-01T00:00:01"), 1_000);
  assertEquals(cameraClockMs("2024-02-29T12:30:15"), 1_709_209_815_000);
  assertEquals(cameraClockMs("1969-12-31T23:59:59"), -1_000);
});

Deno.test("cameraClockMs() is null for a clock that says nothing", () => {
  for (
    const local of [
      null,
      "",
      "2023-02-31T00:00:00",
      "2023-02-29T00:00:00",
      "0000-00-00T00:00:00",
      "2024-01-01T25:00:00",
      "2024-01-01 10:00:00",
      "2024-01-01T10:00:00Z",
    ]
  ) assertEquals(cameraClockMs(local), null, String(local));
});

Deno.test("measuredFactsOf() takes size, time, and what was lost", () => {
  const facts = {
    widthPixels: 40,
    heightPixels: 30,
    capturedAtLocal: "1970-01-02T00:00:00",
    camera: null,
    isGrey: true,
    clippedSteps: 2,
    isBare: true,
    borderTenths: 3,
  };
  assertEquals(measuredFactsOf(facts), {
    widthPixels: 40,
    heightPixels: 30,
    takenAtMs: 86_400_000,
    losses: { metadata: false, colour: true, clippedSteps: 2, words: true, borderTenths: 3 },
  });
  const nameless = measuredFactsOf({ ...facts, capturedAtLocal: null });
  assertEquals(nameless.losses?.metadata, true);
  assertEquals(measuredFactsOf({ ...facts, camera: "X" }).losses?.metadata, false);
});
