import type { EngineTypes, ObjectName } from "@scenekeep/engine/core";
import { assert, assertEquals } from "@std/assert";
import type { Observation } from "../world/observation.ts";
import { ByteHistory } from "./byte_history.ts";

function put(object: string, sizeBytes: number | null): Observation<EngineTypes> {
  return {
    kind: "object",
    change: sizeBytes === null ? "erased" : "put",
    object: object as ObjectName,
    facts: sizeBytes === null ? null : { kind: "objectFacts", sizeBytes, contentHash: null },
    effect: null,
  };
}

Deno.test("ByteHistory tells devices from the library, and keeps the last of each moment", () => {
  let usageBytes = 0;
  const history = new ByteHistory<EngineTypes>(() => ({ usageBytes, trashBytes: 1 }));
  history.observe(put("phone/a", 5), 0);
  usageBytes = 7;
  history.observe(put("library/a", 7), 0);
  history.observe(put("phone/a", null), 3);
  assertEquals(history.samples, [
    { virtualMs: 0, usageBytes: 7, trashBytes: 1, deviceBytes: 5 },
    { virtualMs: 3, usageBytes: 7, trashBytes: 1, deviceBytes: 0 },
  ]);
});

Deno.test("ByteHistory stays small, in order, and reaches to the end in a long run", () => {
  let usageBytes = 0;
  const history = new ByteHistory<EngineTypes>(() => ({ usageBytes, trashBytes: 0 }));
  for (let virtualMs = 0; virtualMs < 100_000; virtualMs += 7) {
    usageBytes = virtualMs;
    history.observe(put("phone/a", 1), virtualMs);
  }
  const times = history.samples.map(({ virtualMs }) => virtualMs);
  assert(times.length > 250 && times.length <= 1_000, `${times.length} samples`);
  assertEquals(times, [...times].sort((left, right) => left - right));
  assert(times.at(-1)! > 99_000, "the end is there");
  assertEquals(history.samples.every((one) => one.usageBytes === one.virtualMs), true);
});
