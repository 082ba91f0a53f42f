import { assertEquals } from "@std/assert";
import type { ActorDefinition } from "./actor.ts";
import type { ContractTypes } from "./durable_store_contract.ts";
import { DurableCell } from "./durable_cell.ts";
import type { Effect } from "./effect.ts";
import type { ActorId, MessageId, TimerKey } from "./ids.ts";
import { identifier } from "./ids.ts";
import { MemoryStore } from "./memory_store.ts";

const CLOCK = { wallMs: 1, monotonicMs: 1, bootId: "boot" };

/** Does what it is told: its message is the list of effects. */
const OBEDIENT: ActorDefinition<unknown[], ContractTypes> = {
  kind: "obedient",
  durability: "durable",
  mailboxCapacity: 1,
  invariants: [],
  initial: () => [],
  receive: (_, incoming) =>
    incoming.kind === "message" ? incoming.envelope.body as Effect<unknown, unknown, string>[] : [],
  evolve: (state, event) => state.push(event),
  restored: () => [],
  encode: (state) => state,
  decode: (snapshot) => [...snapshot as unknown[]],
};

Deno.test("DurableCell keeps the last word on a timer that one turn sets and cancels", () => {
  const store = new MemoryStore<ContractTypes>();
  const cell = new DurableCell(OBEDIENT, { store, self: identifier<ActorId>("self") });
  cell.open(CLOCK);
  const set = (key: string) => ({ kind: "setTimer", key: identifier<TimerKey>(key), afterMs: 1 });
  const cancel = (key: string) => ({ kind: "cancelTimer", key: identifier<TimerKey>(key) });
  const turns = [
    [set("on"), cancel("off")],
    [cancel("on"), set("on"), set("off"), cancel("off")],
  ];
  turns.forEach((body, index) => cell.deliver(message(`m${index}`, body), CLOCK));
  assertEquals([...store.open().timers], [identifier<TimerKey>("on")]);
});

Deno.test("DurableCell answers a redelivered message from the record, without a turn", () => {
  const store = new MemoryStore<ContractTypes>();
  const cell = new DurableCell(OBEDIENT, { store, self: identifier<ActorId>("self") });
  cell.open(CLOCK);
  const body = [
    { kind: "append", event: 1 },
    { kind: "reply", inReplyTo: "m1", to: "asker", channel: "remote", body: "done" },
  ];
  const first = cell.deliver(message("m1", body), CLOCK);
  const second = cell.deliver(message("m1", body), CLOCK);
  assertEquals([first.kind, second.kind], ["committed", "duplicate"]);
  assertEquals(second, { ...first, kind: "duplicate" });
  assertEquals(cell.state, [1]);
});

function message(id: string, body: unknown) {
  return {
    effectId: null,
    incoming: {
      kind: "message" as const,
      envelope: {
        id: identifier<MessageId>(id),
        from: identifier<ActorId>("asker"),
        to: identifier<ActorId>("self"),
        channel: "remote" as const,
        inReplyTo: null,
        body,
      },
    },
  };
}
