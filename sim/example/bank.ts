/**
 * A bank in a virtual world: an example of the simulator that has nothing to do with photos.
 *
 * An account debits itself, has the transfer screened and filed by ports that may fail, and then
 * credits the other account over a durable channel. No money may ever appear or vanish.
 *
 * @module
 */

import type {
  ActorDefinition,
  ActorId,
  EffectOf,
  IncomingOf,
  MessageId,
  ObjectName,
  RequestKey,
  TimerKey,
} from "@scenekeep/engine/core";
import { FolderTree, ObjectStore, World } from "../world/mod.ts";
import type { Checker, Observation, Report, WorldOptions, WorldView } from "../world/mod.ts";

/** The types that the actors of a bank share. */
export interface Bank {
  readonly message:
    | { readonly kind: "transfer"; readonly to: ActorId; readonly amount: number }
    | { readonly kind: "credit"; readonly transfer: MessageId; readonly amount: number }
    | { readonly kind: "accepted" | "refused" | "credited" | "tell" };
  readonly event:
    | { kind: "debited"; transfer: MessageId; to: ActorId; amount: number }
    | { kind: "stepped"; transfer: MessageId; step: number }
    | { kind: "credited"; transfer: MessageId; amount: number };
  readonly job: { readonly digits: number };
  readonly result: { readonly kind: "score"; readonly digits: number };
}

/** The state of an account: its money, and the transfers that have not yet left for good. */
export interface Account {
  balance: number;
  readonly leaving: Map<MessageId, { to: ActorId; amount: number; step: number }>;
}

const CREDIT_STEP = 5;

/** An account; holds 1,000 at first. */
export const ACCOUNT: ActorDefinition<Account, Bank> = {
  kind: "account",
  durability: "durable",
  mailboxCapacity: 64,
  invariants: [{ id: "BALANCE", check: (state) => state.balance < 0 ? "overdrawn" : null }],
  initial: () => ({ balance: 1_000, leaving: new Map() }),
  receive: (state, incoming) => {
    if (incoming.kind === "completed") return completed(state, incoming);
    if (incoming.kind === "timer") {
      const id = incoming.key as string as MessageId;
      const transfer = state.leaving.get(id);
      return transfer === undefined ? [] : [stepOf(id, transfer.step)];
    }
    const { id, from, body } = incoming.envelope;
    const reply = { kind: "reply", inReplyTo: id, to: from } as const;
    if (body.kind === "credit") {
      const channel = "durable";
      return [append({ ...body, kind: "credited" }), {
        ...reply,
        channel,
        body: { kind: "credited" },
      }];
    }
    if (body.kind !== "transfer") return [];
    const { to, amount } = body;
    const channel = "remote";
    if (state.balance < amount) return [{ ...reply, channel, body: { kind: "refused" } }];
    const event = { kind: "debited", transfer: id, to, amount } as const;
    const accepted = { ...reply, channel, body: { kind: "accepted" } } as const;
    return [append(event), stepOf(id, 0), timer(id, 90_000), accepted];
  },
  evolve: (state, event) => {
    if (event.kind === "credited") state.balance += event.amount;
    else if (event.kind === "debited") {
      state.balance -= event.amount;
      state.leaving.set(event.transfer, { to: event.to, amount: event.amount, step: 0 });
    } else if (event.step === CREDIT_STEP) state.leaving.delete(event.transfer);
    else state.leaving.get(event.transfer)!.step = event.step;
  },
  restored: () => [],
  encode: ({ balance, leaving }) => ({ balance, leaving: [...leaving] }),
  decode: (snapshot) => {
    const { balance, leaving } = snapshot as { balance: number; leaving: [] };
    return { balance, leaving: new Map(leaving) };
  },
};

function completed(
  state: Account,
  { key, outcome }: Extract<IncomingOf<Bank>, { kind: "completed" }>,
): EffectOf<Bank>[] {
  const id = key.slice(2) as MessageId;
  const transfer = state.leaving.get(id);
  // A timer or a restart may have asked for the same step twice.
  if (transfer === undefined || key !== keyOf(id, transfer.step)) return [];
  const { to, amount, step } = transfer;
  if (outcome.kind === "failed") return [timer(id, 500)];
  const { result } = outcome;
  if (result.kind === "score" && result.digits !== 4) return [timer(id, 500)];
  const isTorn = result.kind === "objectFacts" && result.contentHash !== "blank";
  const next = isTorn ? 1 : step + 1;
  const stepped = append({ kind: "stepped", transfer: id, step: next });
  if (next < CREDIT_STEP) return [stepped, stepOf(id, next)];
  return [
    stepped,
    { kind: "send", to, channel: "durable", body: { kind: "credit", transfer: id, amount } },
    { kind: "send", to: "teller" as ActorId, channel: "local", body: { kind: "tell" } },
    { kind: "cancelTimer", key: id as string as TimerKey },
  ];
}

