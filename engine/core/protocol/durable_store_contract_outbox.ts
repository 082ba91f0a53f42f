import type { DurableStoreCase } from "./durable_store_contract.ts";
import {
  commit,
  effect,
  expect,
  openAndRead,
  request,
  send,
  timer,
} from "./durable_store_contract_turns.ts";

/** What a restart must do again: requests, durable sends and timers. */
export const OUTBOX_CASES: readonly DurableStoreCase[] = [
  {
    name: "keeps a request until its completion is committed",
    run(subject) {
      let store = subject.life();
      store.open();
      commit(store, { outbox: [request("a/1/1/0", "first"), request("a/1/1/1", "second")] });
      expect("outstanding", store.isOutstanding(effect("a/1/1/0")), true);
      store = subject.restart();
      expect("the outbox", openAndRead(store).outbox, [
        request("a/1/1/0", "first"),
        request("a/1/1/1", "second"),
      ]);
      commit(store, { consumed: { kind: "completion", effectId: effect("a/1/1/0") } });
      expect("completed", store.isOutstanding(effect("a/1/1/0")), false);
      store = subject.restart();
      expect("the rest", openAndRead(store).outbox, [request("a/1/1/1", "second")]);
      expect("still completed", store.isOutstanding(effect("a/1/1/0")), false);
    },
  },
  {
    name: "keeps a durable send until it is acknowledged, oldest first",
    run(subject) {
      let store = subject.life();
      store.open();
      for (const at of [1, 2, 3]) commit(store, { outbox: [send(`a/1/${at}/0`, { at })] });
      store.acknowledge(effect("a/1/2/0"));
      store.acknowledge(effect("a/1/2/0"));
      store.acknowledge(effect("never sent"));
      commit(store, { outbox: [send("a/1/4/0", { at: 4 })] });
      store = subject.restart();
      expect("the outbox", openAndRead(store).outbox, [
        send("a/1/1/0", { at: 1 }),
        send("a/1/3/0", { at: 3 }),
        send("a/1/4/0", { at: 4 }),
      ]);
    },
  },
  {
    name: "keeps a timer until it is cancelled or has fired",
    run(subject) {
      let store = subject.life();
      store.open();
      const keys = ["kept", "cancelled", "fired", "again"].map(timer);
      commit(store, { timersSet: keys.map((key) => ({ key, afterMs: 10 })) });
      commit(store, { timersSet: [{ key: timer("kept"), afterMs: 99 }] });
      commit(store, { timersCancelled: [timer("cancelled"), timer("unknown")] });
      commit(store, { consumed: { kind: "timer", key: timer("fired") } });
      commit(store, {
        consumed: { kind: "timer", key: timer("again") },
        timersSet: [{ key: timer("again"), afterMs: 10 }],
      });
      store = subject.restart();
      expect("the timers", openAndRead(store).timers, ["again", "kept"]);
    },
  },
];
