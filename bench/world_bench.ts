/**
 * How fast a virtual world runs: `deno bench bench/world_bench.ts`.
 *
 * Each run has 2,002 events: 10 ms for one are 200,000 events per second. Compare `min` or `p75`.
 * An event of the bank carries 2.2 effects and, with what happens in the ports, 1.7 lines of trace.
 */

import type { ActorId, MessageId } from "@scenekeep/engine/core";
import {
  type Bank,
  bankWorld,
  canonicalJson,
  draw32,
  drawStream,
  EventHeap,
  type FaultProfile,
  hashText,
  type Operation,
  type RunReport,
  type Scheduled,
  WATCH_ALL,
  WATCH_SAMPLED,
  type WatchOptions,
} from "@scenekeep/sim";

const ACCOUNTS = Array.from({ length: 64 }, (_, index) => `account${index}` as ActorId);
const TRANSFERS = 286;
const EVERY_MS = 5;

Deno.bench({
  name: "no faults, checkers sampled",
  group: "a bank of 2,002 events",
  baseline: true,
  fn: () => assertClean(run("off", WATCH_SAMPLED)),
});

Deno.bench({
  name: "default faults, checkers sampled",
  group: "a bank of 2,002 events",
  fn: () => assertClean(run("default", WATCH_SAMPLED)),
});

Deno.bench({
  name: "default faults, every checker after each event",
  group: "a bank of 2,002 events",
  fn: () => assertClean(run("default", WATCH_ALL)),
});

Deno.bench({
  name: "the same, and all recomputed and looked for changes after each event",
  group: "a bank of 2,002 events",
  fn: () => assertClean(run("default", { ...WATCH_ALL, purityEvery: 1, recomputeEvery: 1 })),
});

Deno.bench({
  name: "1,000 draws",
  group: "parts",
  fn: () => {
    const stream = drawStream(1, "bench");
    let sum = 0;
    for (let n = 0; n < 1_000; n++) sum ^= draw32(stream, hashText("account12/1/33/1"), n);
    if (sum === 0.5) throw new Error("A draw is a whole number");
  },
});

Deno.bench({
  name: "1,000 entries into the heap and out",
  group: "parts",
  fn: () => {
    const heap = new EventHeap<Scheduled>();
    for (let n = 0; n < 1_000; n++) heap.push({ atMs: (n * 7919) % 1_000, key: 0, sequence: n });
    while (heap.size > 0) heap.pop();
  },
});

Deno.bench({
  name: "1,000 messages as canonical JSON",
  group: "parts",
  fn: () => {
    const message = { kind: "credit", id: "t12", to: "account3", amount: 17 };
    for (let n = 0; n < 1_000; n++) canonicalJson(message);
  },
});

function run(profile: FaultProfile, watch: WatchOptions): RunReport {
  const faults = { seed: 1, profile, chaosEndsMs: TRANSFERS * EVERY_MS };
  return bankWorld(ACCOUNTS, { faults, watch, operations: OPERATIONS }).run();
}

function transfer(index: number): Operation<Bank> {
  const id = `t${index}`;
  const to = ACCOUNTS[(index * 7 + 3) % ACCOUNTS.length]!;
  const body = { kind: "transfer", id: id as MessageId, to, amount: 1 + index % 50 } as const;
  const from = "customer" as ActorId;
  const account = ACCOUNTS[index % ACCOUNTS.length]!;
  return { kind: "send", id, atMs: index * EVERY_MS, from, to: account, body };
}

function assertClean({ verdict }: RunReport): void {
  if (verdict.kind !== "clean") throw new Error(`The run ended as ${verdict.kind}`);
}

const OPERATIONS = Array.from({ length: TRANSFERS }, (_, index) => transfer(index));
