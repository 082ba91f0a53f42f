import { assert } from "@std/assert";
import type { ContractTypes, DurableStoreSubject } from "./durable_store_contract.ts";
import { runDurableStoreContract } from "./durable_store_contract.ts";
import type { DurableStore, TurnRecord } from "./durable_store.ts";
import { MemoryStore } from "./memory_store.ts";

type Turn = TurnRecord<ContractTypes>;

/** Ways to break a store; the contract must notice each one. */
const PLANTED_BUGS: Readonly<Record<string, (store: MemoryStore<ContractTypes>) => void>> = {
  "events in reverse": (store) =>
    change(store, (turn) => ({ ...turn, events: [...turn.events].reverse() })),
  "a lost event": (store) => change(store, (turn) => ({ ...turn, events: turn.events.slice(1) })),
  "a doubled event": (store) =>
    change(store, (turn) => ({ ...turn, events: turn.events.flatMap((event) => [event, event]) })),
  "a lost request": (store) => change(store, (turn) => ({ ...turn, outbox: [] })),
  "a lost answer": (store) => change(store, (turn) => ({ ...turn, replies: [] })),
  "a lost timer": (store) => change(store, (turn) => ({ ...turn, timersSet: [] })),
  "a timer that stays": (store) => change(store, (turn) => ({ ...turn, timersCancelled: [] })),
  "nothing is consumed": (store) =>
    change(store, (turn) => ({ ...turn, consumed: { kind: "nothing" } })),
  "a refused turn half written": (store) => {
    const commit = store.commit.bind(store);
    let half: readonly unknown[] = [];
    store.commit = (turn) => {
      const outcome = commit({ ...turn, events: [...half, ...turn.events] });
      half = outcome.kind === "failed" ? turn.events.slice(0, 1) : [];
      return outcome;
    };
  },
  "a refused turn called committed": (store) => {
    const commit = store.commit.bind(store);
    store.commit = (turn) => {
      commit(turn);
      return { kind: "committed" };
    };
  },
  "a snapshot that is not kept": (store) => {
    store.saveSnapshot = () => ({ kind: "committed" });
  },
  "a snapshot that keeps its events": (store) => {
    const [save, commit] = [store.saveSnapshot.bind(store), store.commit.bind(store)];
    const events: unknown[] = [];
    store.commit = (turn) => {
      events.push(...turn.events);
      return commit(turn);
    };
    store.saveSnapshot = (snapshot) => {
      const outcome = save(snapshot);
      commit({ ...EMPTY, events });
      return outcome;
    };
  },
  "no acknowledgement": (store) => {
    store.acknowledge = () => {};
  },
  "prunes too much": (store) => {
    const prune = store.pruneApplied.bind(store);
    store.pruneApplied = (wallMs) => prune(wallMs + 1);
  },
  "prunes nothing": (store) => {
    store.pruneApplied = () => {};
  },
  "no memory of applied messages": (store) => {
    store.repliesTo = () => null;
  },
  "lives that are not counted": (store) => {
    const open = store.open.bind(store);
    store.open = () => ({ ...open(), incarnation: 1 });
  },
};

const EMPTY: Turn = {
  consumed: { kind: "nothing" },
  events: [],
  outbox: [],
  replies: [],
  timersSet: [],
  timersCancelled: [],
  wallMs: 0,
};

for (const [bug, plant] of Object.entries(PLANTED_BUGS)) {
  Deno.test({
    name: `runDurableStoreContract() notices ${bug}`,
    permissions: "none",
    fn: () => assert(failures(plant) > 0, `No case failed on ${bug}`),
  });
}

Deno.test("runDurableStoreContract() notices a store without fencing", () => {
  // Every life is the same object, so that the older one is never older.
  const only = () => {
    const store = new MemoryStore<ContractTypes>();
    return subject(() => store);
  };
  assert(failuresOf(only) > 0);
});

function change(store: MemoryStore<ContractTypes>, changed: (turn: Turn) => Turn): void {
  const commit = store.commit.bind(store);
  store.commit = (turn) => commit(changed(turn));
}

function failures(plant: (store: MemoryStore<ContractTypes>) => void): number {
  return failuresOf(() => {
    let refuse = false;
    let latest = new MemoryStore<ContractTypes>({ refusal: () => refuse ? "diskFull" : null });
    const made = subject(() => {
      latest = latest.nextLife();
      plant(latest);
      return latest;
    });
    return { ...made, refuseLargeCommits: (state) => refuse = state === "refuse" };
  });
}

function failuresOf(make: () => DurableStoreSubject): number {
  let failed = 0;
  runDurableStoreContract("", {
    register: (_, body) => {
      try {
        body();
      } catch {
        failed += 1;
      }
    },
    make,
  });
  return failed;
}

function subject(next: () => DurableStore<ContractTypes>): DurableStoreSubject {
  return { life: next, restart: next, refuseLargeCommits: () => {}, dispose: () => {} };
}
