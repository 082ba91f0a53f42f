import { DurableCell, type TurnOutcome } from "../protocol/durable_cell.ts";
import type { NamedEffect } from "../protocol/durable_store.ts";
import type { PortRequest } from "../protocol/effect.ts";
import {
  type ActorId,
  type EffectId,
  identifier,
  type MessageId,
  type TimerKey,
} from "../protocol/ids.ts";
import type { Envelope, PortError } from "../protocol/incoming.ts";
import { invariant } from "../protocol/invariant.ts";
import { MemoryStore } from "../protocol/memory_store.ts";
import type { AssetId, DeviceId } from "../library/ids.ts";
import { deviceKeeper, LIBRARIAN } from "../messages/addresses.ts";
import type { EngineJob, EngineMessage, EngineTypes } from "../messages/engine_types.ts";
import type { KeeperCommand, KeeperReply } from "../messages/keeper_messages.ts";
import type { LibrarianCommand } from "../messages/librarian_messages.ts";
import { deviceKeeperActor } from "./device_keeper_actor.ts";
import type { KeeperState } from "./keeper_state.ts";
import { ModelLibrarian } from "./model_librarian.ts";
import { type Completion, ModelDevice } from "./model_device.ts";

/** The device of the world. */
export const DEVICE: DeviceId = identifier("phone");

const SELF = deviceKeeper(DEVICE);
const USER: ActorId = identifier("user");
const WALL_AT_START_MS = 1_700_000_000_000;
const QUIET_STEPS_MAX = 50_000;

interface Operation {
  readonly id: EffectId;
  readonly request: PortRequest<EngineJob>;
}

/** A command whose answer the user waits for, and asks for again under the same id. */
interface Asked {
  readonly id: MessageId;
  readonly command: KeeperCommand;
  readonly replies: KeeperReply[];
}

/**
 * One device keeper on a durable store, with a model of its device and of the librarian, and a
 * network that loses, doubles and reorders. Every removal is judged as it happens.
 */
export class KeeperWorld {
  readonly librarian: ModelLibrarian;
  readonly device: ModelDevice;
  readonly asked: Asked[] = [];
  /** Messages between keeper and librarian, and from the user; any may be lost. */
  readonly remote: Envelope<EngineMessage>[] = [];
  /** What the scanner says: in order, lost only with the process. */
  readonly local: KeeperCommand[] = [];
  readonly operations: Operation[] = [];
  readonly timers: Map<TimerKey, number> = new Map();
  readonly #store = new MemoryStore<EngineTypes>();
  #cell: DurableCell<KeeperState, EngineTypes>;
  #nowMs = 0;
  #bootAtMs = 0;
  #boots = 1;
  #messages = 0;
  #refuseCommits = 0;

