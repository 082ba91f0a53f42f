import { assertEquals, assertThrows } from "@std/assert";
import type { ContractTypes, DurableStoreSubject } from "./durable_store_contract.ts";
import { runDurableStoreContract } from "./durable_store_contract.ts";
import { turn } from "./durable_store_contract_turns.ts";
import { InvariantError } from "./invariant.ts";
import type { MemoryStoreOptions } from "./memory_store.ts";
import { MemoryStore } from "./memory_store.ts";

for (const copies of ["shared", "json"] as const) {
  runDurableStoreContract(`MemoryStore (${copies})`, {
    register: (name, body) => Deno.test({ name, permissions: "none", fn: body }),
    make: () => subject(copies),
  });
}

Deno.test("MemoryStore refuses with the reason it is given and leaves nothing", () => {
  let reason: "ioError" | null = "ioError";
  const store = new MemoryStore<ContractTypes>({ refusal: () => reason });
  store.open();
  assertEquals(store.commit(turn({ events: [1] })), { kind: "failed", reason: "ioError" });
  assertEquals(store.saveSnapshot("state"), { kind: "failed", reason: "ioError" });
  reason = null;
  assertEquals(store.commit(turn({ events: [2] })), { kind: "committed" });
  assertEquals(store.nextLife().open().events, [2]);
});

Deno.test("MemoryStore (json) keeps copies and refuses what JSON would lose", () => {
  const store = new MemoryStore<ContractTypes>({ copies: "json" });
  store.open();
  const event = { list: [1] };
  store.commit(turn({ events: [event] }));
  event.list.push(2);
  assertEquals(store.nextLife().open().events, [{ list: [1] }]);
  store.open();
  assertThrows(
    () => store.commit(turn({ events: [{ at: new Map() }] })),
    InvariantError,
    "$.events[0].at is a Map",
  );
});

Deno.test("MemoryStore that is opened once keeps no events, and says so when opened again", () => {
  const store = new MemoryStore<ContractTypes>({ isReopened: false });
  store.open();
  store.commit(turn({ events: [1, 2] }));
  assertEquals([store.eventsSinceSnapshot(), store.saveSnapshot("state")], [0, {
    kind: "committed",
  }]);
  assertThrows(() => store.open(), InvariantError, "keeps no events");
  assertThrows(() => store.nextLife().open(), InvariantError, "keeps no events");
});

Deno.test("MemoryStore is not used before it is opened", () => {
  const store = new MemoryStore<ContractTypes>();
  assertThrows(() => store.commit(turn({})), InvariantError, "must be opened");
});

function subject(copies: NonNullable<MemoryStoreOptions["copies"]>): DurableStoreSubject {
  let refuse = false;
  let latest = new MemoryStore<ContractTypes>({
    copies,
    refusal: () => refuse ? "diskFull" : null,
  });
  const next = () => {
    latest = latest.nextLife();
    return latest;
  };
  return {
    life: next,
    restart: next,
    refuseLargeCommits: (state) => {
      refuse = state === "refuse";
    },
    dispose: () => {},
  };
}

Deno.test("MemoryStore gives another copy of its snapshot each time that it is read", () => {
  const store = new MemoryStore<ContractTypes>();
  store.open();
  store.saveSnapshot({ list: [1] });
  const opening = store.nextLife().open();
  const [first, second] = [opening.snapshot, opening.snapshot] as { list: number[] }[];
  first!.list.push(2);
  assertEquals(second, { list: [1] });
});
