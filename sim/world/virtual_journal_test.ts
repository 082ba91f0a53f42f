import { assertEquals } from "@std/assert";
import {
  type CommitFailure,
  type ContractTypes,
  type EffectId,
  runDurableStoreContract,
  type TurnRecord,
} from "@scenekeep/engine/core";
import { VirtualJournal } from "./virtual_journal.ts";

const LARGE_BYTES = 1 << 20;

for (const copies of ["shared", "json"] as const) {
  for (const mayLoseTail of [false, true]) {
    const name = `VirtualJournal (${copies}${mayLoseTail ? ", may lose its end" : ""})`;
    runDurableStoreContract(name, {
      register: (name, body) => Deno.test({ name, permissions: "none", fn: body }),
      make: () => {
        let refusal: CommitFailure | null = null;
        let latest = new VirtualJournal<ContractTypes>({
          gate: { refuseCommit: () => refusal },
          copies,
          mayLoseTail,
        });
        const next = () => {
          latest = latest.nextLife();
          return latest;
        };
        return {
          life: next,
          restart: next,
          refuseLargeCommits: (state) => {
            refusal = state === "refuse" ? "diskFull" : null;
          },
          dispose: () => {},
        };
      },
    });
  }
}

Deno.test("loseTail() takes back the last turns as a whole, and keeps the count of lives", () => {
  const journal = new VirtualJournal<ContractTypes>({
    gate: { refuseCommit: () => null },
    copies: "json",
    mayLoseTail: true,
  });
  journal.open();
  journal.commit(turn({ events: ["first"], outbox: [sendOf("a/1/1/1")] }));
  journal.acknowledge("a/1/1/1" as EffectId);
  journal.commit(turn({ events: ["second"], outbox: [sendOf("a/1/2/1")] }));
  journal.saveSnapshot({ both: true });
  journal.commit(turn({ events: ["third"] }));
  assertEquals(journal.loseTail(2), 2);
  const opening = journal.open();
  assertEquals(opening.incarnation, 2);
  assertEquals([...opening.events], ["first"]);
  assertEquals([opening.snapshot, opening.outbox], [null, []]);
  assertEquals(journal.loseTail(9), 1);
  assertEquals([...journal.open().events], []);
});

Deno.test("loseTail() does nothing to a journal that keeps its promise", () => {
  const gate = { refuseCommit: () => null };
  const journal = new VirtualJournal<ContractTypes>({ gate, copies: "json", mayLoseTail: false });
  journal.open();
  journal.commit(turn({ events: [LARGE_BYTES] }));
  assertEquals(journal.loseTail(1), 0);
  assertEquals([...journal.open().events], [LARGE_BYTES]);
});

function turn(parts: Partial<TurnRecord<ContractTypes>>): TurnRecord<ContractTypes> {
  return {
    consumed: { kind: "nothing" },
    events: [],
    outbox: [],
    replies: [],
    timersSet: [],
    timersCancelled: [],
    wallMs: 0,
    ...parts,
  };
}

function sendOf(id: string): TurnRecord<ContractTypes>["outbox"][number] {
  const to = "b" as never;
  return { id: id as EffectId, effect: { kind: "send", to, channel: "durable", body: 1 } };
}