  constructor(options: { portHonoursDeadlines: boolean } = { portHonoursDeadlines: true }) {
    this.device = new ModelDevice({
      ...options,
      clock: () => ({ bootId: this.#bootId, monotonicMs: this.#nowMs - this.#bootAtMs }),
      onRemoval: (asset, partHash) => this.#judgeRemoval(asset, partHash),
    });
    this.librarian = new ModelLibrarian((name) => this.device.objects.get(name)?.hash ?? null);
    this.#cell = this.#open();
  }

  /** The keeper's state, for reading. */
  get state(): KeeperState {
    return this.#cell.state;
  }

  /** True time since the world began. */
  get nowMs(): number {
    return this.#nowMs;
  }

  get #bootId(): string {
    return `boot${this.#boots}`;
  }

  /** Lets time pass. Timers that fall due stay until they are fired. */
  advance(ms: number): void {
    this.#nowMs += ms;
  }

  /** The user asks the keeper for something, until it is answered. */
  ask(command: KeeperCommand): KeeperReply[] {
    this.#messages += 1;
    const asked: Asked = { id: identifier(`user/${this.#messages}`), command, replies: [] };
    this.asked.push(asked);
    this.#sendAgain(asked);
    return asked.replies;
  }

  /** Asks again for every answer that has not come. */
  askAgain(): void {
    for (const asked of this.asked) if (asked.replies.length === 0) this.#sendAgain(asked);
  }

  /** The scanner tells what it sees now. */
  scan(): void {
    this.local.push(...this.device.scan());
  }

  /** Ends the keeper alone. What its ports do goes on, and is asked of them once more. */
  restartActor(): void {
    this.local.length = 0;
    this.#cell = this.#open();
  }

  /** Ends the process. Each port request under way is cut off before or after it took place. */
  reboot(isCarriedOut: (index: number) => boolean): void {
    for (const [index, { request }] of this.operations.entries()) {
      if (isCarriedOut(index)) this.device.carryOut(request);
    }
    this.operations.length = 0;
    this.local.length = 0;
    this.#boots += 1;
    this.#bootAtMs = this.#nowMs;
    this.#cell = this.#open();
  }

  /** Saves a snapshot, so that the next life starts from JSON. */
  snapshot(): void {
    this.#cell.snapshotWhenDue(1);
  }

  /** Makes the next commits fail, as a full disk does. */
  refuseCommits(count: number): void {
    this.#refuseCommits = count;
  }

  /** Delivers the remote message at `index`; with `keep` it will come again. */
  deliver(index: number, options: { keep: boolean }): void {
    if (this.remote.length === 0) return;
    const at = index % this.remote.length;
    const envelope = this.remote[at];
    if (envelope === undefined) return;
    if (envelope.to === LIBRARIAN) {
      const body = envelope.body as LibrarianCommand;
      const reply = this.librarian.receive(envelope.id, body, this.#nowMs);
      this.#post({ ...envelope, from: LIBRARIAN, to: SELF, inReplyTo: envelope.id, body: reply });
    } else if (envelope.to === USER) {
      const asked = this.asked.find(({ id }) => id === envelope.inReplyTo);
      asked?.replies.push(envelope.body as KeeperReply);
    } else if (!this.#give({ kind: "message", envelope }, null)) return;
    if (!options.keep) this.remote.splice(at, 1);
  }

  /** Delivers the scanner's next word. */
  deliverLocal(): void {
    const [body] = this.local;
    if (body === undefined) return;
    this.#messages += 1;
    const envelope: Envelope<EngineMessage> = {
      id: identifier(`scanner/${this.#messages}`),
      from: identifier("scanner"),
      to: SELF,
      channel: "local",
      inReplyTo: null,
      body,
    };
    if (this.#give({ kind: "message", envelope }, null)) this.local.shift();
  }

  /**
   * Ends the port request at `index`. With an error it fails; `isCarriedOut` says whether it took
   * place all the same.
   */
  complete(index: number, end: { error: PortError; isCarriedOut: boolean } | null): void {
    if (this.operations.length === 0) return;
    const at = index % this.operations.length;
    const operation = this.operations[at];
    if (operation === undefined) return;
    let outcome: Completion = { kind: "failed", error: end?.error ?? "failed" };
    if (end === null) outcome = this.device.carryOut(operation.request);
    else if (end.isCarriedOut) this.device.carryOut(operation.request);
    const incoming = { kind: "completed", key: operation.request.key, outcome } as const;
    this.operations.splice(at, 1);
    // A completion whose commit failed is delivered until one succeeds.
    let isTaken = false;
    while (!isTaken) isTaken = this.#give(incoming, operation.id);
  }

  /** The port request at `index` takes place, and later still ends with a timeout. */
  carryOutLate(index: number): void {
    const operation = this.operations[index % Math.max(1, this.operations.length)];
    if (operation !== undefined) this.device.carryOut(operation.request);
  }

  /** Fires a timer, due or not. */
  fire(key: TimerKey | undefined): void {
    if (key === undefined || !this.timers.has(key)) return;
    if (this.#give({ kind: "timer", key }, null)) return;
    this.timers.set(key, this.#nowMs);
  }

  /** Lets everything arrive and succeed, and time pass, until the keeper has nothing to do. */
  settle(): void {
    for (let step = 0; step < QUIET_STEPS_MAX; step += 1) {
      if (this.local.length > 0) this.deliverLocal();
      else if (this.remote.length > 0) this.deliver(0, { keep: false });
      else if (this.operations.length > 0) this.complete(0, null);
      else if (this.timers.size > 0) this.#fireNext();
      else if (this.asked.some(({ replies }) => replies.length === 0)) this.askAgain();
      else return;
    }
    const { asks, downloads, held, removals, uploads } = this.state;
    const left = [...asks.keys(), ...uploads.keys(), ...held.keys(), ...removals.keys()];
    invariant(false, "KEEPER_STUCK", `${left.join()} ${[...downloads.keys()].join()}`);
  }

  #fireNext(): void {
    let next: TimerKey | undefined;
    for (const [key, atMs] of this.timers) {
      if (next === undefined || atMs < (this.timers.get(next) ?? 0)) next = key;
    }
    this.#nowMs = Math.max(this.#nowMs, next === undefined ? 0 : this.timers.get(next) ?? 0);
    this.fire(next);
  }

  #sendAgain({ command, id }: Asked): void {
    this.#post({
      id,
      from: USER,
      to: SELF,
      channel: "remote",
      inReplyTo: null,
      body: command,
    });
  }

  #post(envelope: Envelope<EngineMessage>): void {
    this.#messages += 1;
    const id = envelope.inReplyTo === null
      ? envelope.id
      : identifier<MessageId>(`answer/${envelope.inReplyTo}/${envelope.from}`);
    this.remote.push({ ...envelope, id });
  }

  #open(): DurableCell<KeeperState, EngineTypes> {
    const definition = deviceKeeperActor();
    const store = this.#store;
    const failing = {
      open: () => store.open(),
      commit: (turn: Parameters<typeof store.commit>[0]) => {
        if (this.#refuseCommits === 0) return store.commit(turn);
        this.#refuseCommits -= 1;
        return { kind: "failed", reason: "diskFull" } as const;
      },
      repliesTo: (id: MessageId) => store.repliesTo(id),
      isOutstanding: (id: EffectId) => store.isOutstanding(id),
      acknowledge: (id: EffectId) => store.acknowledge(id),
      saveSnapshot: (snapshot: unknown) => store.saveSnapshot(snapshot),
      eventsSinceSnapshot: () => store.eventsSinceSnapshot(),
      pruneApplied: (wallMs: number) => store.pruneApplied(wallMs),
    };
    const cell = new DurableCell(definition, { store: failing, self: SELF });
    this.timers.clear();
    const { outbox, outcome, timersDue } = cell.open(this.#clock());
    for (const key of timersDue) this.timers.set(key, this.#nowMs);
    this.#release(outbox);
    this.#takeOutcome(outcome);
    return cell;
  }

  #clock(): { wallMs: number; monotonicMs: number; bootId: string } {
    return {
      wallMs: WALL_AT_START_MS + this.#nowMs,
      monotonicMs: this.#nowMs - this.#bootAtMs,
      bootId: this.#bootId,
    };
  }

  /** One turn; false when it was not committed and must be tried again. */
  #give(
    incoming: Parameters<DurableCell<KeeperState, EngineTypes>["deliver"]>[0]["incoming"],
    effectId: EffectId | null,
  ): boolean {
    // A timer that fires is forgotten first: the turn may set it again.
    if (incoming.kind === "timer") this.timers.delete(incoming.key);
    const outcome = this.#cell.deliver({ incoming, effectId }, this.#clock());
    for (const rule of deviceKeeperActor().invariants) {
      const problem = rule.check(this.#cell.state);
      invariant(problem === null, rule.id, problem ?? "");
    }
    return this.#takeOutcome(outcome);
  }

  #takeOutcome(outcome: TurnOutcome<EngineTypes>): boolean {
    if (outcome.kind === "refused") return false;
    if (outcome.kind !== "stale") this.#release(outcome.released);
    return true;
  }

  #release(released: readonly NamedEffect<EngineTypes>[]): void {
    for (const { effect, id } of released) {
      switch (effect.kind) {
        case "send":
        case "reply": {
          if (effect.to === identifier<ActorId>("scanner")) break;
          this.#post({
            id: identifier(id),
            from: SELF,
            to: effect.to,
            channel: effect.channel,
            inReplyTo: effect.kind === "reply" ? effect.inReplyTo : null,
            body: effect.body,
          });
          break;
        }
        case "setTimer":
          this.timers.set(effect.key, this.#nowMs + effect.afterMs);
          break;
        case "cancelTimer":
          this.timers.delete(effect.key);
          break;
        case "readObject":
        case "writeObject":
        case "remove":
          this.operations.push({ id, request: effect });
          break;
        case "note":
          break;
        default:
          invariant(false, "KEEPER_EFFECT", effect.kind);
      }
    }
  }

  #judgeRemoval(asset: AssetId, partHash: string): void {
    const isConfirmed = this.asked.some(({ command }) =>
      command.kind === "confirmFreeUp" && command.assets.includes(asset)
    );
    invariant(isConfirmed, "INV-DEVICE-1", `${asset} was not confirmed`);
    const problem = this.librarian.removalProblem(asset, partHash, this.#nowMs);
    invariant(problem === null, "INV-DEVICE-1", problem ?? "");
  }
}