/** What a transfer asks of the ports, step by step. */
function stepOf(id: MessageId, step: number): EffectOf<Bank> {
  const key = keyOf(id, step);
  const object = `archive/${id}` as ObjectName;
  const source = "forms/blank" as ObjectName;
  const link = { kind: "link", action: "add", slot: null, expectedHash: null } as const;
  if (step === 0) return { kind: "compute", key, job: { digits: 4 } };
  if (step === 1) return { kind: "writeObject", key, object, source, sizeBytes: 2_000_000 };
  if (step === 2) return { kind: "readObject", key, object, read: "hash" };
  if (step === 3) return { ...link, key, path: id, target: "blank" };
  return { kind: "remove", key, object, expectedHash: "blank" };
}

function keyOf(id: MessageId, step: number): RequestKey {
  return `${step}/${id}` as RequestKey;
}

function append(event: Bank["event"]): EffectOf<Bank> {
  return { kind: "append", event };
}

function timer(id: MessageId, afterMs: number): EffectOf<Bank> {
  return { kind: "setTimer", key: id as string as TimerKey, afterMs };
}

/** Counts what it is told, and forgets it in a crash. */
export const TELLER: ActorDefinition<{ told: number }, Bank> = {
  ...{ kind: "teller", durability: "volatile", mailboxCapacity: 2, invariants: [] },
  initial: () => ({ told: 0 }),
  receive: (state) => [{ kind: "note", level: "info", code: "TOLD", detail: `${++state.told}` }],
  evolve: () => {},
  restored: () => [],
  encode: (state) => state,
  decode: (snapshot) => snapshot as { told: number },
};

/** Money is neither made nor lost: what left one account reaches another once. */
export class ConservationChecker implements Checker<Bank> {
  readonly id = "CONSERVATION";
  evaluations = 0;
  readonly #underWay = new Map<MessageId, number>();
  readonly #accounts: readonly ActorId[];

  constructor(accounts: readonly ActorId[]) {
    this.#accounts = accounts;
  }

  observe(seen: Observation<Bank>, report: Report): void {
    if (seen.kind !== "turn") return;
    for (const event of seen.events) {
      if (event.kind === "debited") this.#underWay.set(event.transfer, event.amount);
      if (event.kind !== "credited") continue;
      this.evaluations += 1;
      if (!this.#underWay.delete(event.transfer)) report("credited twice", event.transfer);
    }
  }

  recompute(view: WorldView): string | null {
    const underWay = [...this.#underWay.values()];
    const balances = this.#accounts.map((id) => (view.state(id) as Account).balance);
    const total = [...balances, ...underWay].reduce((sum, amount) => sum + amount, 0);
    const expected = 1_000 * this.#accounts.length;
    return total === expected ? null : `${total} in the bank instead of ${expected}`;
  }

  settle(report: Report): void {
    for (const transfer of this.#underWay.keys()) report("never credited", transfer);
  }
}

/** A bank of so many accounts in two processes. */
export function bankWorld(accounts: readonly ActorId[], options: WorldOptions<Bank>): World<Bank> {
  const result = { kind: "score", digits: 4 } as const;
  const world = new World<Bank>({
    isTimerWork: () => true,
    checkers: [new ConservationChecker(accounts)],
    compute: {
      run: () => ({ durationMs: 5, outcome: { kind: "done", result } }),
      wrongSize: (_result, variant) => ({ kind: "score", digits: 5 + variant }),
    },
    ...options,
  });
  world.addHolder(new ObjectStore({ name: "archive", process: "branch" }));
  const forms = new FolderTree({ name: "forms" });
  forms.put("forms/blank" as ObjectName, { sizeBytes: 2_000_000, contentHash: "blank" });
  world.addHolder(forms);
  world.addActor(TELLER, { id: "teller" as ActorId, process: "branch" });
  for (const id of accounts) world.addActor(ACCOUNT, { id, process: "branch", tree: "forms" });
  return world;
}
