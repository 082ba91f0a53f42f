import { assertEquals } from "@std/assert";
import type { ObjectName } from "@scenekeep/engine/core";
import { ObjectStore } from "./object_store.ts";

const DONE = { kind: "done", result: { kind: "acknowledged" } } as const;

Deno.test("ObjectStore counts the bytes of what it holds", () => {
  const store = new ObjectStore({ name: "disk" });
  assertEquals(store.write(name("a"), content(10, "x")), DONE);
  assertEquals(store.write(name("b"), content(5, "y")), DONE);
  assertEquals(store.write(name("a"), content(10, "x")), DONE);
  assertEquals([store.usedBytes, store.content(name("a"))], [15, content(10, "x")]);
  store.remove(name("a"), null);
  assertEquals([store.usedBytes, store.content(name("a"))], [5, null]);
});

Deno.test("ObjectStore refuses what does not fit and changes nothing", () => {
  const store = new ObjectStore({ name: "disk", capacityBytes: 12 });
  store.write(name("a"), content(10, "x"));
  assertEquals(store.write(name("b"), content(3, "y")), { kind: "failed", error: "diskFull" });
  assertEquals([store.usedBytes, store.content(name("b"))], [10, null]);
  assertEquals(store.write(name("a"), content(12, "z")), DONE);
});

Deno.test("ObjectStore never takes a removed name again", () => {
  const store = new ObjectStore({ name: "disk" });
  store.write(name("a"), content(10, "x"));
  assertEquals(store.remove(name("a"), "x"), DONE);
  assertEquals(store.write(name("a"), content(10, "x")), { kind: "failed", error: "gone" });
  store.damage(name("a"), content(1, "part"));
  assertEquals(store.content(name("a")), null);
  assertEquals(store.remove(name("a"), "x"), DONE);
  assertEquals(store.remove(name("never there"), null), DONE);
  assertEquals(store.isRemoved(name("never there")), true);
});

Deno.test("ObjectStore removes only the expected bytes", () => {
  const store = new ObjectStore({ name: "disk" });
  store.write(name("a"), content(10, "x"));
  assertEquals(store.remove(name("a"), "y"), { kind: "failed", error: "changed" });
  assertEquals(store.content(name("a")), content(10, "x"));
});

function name(object: string): ObjectName {
  return `disk/${object}` as ObjectName;
}

function content(sizeBytes: number, contentHash: string) {
  return { sizeBytes, contentHash };
}
