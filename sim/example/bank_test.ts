import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { ActorDefinition, ActorId, DurableStore, MessageId } from "@scenekeep/engine/core";
import {
  type ActorPlacement,
  type FaultId,
  type FaultPlanOptions,
  type FaultSetting,
  type Operation,
  type RunReport,
  type World,
  WORLD_FAULTS,
  type WorldOptions,
} from "../world/mod.ts";
import { explore } from "../exploration/explore.ts";
import { ACCOUNT, type Account, type Bank, bankWorld } from "./bank.ts";

const ACCOUNTS = ["alice", "bob", "carol", "dora"] as ActorId[];
const TRANSFERS = 60;
const EVERY_MS = 100;

Deno.test("bankWorld() gives the same run for the same seed, and another for another", () => {
  const first = run(1);
  assertEquals(run(1), first);
  const other = run(2);
  assertNotEquals(other.traceHash, first.traceHash);
  assertNotEquals(other.perturbations, first.perturbations);
});

Deno.test("bankWorld() loses no money under default faults, whatever the seed", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const { verdict, counts, checks } = run(seed, { settings: OFTEN });
    assertEquals(verdict, { kind: "clean" }, `seed ${seed}`);
    assert(counts.events > TRANSFERS * 5);
    assert(checks["CONSERVATION"]! > 0);
  }
});

Deno.test("bankWorld() loses no money in any of 12,870 orders of two transfers", () => {
  const report = explore<Bank>({
    fromMs: 0,
    untilMs: Number.MAX_SAFE_INTEGER,
    isPrivate: ({ kind }) => kind === "clientArrival",
    touches: (seen) => seen.kind === "turn" && seen.events.length > 0 ? ["money"] : [],
    begin: ({ asked, choose, observe }) => {
      const [alice, bob] = ACCOUNTS as [ActorId, ActorId];
      const world = bankWorld([alice, bob], {
        faults: { seed: 1, profile: "off", chaosEndsMs: 1_000, asked },
        choose,
        drive: observe,
        operations: [transfer("to-bob", alice, bob), transfer("to-alice", bob, alice)],
      });
      // All that the checker remembers is in the accounts and their journals.
      const failure = ({ verdict }: RunReport) =>
        verdict.kind === "clean" ? null : { signature: verdict.kind, text: "it did not end well" };
      return { world, memory: () => null, failure };
    },
  });
  assertEquals([report.isComplete, report.failures, report.naiveRuns], [true, [], 12_870n]);
  assert(report.runs < 100, `${report.runs} runs`);
});

function transfer(id: string, from: ActorId, to: ActorId): Operation<Bank> {
  const body = { kind: "transfer", id: id as MessageId, to, amount: 600 } as const;
  return { kind: "send", id, atMs: 0, from: "owner" as ActorId, to: from, body };
}

Deno.test("bankWorld() meets and notices every fault that keeps contracts", () => {
  const delivered = new Map<FaultId, number>();
  const noticed = new Map<FaultId, number>();
  for (let seed = 1; seed <= 60; seed++) {
    for (const [id, count] of Object.entries(run(seed, { settings: OFTEN }).faults)) {
      delivered.set(id, (delivered.get(id) ?? 0) + count.delivered);
      noticed.set(id, (noticed.get(id) ?? 0) + count.noticed);
    }
  }
  for (const [id, { keepsContract }] of Object.entries(WORLD_FAULTS)) {
    if (!keepsContract) assertEquals(delivered.get(id), 0, id);
    else {
      const isOften = delivered.get(id)! >= 20 && noticed.get(id)! >= 10;
      assert(isOften, `${id}: delivered ${delivered.get(id)}, noticed ${noticed.get(id)}`);
    }
  }
});

