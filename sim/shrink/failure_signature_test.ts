import { assertEquals, assertNotEquals } from "@std/assert";
import { failureOf, withoutNames } from "./failure_signature.ts";

function signatureOf(checker: string, message: string, entity: string): string | undefined {
  const violation = { checker, message, entity, event: 1, virtualMs: 1 };
  return failureOf({ kind: "violation", violations: [violation] })?.signature;
}

Deno.test("failureOf() gives one signature to one kind of failure of different things", () => {
  const first = signatureOf("INV-A", 'Album family lost its photo of f17 to "x"', "family");
  assertEquals(first, signatureOf("INV-A", 'Album trip lost its photo of f3 to "yy"', "trip"));
  assertNotEquals(first, signatureOf("INV-B", 'Album trip lost its photo of f3 to "yy"', "trip"));
  assertNotEquals(first, signatureOf("INV-A", "Album trip holds f3 twice", "trip"));
});

Deno.test("failureOf() sees no failure in a run that ended well or was stopped", () => {
  assertEquals(failureOf({ kind: "clean" }), null);
  assertEquals(failureOf({ kind: "paused" }), null);
});

Deno.test("failureOf() tells crashes apart by code and kind of actor", () => {
  const crash = (where: string): string | undefined =>
    failureOf({ kind: "crash", code: "BROKEN", message: "x 1", where })?.signature;
  assertEquals(crash("keeper/1/9"), crash("keeper/2/11"));
  assertNotEquals(crash("keeper/1/9"), crash("librarian/1/9"));
});

Deno.test("withoutNames() leaves ordinary words alone", () => {
  assertEquals(withoutNames('took 3 of 17 from "a b" and f2/x'), "took … of … from …");
});
