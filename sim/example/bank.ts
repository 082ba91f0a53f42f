/**
 * A bank in a virtual world: an example of the simulator that has nothing to do with photos.
 * An account debits itself, has ports screen and file the transfer, then credits the other one.
 */

import type { ActorDefinition, ActorId, EffectOf, IncomingOf } from "@scenekeep/engine/core";
import type { MessageId, ObjectName, PortRequest } from "@scenekeep/engine/core";
import type { RequestKey, TimerKey } from "@scenekeep/engine/core";
import { FolderTree, ObjectStore, World } from "../world/mod.ts";
import type { Checker, Observation, Report, WorldOptions, WorldView } from "../world/mod.ts";

/** Money on its way from one account to another. */
export interface Transfer {
  readonly id: MessageId;
  readonly to: ActorId;
  readonly amount: number;
}

/** The types that the actors of a bank share. */
export interface Bank {
  readonly message: Transfer & { readonly kind: "transfer" | "credit" | "done" | "refused" };
  readonly event: Transfer & { readonly kind: EventKind; readonly step: number };
  readonly job: "screen";
  readonly result: { readonly kind: "score"; readonly digits: number };
}

type EventKind = "debited" | "stepped" | "credited";

/** An account's money, and the transfers that have not yet left for good. */
export interface Account {
  balance: number;
  readonly leaving: Record<MessageId, Transfer & { readonly step: number }>;
}

const CREDIT_STEP = 5;
const BLANK = "forms/blank" as ObjectName;

/** An account; holds 1,000 at first. */
export const ACCOUNT: ActorDefinition<Account, Bank> = {
  kind: "account",
  durability: "durable",
  mailboxCapacity: 64,
  invariants: [{ id: "BALANCE", check: (state) => state.balance < 0 ? "overdrawn" : null }],
  initial: () => ({ balance: 1_000, leaving: {} }),
  receive: (state, incoming) => {
    if (incoming.kind === "completed") return proceed(state, incoming);
    if (incoming.kind === "timer") {
      const transfer = state.leaving[incoming.key as string as MessageId];
      return transfer === undefined ? [] : [request(transfer.id, transfer.step)];
    }
    const { id: inReplyTo, from, body } = incoming.envelope;
    const { kind, id, amount } = body;
    const channel = kind === "credit" ? "durable" : "remote";
    const reply = { kind: "reply", inReplyTo, to: from, channel } as const;
    const done = { ...reply, body: { ...body, kind: "done" } } as const;
    if (kind === "credit") return [append("credited", body, 0), done];
    if (kind !== "transfer") return [];
    if (state.balance < amount) return [{ ...reply, body: { ...body, kind: "refused" } }];
    return [append("debited", body, 0), request(id, 0), timer(id, 90_000), done];
  },
  evolve: (state, event) => {
    if (event.kind === "credited") state.balance += event.amount;
    if (event.kind === "debited") state.balance -= event.amount;
    if (event.step === CREDIT_STEP) delete state.leaving[event.id];
    else if (event.kind !== "credited") state.leaving[event.id] = event;
  },
  restored: () => [],
  encode: (state) => state,
  decode: (snapshot) => snapshot as Account,
};

type Completed = Extract<IncomingOf<Bank>, { kind: "completed" }>;

function proceed(state: Account, { key, outcome }: Completed): EffectOf<Bank>[] {
  const id = key.slice(2) as MessageId;
  const transfer = state.leaving[id];
  // A timer or a restart may have asked for the same step twice.
  if (transfer === undefined || key !== request(id, transfer.step).key) return [];
  const result = outcome.kind === "done" ? outcome.result : null;
  if (result === null || (result.kind === "score" && result.digits !== 4)) return [timer(id, 500)];
  const isTorn = result.kind === "objectFacts" && result.contentHash !== "blank";
  const step = isTorn ? 1 : transfer.step + 1;
  const stepped = append("stepped", transfer, step);
  if (step < CREDIT_STEP) return [stepped, request(id, step)];
  const body = { id, to: transfer.to, amount: transfer.amount, kind: "credit" } as const;
  const cancel = { kind: "cancelTimer", key: id as string as TimerKey } as const;
  return [stepped, cancel, { kind: "send", to: transfer.to, channel: "durable", body }];
}

/** What a transfer asks of the ports, step by step. */
function request(id: MessageId, step: number): PortRequest<Bank["job"]> {
  const key = `${step}/${id}` as RequestKey;
  const object = `archive/${id}` as ObjectName;
  const add = { action: "add", slot: null, expectedHash: null, sameAs: null } as const;
  if (step === 0) return { kind: "compute", key, job: "screen" };
  if (step === 1) return { kind: "writeObject", key, object, source: BLANK, sizeBytes: 2_000_000 };
  if (step === 2) return { kind: "readObject", key, object, read: "hash" };
  if (step === 3) return { kind: "link", key, steps: [{ ...add, path: id, target: "blank" }] };
  return { kind: "remove", key, object, expectedHash: "blank" };
}

function append(kind: EventKind, { id, to, amount }: Transfer, step: number): EffectOf<Bank> {
  return { kind: "append", event: { kind, id, to, amount, step } };
}

function timer(id: MessageId, afterMs: number): EffectOf<Bank> {
  return { kind: "setTimer", key: id as string as TimerKey, afterMs };
}

/** Money is neither made nor lost: what left one account reaches another once. */
export class ConservationChecker implements Checker<Bank> {
  readonly id = "CONSERVATION";
  evaluations = 0;
  readonly #underWay = new Map<MessageId, number>();

  observe(seen: Observation<Bank>, report: Report): void {
    for (const event of seen.kind === "turn" ? seen.events : []) {
      if (event.kind === "debited") this.#underWay.set(event.id, event.amount);
      if (event.kind !== "credited") continue;
      this.evaluations += 1;
      if (!this.#underWay.delete(event.id)) report("credited twice", event.id);
    }
  }

  recompute(view: WorldView): string | null {
    let total = [...this.#underWay.values()].reduce((sum, amount) => sum + amount, 0);
    for (const id of view.actors()) total += (view.state(id) as Account).balance;
    return total === 1_000 * view.actors().length ? null : `the bank holds ${total}`;
  }

  settle(report: Report): void {
    for (const id of this.#underWay.keys()) report("never credited", id);
  }
}

/** A bank with these accounts, an archive and a folder of forms. */
export function bankWorld(accounts: readonly ActorId[], options: WorldOptions<Bank>): World<Bank> {
  const outcome = { kind: "done", result: { kind: "score", digits: 4 } } as const;
  const run = () => ({ durationMs: 5, outcome });
  const checkers = [new ConservationChecker()];
  const compute = { run, wrongSize: () => ({ kind: "score", digits: 5 } as const) };
  const world = new World<Bank>({ isTimerWork: () => true, checkers, compute, ...options });
  const forms = new FolderTree({ name: "forms" });
  forms.put(BLANK, { sizeBytes: 2_000_000, contentHash: "blank" });
  world.addHolder(forms);
  world.addHolder(new ObjectStore({ name: "archive", process: "branch" }));
  for (const id of accounts) world.addActor(ACCOUNT, { id, process: "branch", tree: "forms" });
  return world;
}