Deno.test("bankWorld() repeats a run from what struck, without its seed", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const drawn = run(seed, { settings: OFTEN, profile: seed > 7 ? "brutal" : "default" });
    const { perturbations } = drawn;
    const listed = run(999, { profile: "off", perturbations });
    assertEquals(listed.traceHash, drawn.traceHash, `seed ${seed}`);
    assertEquals(listed.stateHash, drawn.stateHash);
    assertEquals(listed.perturbations, perturbations);
  }
});

Deno.test("bankWorld() without faults is what it is with all of them, in the end", () => {
  const calm = bank({ faults: faultsOf(1, { profile: "off" }) });
  assertEquals(calm.run().verdict, { kind: "clean" });
  const stormy = bank({ faults: faultsOf(1, { settings: OFTEN }) });
  assertEquals(stormy.run().verdict, { kind: "clean" });
  for (const id of ACCOUNTS) assertEquals(stormy.state(id), calm.state(id));
});

Deno.test("bankWorld() stops where it is told and goes on as if it had not", () => {
  const whole = run(3);
  const world = bank({ faults: faultsOf(3) });
  for (let untilEvent = 50; untilEvent < whole.counts.events; untilEvent += 50) {
    const { verdict, counts } = world.run({ untilEvent });
    assertEquals([verdict.kind, counts.events], ["paused", untilEvent]);
  }
  assertEquals(world.run(), whole);
});

Deno.test("bankWorld() under brutal faults loses money, as a journal must not lose its end", () => {
  const often = { rate: { numerator: 1, denominator: 1 } };
  const settings = { ...OFTEN, journalTailLost: often };
  const enabled: FaultId[] = [...Object.keys(OFTEN), "journalTailLost"];
  assert(failsWithin(30, (seed) => run(seed, { profile: "brutal", enabled, settings })));
});

for (const [bug, planted] of Object.entries(plantedBugs())) {
  Deno.test(`bankWorld() with a planted bug fails: ${bug}`, () => {
    const { checker, ...plant } = planted;
    const watch = { purityEvery: 1, recomputeEvery: 20 };
    const faults = (seed: number) => faultsOf(seed, { settings: OFTEN });
    const found = failsWithin(100, (seed) => bank({ faults: faults(seed), watch }, plant).run());
    assertEquals(found, checker);
  });
}

/** Rates at which even a short run meets every kind of fault now and then. */
const OFTEN: Readonly<Record<FaultId, FaultSetting>> = Object.fromEntries([
  ...["actorCrashBeforeCommit", "actorCrashBeforeEffect", "slowActor"].map(often(150)),
  ...["processCrashBeforeCommit", "processCrashBeforeEffect"].map(often(200, 500)),
  ...["processCrashInOperation"].map(often(100, 500)),
  ...["storeCrashInChange"].map(often(60, 500)),
  ...["journalIoError", "clockJumpRunning"].map(often(200)),
  ...["journalDiskFull"].map(often(200, 500)),
  ...["slowTimer", "slowDisk", "objectRemoveError", "linkError"].map(often(20)),
  ...["computeFailure", "computeTimeout"].map(often(20)),
  ...["computeLateResult"].map(often(10, 500)),
  ...["computeDuplicateResult", "computeWrongSize", "objectReadError"].map(often(20)),
  ...["objectWriteError", "objectDiskFull", "tornWrite", "clockJumpDown", "staleTimer"].map(
    often(3),
  ),
]);

function often(denominator: number, max?: number): (id: FaultId) => [FaultId, FaultSetting] {
  const rate = { numerator: 1, denominator };
  return (id) => [id, max === undefined ? { rate } : { rate, max }];
}

function run(seed: number, faults: Partial<FaultPlanOptions> = {}): RunReport {
  return bank({ faults: faultsOf(seed, faults) }).run();
}

function faultsOf(seed: number, faults: Partial<FaultPlanOptions> = {}): FaultPlanOptions {
  return { seed, profile: "default", chaosEndsMs: TRANSFERS * EVERY_MS, ...faults };
}

