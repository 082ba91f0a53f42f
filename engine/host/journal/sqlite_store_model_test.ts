import type {
  ActorId,
  ContractTypes,
  DurableStore,
  EffectId,
  MessageId,
  RequestKey,
  TimerKey,
  TurnRecord,
} from "@scenekeep/engine/core";
import { identifier, MemoryStore } from "@scenekeep/engine/core";
import { permittedTest } from "@scenekeep/tools/permitted";
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import fc from "fast-check";
import { SqliteJournal } from "./sqlite_journal.ts";

type Store = DurableStore<ContractTypes>;
type Turn = TurnRecord<ContractTypes>;

/** What can happen to a record, as data. */
type Step =
  | { readonly kind: "commit"; readonly turn: Turn }
  | { readonly kind: "commitInOlderLife"; readonly turn: Turn }
  | { readonly kind: "snapshot"; readonly state: unknown }
  | { readonly kind: "acknowledge"; readonly id: EffectId }
  | { readonly kind: "prune"; readonly wallMs: number }
  | { readonly kind: "newLife" }
  | { readonly kind: "restart" };

/** Few names, so that steps meet. */
const name = <Id extends string>(prefix: string, max = 5) =>
  fc.nat({ max }).map((number) => identifier<Id>(`${prefix}${number}`));
const EFFECTS = 12;
const effect = name<EffectId>("e", EFFECTS - 1);
const wallMs = fc.integer({ min: 0, max: 50 });

const turn: fc.Arbitrary<Turn> = fc.record({
  consumed: fc.oneof(
    fc.constant({ kind: "nothing" as const }),
    fc.record({ kind: fc.constant("message" as const), id: name<MessageId>("m") }),
    fc.record({ kind: fc.constant("completion" as const), effectId: effect }),
    fc.record({ kind: fc.constant("timer" as const), key: name<TimerKey>("t") }),
  ),
  events: fc.array(fc.jsonValue(), { maxLength: 3 }),
  outbox: fc.uniqueArray(fc.nat({ max: EFFECTS - 1 }), { maxLength: 2 }).map((numbers) =>
    numbers.map((number) => ({
      id: identifier<EffectId>(`e${number}`),
      effect: {
        kind: "compute" as const,
        key: identifier<RequestKey>("k"),
        job: `job ${number}`,
      },
    }))
  ),
  replies: fc.array(
    fc.record({ id: name<EffectId>("r"), to: name<MessageId>("m"), body: fc.jsonValue() })
      .map(({ id, to, body }) => ({
        id,
        effect: {
          kind: "reply" as const,
          inReplyTo: to,
          to: identifier<ActorId>("client"),
          channel: "remote" as const,
          body,
        },
      })),
    { maxLength: 2 },
  ),
  timersSet: fc.array(fc.record({ key: name<TimerKey>("t"), afterMs: fc.nat() }), { maxLength: 2 }),
  timersCancelled: fc.array(name<TimerKey>("t"), { maxLength: 1 }),
  wallMs,
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: turn.map((turn): Step => ({ kind: "commit", turn })) },
  { weight: 1, arbitrary: turn.map((turn): Step => ({ kind: "commitInOlderLife", turn })) },
  { weight: 1, arbitrary: fc.jsonValue().map((state): Step => ({ kind: "snapshot", state })) },
  {
    weight: 1,
    arbitrary: effect.map((id): Step => ({ kind: "acknowledge", id })),
  },
  { weight: 1, arbitrary: wallMs.map((wallMs): Step => ({ kind: "prune", wallMs })) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: "newLife" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: "restart" }) },
);

permittedTest({
  name: "SqliteStore does what MemoryStore does, step by step",
  needs: { read: true, write: true },
  fn: () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }).map(withoutRepeats), (steps) => {
        const folder = Deno.makeTempDirSync();
        try {
          compare(join(folder, "library.sqlite"), steps);
        } finally {
          Deno.removeSync(folder, { recursive: true });
        }
      }),
      { numRuns: 60, seed: 20261122 },
    ),
});

/** An effect's name comes once for ever: later turns lose the effects whose name was used. */
function withoutRepeats(steps: readonly Step[]): readonly Step[] {
  const used = new Set<EffectId>();
  return steps.map((one) => {
    if (one.kind !== "commit") return one;
    const outbox = one.turn.outbox.filter(({ id }) => !used.has(id));
    for (const { id } of outbox) used.add(id);
    return { ...one, turn: { ...one.turn, outbox } };
  });
}

function compare(path: string, steps: readonly Step[]): void {
  const actor = identifier<ActorId>("actor");
  let journal = SqliteJournal.open({ path });
  const memory = new MemoryStore<ContractTypes>({ copies: "json" });
  const lives = {
    disk: [journal.storeFor<ContractTypes>(actor)],
    memory: [memory as Store],
  };
  const seen = (): unknown[] =>
    [lives.disk, lives.memory].map((stores) => look(stores.at(-1) as Store));
  try {
    assertSame(lives.disk.at(-1)?.open(), lives.memory.at(-1)?.open());
    for (const one of steps) {
      if (one.kind === "newLife" || one.kind === "restart") {
        if (one.kind === "restart") {
          journal.close();
          journal = SqliteJournal.open({ path });
          // Those of the process before are gone.
          lives.disk.length = 0;
          lives.memory.length = 0;
        }
        lives.disk.push(journal.storeFor<ContractTypes>(actor));
        lives.memory.push(memory.nextLife());
        assertSame(lives.disk.at(-1)?.open(), lives.memory.at(-1)?.open());
      } else {
        assertEquals(perform(lives.disk, one), perform(lives.memory, one));
      }
      const [disk, model] = seen();
      assertEquals(disk, model);
    }
    assertEquals(journal.checkIntegrity(), "ok");
  } finally {
    journal.close();
  }
}

function perform(lives: readonly Store[], one: Step): unknown {
  const store = lives.at(-1) as Store;
  switch (one.kind) {
    case "commit":
      return store.commit(one.turn);
    case "commitInOlderLife":
      return lives.length > 1 ? lives[0]?.commit(one.turn) : null;
    case "snapshot":
      return store.saveSnapshot(one.state);
    case "acknowledge":
      return store.acknowledge(one.id);
    case "prune":
      return store.pruneApplied(one.wallMs);
    default:
      return null;
  }
}

function look(store: Store): unknown {
  const numbers = Array.from({ length: EFFECTS }, (_, number) => number);
  return {
    events: store.eventsSinceSnapshot(),
    replies: numbers.map((number) => store.repliesTo(identifier(`m${number}`))),
    outstanding: numbers.map((number) => store.isOutstanding(identifier(`e${number}`))),
  };
}

function assertSame(
  disk: ReturnType<Store["open"]> | undefined,
  model: ReturnType<Store["open"]> | undefined,
): void {
  const plain = (opening: ReturnType<Store["open"]> | undefined) =>
    opening && { ...opening, events: [...opening.events], timers: [...opening.timers].sort() };
  assertEquals(plain(disk), plain(model));
}
