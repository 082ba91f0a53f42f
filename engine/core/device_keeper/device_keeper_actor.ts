import type { ActorDefinition, TurnContext } from "../protocol/actor.ts";
import type { MessageId, RequestKey, TimerKey } from "../protocol/ids.ts";
import type { Envelope, Outcome } from "../protocol/incoming.ts";
import type { AssetId } from "../library/ids.ts";
import type {
  EngineEffect,
  EngineIncoming,
  EngineMessage,
  EngineTypes,
} from "../messages/engine_types.ts";
import type { KeeperCommand } from "../messages/keeper_messages.ts";
import type { LibrarianReply } from "../messages/librarian_replies.ts";
import { ask, askAgain } from "./asks.ts";
import { startDownloads, takeCheck, takeFetch, takeFileState } from "./downloads.ts";
import { evolveKeeper } from "./evolve_keeper.ts";
import { driveFreeUp, finishFreeUps, takeRehash } from "./free_up.ts";
import { handleCommand } from "./keeper_commands.ts";
import type { AskPurpose, KeeperEvent, SentRequest } from "./keeper_events.ts";
import { KEEPER_INVARIANTS } from "./keeper_invariants.ts";
import { HOLD_FIRST_MS, HOLD_MAX_MS, KEEPER_MAILBOX_CAPACITY } from "./keeper_limits.ts";
import { decodeKeeper, emptyKeeper, encodeKeeper, type KeeperState } from "./keeper_state.ts";
import { clientOf, KeeperTurn, parsePortKey } from "./keeper_turn.ts";
import { startHashing, takeLocalHash } from "./local_hashing.ts";
import { endDoubt, startReport, takeReceipts, takeRemoval, takeSearch } from "./removals.ts";
import { startUploads, takeUploadAnswer, takeWrite } from "./uploads.ts";

/** Makes the device keeper: one for each device, on the device. */
export function deviceKeeperActor(): ActorDefinition<KeeperState, EngineTypes> {
  return {
    kind: "device_keeper",
    durability: "durable",
    mailboxCapacity: KEEPER_MAILBOX_CAPACITY,
    invariants: KEEPER_INVARIANTS,
    initial: emptyKeeper,
    receive,
    // A library's event in this journal means that the wrong file was opened: it is no known
    // variant.
    evolve: (state, event) => evolveKeeper(state, event as KeeperEvent),
    // What was under way is in the outbox and the timers: both come back by themselves.
    restored: () => [],
    encode: encodeKeeper,
    decode: decodeKeeper,
  };
}

function receive(
  state: KeeperState,
  incoming: EngineIncoming,
  context: TurnContext,
): readonly EngineEffect[] {
  const turn = new KeeperTurn(state, context);
  switch (incoming.kind) {
    case "message":
      takeMessage(turn, incoming.envelope);
      break;
    case "completed":
      takeCompletion(turn, incoming.key, incoming.outcome);
      break;
    case "timer":
      takeTimer(turn, incoming.key);
      break;
  }
  goOn(turn);
  return turn.effects;
}

function takeMessage(turn: KeeperTurn, envelope: Envelope<EngineMessage>): void {
  const { body, inReplyTo } = envelope;
  if (isCommand(body)) return handleCommand(turn, clientOf(envelope), body);
  if (inReplyTo !== null) takeAnswer(turn, inReplyTo, body as LibrarianReply);
}

const COMMANDS: ReadonlySet<string> = new Set<KeeperCommand["kind"]>([
  "startKeeper",
  "chooseAlbums",
  "assetsFound",
  "assetsGone",
  "reviewFreeUp",
  "confirmFreeUp",
  "downloadAsset",
  "readBackup",
]);

function isCommand(body: EngineMessage): body is KeeperCommand {
  return COMMANDS.has(body.kind);
}

/** An answer that nobody waits for is late or double. */
function takeAnswer(turn: KeeperTurn, inReplyTo: MessageId, reply: LibrarianReply): void {
  const { state } = turn;
  const open = state.asks.get(state.requests.get(inReplyTo) ?? "");
  const request = open?.requests.find(({ id }) => id === inReplyTo);
  if (open !== undefined && request !== undefined) answer(turn, open.purpose, { request, reply });
}

function answer(
  turn: KeeperTurn,
  purpose: AskPurpose,
  answered: { request: SentRequest; reply: LibrarianReply },
): void {
  const { reply, request } = answered;
  switch (purpose.kind) {
    case "register":
      if (reply.kind !== "accepted") return turn.warn("NOT_REGISTERED", reply.kind);
      turn.endAsk(purpose);
      return turn.apply({ kind: "registrationSettled", isKnown: true });
    case "offer":
    case "commit":
      return takeUploadAnswer(turn, purpose.asset, reply);
    case "abandon":
      return turn.endAsk(purpose);
    case "receipts":
      return takeReceipts(turn, request, reply);
    case "report":
      if (reply.kind !== "accepted") return turn.warn("NOT_REPORTED", reply.kind);
      turn.endAsk(purpose);
      return turn.apply({ kind: "removalsReported", receipts: purpose.receipts });
    case "find":
      return takeFileState(turn, purpose.asset, reply);
  }
}

function takeCompletion(turn: KeeperTurn, key: RequestKey, outcome: Outcome<unknown>): void {
  const purpose = parsePortKey(key);
  switch (purpose.action) {
    case "hash":
      return takeLocalHash(turn, purpose, outcome);
    case "write":
      return takeWrite(turn, purpose, outcome);
    case "rehash":
      return takeRehash(turn, purpose, outcome);
    case "remove":
      return takeRemoval(turn, purpose, outcome);
    case "search":
      return takeSearch(turn, purpose, outcome);
    case "fetch":
      return takeFetch(turn, purpose, outcome);
    case "check":
      return takeCheck(turn, purpose, outcome);
  }
}

function takeTimer(turn: KeeperTurn, key: TimerKey): void {
  if (key === "hold") return turn.apply({ kind: "heldReleased" });
  if (key.startsWith("ask/")) return askAgain(turn, key.slice("ask/".length));
  if (key.startsWith("doubt/")) return endDoubt(turn, key.slice("doubt/".length) as AssetId);
}

/** Begins whatever there is room for, after anything that happened. */
function goOn(turn: KeeperTurn): void {
  const { state } = turn;
  if (state.device === null) return;
  if (!state.isRegistered && !state.asks.has("register")) ask(turn, { kind: "register" });
  startHashing(turn);
  startUploads(turn);
  driveFreeUp(turn);
  startReport(turn);
  startDownloads(turn);
  finishFreeUps(turn);
  if (state.held.size === 0 || state.isHoldTimerSet) return;
  turn.apply({ kind: "holdTimerSet" });
  turn.setTimer("hold", holdMs(state.holdRounds));
}

function holdMs(rounds: number): number {
  let waitMs = HOLD_FIRST_MS;
  for (let round = 0; round < rounds && waitMs < HOLD_MAX_MS; round += 1) waitMs *= 2;
  return Math.min(waitMs, HOLD_MAX_MS);
}