function transfers(fixedAmount: number | null): Operation<Bank>[] {
  return Array.from({ length: TRANSFERS }, (_, index) => {
    const id = `transfer${index}`;
    const from = ACCOUNTS[index % 4]!;
    const to = ACCOUNTS[(index * 7 + 1) % 4]!;
    const amount = fixedAmount ?? 1 + index;
    const body = { kind: "transfer", id: id as MessageId, to, amount } as const;
    const customer = "customer" as ActorId;
    return { kind: "send", id, atMs: index * EVERY_MS, from: customer, to: from, body };
  });
}

interface Plant {
  /** The amount of every transfer. */
  readonly amount?: number;
  readonly definition?: ActorDefinition<Account, Bank>;
  readonly store?: ActorPlacement<Bank>["store"];
}

function bank(options: WorldOptions<Bank>, plant: Plant | null = null): World<Bank> {
  const operations = transfers(plant?.amount ?? null);
  if (plant === null) return bankWorld(ACCOUNTS, { operations, ...options });
  const world = bankWorld([], { operations: [], ...options });
  for (const id of ACCOUNTS) {
    world.addActor(plant.definition ?? ACCOUNT, {
      id,
      process: "branch",
      tree: "forms",
      ...(plant.store === undefined ? {} : { store: plant.store }),
    });
  }
  for (const operation of operations) world.submit(operation);
  return world;
}

/** The checker that failed first, or null when no seed failed. */
function failsWithin(seeds: number, runSeed: (seed: number) => RunReport): string | null {
  for (let seed = 1; seed <= seeds; seed++) {
    const { verdict } = runSeed(seed);
    if (verdict.kind === "violation") return verdict.violations[0]!.checker;
    if (verdict.kind !== "clean") return verdict.kind;
  }
  return null;
}

function plantedBugs(): Record<string, Plant & { readonly checker: string }> {
  return {
    "redelivered messages are not recognised": {
      store: (journal) => storeLike(journal, { repliesTo: () => null }),
      checker: "CONSERVATION",
    },
    "a durable message is forgotten when it is sent": {
      store: (journal) =>
        storeLike(journal, {
          commit: (turn) =>
            journal.commit({
              ...turn,
              outbox: turn.outbox.filter(({ effect }) => effect.kind !== "send"),
            }),
        }),
      checker: "CONSERVATION",
    },
    "receive changes the state": {
      definition: {
        ...ACCOUNT,
        receive: (state, incoming, context) => {
          if (incoming.kind === "timer") state.balance -= 1;
          return ACCOUNT.receive(state, incoming, context);
        },
      },
      checker: "durable-receive-is-pure",
    },
    "a snapshot leaves out what is under way": {
      definition: { ...ACCOUNT, encode: ({ balance }) => ({ balance, leaving: {} }) },
      checker: "CONSERVATION",
    },
    "a failed step is not tried again": {
      definition: {
        ...ACCOUNT,
        receive: (state, incoming, context) =>
          ACCOUNT.receive(state, incoming, context).filter(({ kind }) => kind !== "setTimer"),
      },
      checker: "CONSERVATION",
    },
    "an overdraft is allowed": {
      definition: {
        ...ACCOUNT,
        receive: (state, incoming, context) =>
          ACCOUNT.receive({ ...state, balance: 1_000_000 }, incoming, context),
      },
      amount: 900,
      checker: "BALANCE",
    },
  };
}

function storeLike(
  journal: DurableStore<Bank>,
  changes: Partial<DurableStore<Bank>>,
): DurableStore<Bank> {
  return {
    open: () => journal.open(),
    commit: (turn) => journal.commit(turn),
    repliesTo: (id) => journal.repliesTo(id),
    isOutstanding: (id) => journal.isOutstanding(id),
    acknowledge: (id) => journal.acknowledge(id),
    saveSnapshot: (snapshot) => journal.saveSnapshot(snapshot),
    eventsSinceSnapshot: () => journal.eventsSinceSnapshot(),
    pruneApplied: (wallMs) => journal.pruneApplied(wallMs),
    ...changes,
  };
}
