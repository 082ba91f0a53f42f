import type { DurableStoreCase } from "./durable_store_contract.ts";
import { commit, expect, openAndRead } from "./durable_store_contract_turns.ts";
import type { ContractTypes } from "./durable_store_contract.ts";
import type { DurableStore } from "./durable_store.ts";

/** Events in order, snapshots, and JSON as it was. */
export const EVENT_CASES: readonly DurableStoreCase[] = [
  {
    name: "gives events back in the order of their turns, over several restarts",
    run(subject) {
      const expected: number[] = [];
      let store = subject.life();
      store.open();
      for (let at = 0; at < 60; at += 3) {
        commit(store, { events: [at, at + 1, at + 2] });
        expected.push(at, at + 1, at + 2);
        if (at % 15 !== 0) continue;
        store = subject.restart();
        expect(`the events up to ${at + 2}`, openAndRead(store).events, expected);
      }
      expect("the events", openAndRead(subject.restart()).events, expected);
    },
  },
  {
    name: "gives values back as JSON has them",
    run(subject) {
      const values = [
        null,
        true,
        0,
        -1,
        0.5,
        9_007_199_254_740_991,
        "",
        "é e\u0301 \u0000 \n \" ' \\ 😀 \ud800 \u2028",
        [],
        {},
        [[1, [2, [3]]], { a: { b: [null] } }],
        { "": 1, "__proto__x": 2, "a b": 3, "ключ": 4 },
      ];
      const store = subject.life();
      store.open();
      commit(store, { events: values });
      expect("the values", openAndRead(subject.restart()).events, values);
    },
  },
  {
    name: "restores the same from a snapshot and its tail as from every event",
    run(subject) {
      const store = subject.life();
      let state = folded(store.open().events, []);
      for (let at = 1; at <= 40; at += 1) {
        commit(store, { events: [at, -at] });
        state = folded([at, -at], state);
        if (at % 13 !== 0) continue;
        expect("the snapshot's outcome", store.saveSnapshot(state), { kind: "committed" });
      }
      const all = Array.from({ length: 40 }, (_, index) => [index + 1, -index - 1]).flat();
      const full = folded(all, []);
      const picture = openAndRead(subject.restart());
      expect("the tail's length", picture.events.length, 2);
      expect("the state", folded(picture.events, picture.snapshot as number[]), full);
    },
  },
  {
    name: "counts the events since the snapshot, also after a restart",
    run(subject) {
      let store = subject.life();
      store.open();
      expect("at first", store.eventsSinceSnapshot(), 0);
      commit(store, { events: [1, 2] });
      expect("after two", store.eventsSinceSnapshot(), 2);
      store.saveSnapshot("state");
      expect("after the snapshot", store.eventsSinceSnapshot(), 0);
      commit(store, { events: [3] });
      store = subject.restart();
      const picture = openAndRead(store);
      expect("after the restart", store.eventsSinceSnapshot(), 1);
      expect("the snapshot", picture.snapshot, "state");
      expect("the tail", picture.events, [3]);
    },
  },
  {
    name: "keeps a snapshot apart from the value it was made of",
    run(subject) {
      const state = { list: [1] };
      const store = subject.life();
      store.open();
      store.saveSnapshot(state);
      state.list.push(2);
      const next = subject.restart();
      const first = openAndRead(next).snapshot as { list: number[] };
      expect("the snapshot", first, { list: [1] });
      first.list.push(3);
      expect("the snapshot again", openAndRead(subject.restart()).snapshot, { list: [1] });
    },
  },
  {
    name: "replaces a snapshot by a later one, with no event in between as well",
    run(subject) {
      const store = subject.life();
      store.open();
      for (const state of ["one", "two", "three"]) store.saveSnapshot(state);
      commit(store, { events: ["tail"] });
      const next = subject.restart();
      expect("the events", openAndRead(next).events, ["tail"]);
      next.saveSnapshot("four");
      const picture = openAndRead(subject.restart());
      expect("the snapshot", picture.snapshot, "four");
      expect("the tail", picture.events, []);
    },
  },
  {
    name: "lets the events be read before anything else, however many they are",
    run(subject) {
      const store = subject.life();
      store.open();
      const many = Array.from({ length: 5_000 }, (_, at) => ({ at }));
      commit(store, { events: many });
      expect("the events", openAndRead(subject.restart()).events, many);
      expect("the count", countOf(subject.restart()), 5_000);
    },
  },
];

/** A fold that notices a missing, doubled or moved event. */
function folded(events: Iterable<unknown>, state: readonly number[]): number[] {
  const next = [...state];
  for (const event of events) next.push((event as number) * (next.length + 1));
  return next;
}

function countOf(store: DurableStore<ContractTypes>): number {
  const opening = store.open();
  let count = 0;
  for (const _ of opening.events) count += 1;
  return count;
}
