/**
 * The grouping actor: keeps the scenes of a library up to date, and reviews of them open.
 *
 * **Promises** that a review shows the scenes of the library as it was at a moment after the review
 * was asked for; that it stays as it is, whatever happens to the library, until it is closed or
 * dropped for newer ones; and that a plan made from it has the exact distance of every pair of a
 * deleted and a kept member (R8 to R11).
 *
 * **Takes** `openReview`, `readReview`, `decideScenes` and `closeReview` from clients, `changes`
 * from the librarian, answers of `loadVectors` and `lookAgain`, and its own timers. **Sends**
 * `pullChanges`, `embeddingsLost` and `tracesFound` to the librarian, `loadVectors` and, where the
 * port compares pictures, `lookAgain` to the port; answers each command.
 *
 * **Keeps nothing** across a crash. Files are pulled and vectors loaded again when the first review
 * is asked for, or an hour later. Open reviews are gone: `UNKNOWN_REVIEW` says so.
 *
 * **Survives** messages that are lost, late, double or reordered; loads that fail, end late or
 * twice, or bring the wrong number of vectors; vectors that are lost; timers that fire early. When
 * the librarian or the port cannot be reached it refuses reviews with `UNAVAILABLE` rather than
 * show part of a library.
 *
 * **Does not handle** which files may be searched: the librarian tells of no others.
 *
 * @module
 */

import type { ActorDefinition } from "../protocol/actor.ts";
import type { TimerKey } from "../protocol/ids.ts";
import type { Envelope } from "../protocol/incoming.ts";
import { invariant } from "../protocol/invariant.ts";
import type {
  EngineEffect,
  EngineIncoming,
  EngineMessage,
  EngineTypes,
} from "../messages/engine_types.ts";
import type { GroupingCommand } from "../messages/grouping_messages.ts";
import {
  driveRun,
  endRun,
  LOADS_MAX,
  pull,
  STALL_MS,
  startRun,
  takeChanges,
  takeVectors,
} from "./grouping_actor_catch_up.ts";
import { decideScenes, freezeReview, readReview, refuse } from "./grouping_actor_reviews.ts";
import { takeLook } from "./grouping_actor_look.ts";
import {
  decodeGroupingActor,
  emptyGroupingActor,
  encodeGroupingActor,
  type GroupingActorState,
  type ReviewClient,
  REVIEWS_MAX,
} from "./grouping_actor_state.ts";
import { type GroupingRules, GroupingTurn } from "./grouping_actor_turn.ts";
import type { GroupingModel } from "./grouping_state.ts";

/** How often grouping catches up without being asked: every hour. */
export const DEBOUNCE_MS: number = 60 * 60 * 1000;

/** Reviews that may wait to be opened. */
export const WAITING_REVIEWS_MAX = 64;

/** Messages that may wait: pages of reviews, and answers to at most a few requests. */
const MAILBOX_CAPACITY = 1024;

/** How grouping works. */
export interface GroupingOptions {
  /** The model whose vectors the port loads. */
  readonly model: GroupingModel;
  /** Time between two runs of catching up that nobody asked for. @default {DEBOUNCE_MS} */
  readonly debounceMs?: number;
  /**
   * Whether the port compares pictures, see [Note: Looking again].
   *
   * @default {false}
   */
  readonly looksAgain?: boolean;
}

/**
 * Makes the grouping actor.
 *
 * @throws {InvariantError} When the time between two runs is not a positive integer.
 */
export function groupingActor(
  options: GroupingOptions,
): ActorDefinition<GroupingActorState, EngineTypes> {
  const { debounceMs = DEBOUNCE_MS, looksAgain = false, model } = options;
  invariant(Number.isInteger(debounceMs) && debounceMs > 0, "GROUPING_DEBOUNCE", `${debounceMs}`);
  const rules: GroupingRules = { debounceMs, looksAgain, model };
  return {
    kind: "grouping",
    durability: "volatile",
    mailboxCapacity: MAILBOX_CAPACITY,
    invariants: [{ id: "GROUPING-BOUNDS", check: boundsProblem }],
    initial: () => emptyGroupingActor(rules),
    receive: (state, incoming, context) =>
      receive(new GroupingTurn(rules, { state, context }), incoming),
    evolve: (_state, event) => invariant(false, "VOLATILE_EVENT", event.kind),
    restored: (state, context) => {
      const turn = new GroupingTurn(rules, { state, context });
      turn.setTimer("debounce", debounceMs);
      return turn.effects;
    },
    encode: (state) => encodeGroupingActor(state, model),
    decode: (snapshot) => decodeGroupingActor(snapshot, rules),
  };
}

function boundsProblem(state: GroupingActorState): string | null {
  if (state.reviews.size > REVIEWS_MAX) return `${state.reviews.size} reviews are open`;
  if (state.loads.size > LOADS_MAX) return `${state.loads.size} loads are under way`;
  if (state.waiting.length > WAITING_REVIEWS_MAX) return `${state.waiting.length} reviews wait`;
  if (state.waiting.length > 0 && state.phase === "idle") return "reviews wait for no run";
  return null;
}

function receive(turn: GroupingTurn, incoming: EngineIncoming): readonly EngineEffect[] {
  switch (incoming.kind) {
    case "message":
      takeMessage(turn, incoming.envelope);
      break;
    case "completed":
      if (!takeLook(turn, incoming.key, incoming.outcome)) {
        takeVectors(turn, incoming.key, incoming.outcome);
      }
      break;
    case "timer":
      takeTimer(turn, incoming.key);
      break;
  }
  if (driveRun(turn)) serveWaiting(turn);
  return turn.effects;
}

function takeMessage(turn: GroupingTurn, envelope: Envelope<EngineMessage>): void {
  const { body, channel, from, id } = envelope;
  const client: ReviewClient = { request: id, client: from, channel };
  switch (body.kind) {
    case "changes":
      return takeChanges(turn, body);
    case "openReview":
      return openReview(turn, client, body);
    case "readReview":
      return readReview(turn, client, body);
    case "decideScenes":
      return decideScenes(turn, client, body);
    case "closeReview":
      turn.state.reviews.delete(body.review);
      return turn.reply(client, { kind: "reviewClosed", review: body.review });
    default:
      return;
  }
}

function openReview(
  turn: GroupingTurn,
  client: ReviewClient,
  command: GroupingCommand & { kind: "openReview" },
): void {
  const { state } = turn;
  const { limit, review, tier } = command;
  if (state.reviews.get(review)?.tier === tier) {
    return readReview(turn, client, { review, after: 0, limit });
  }
  if (state.waiting.some(({ request }) => request === client.request)) return;
  if (state.waiting.length === WAITING_REVIEWS_MAX) {
    return refuse(turn, client, "UNAVAILABLE", "Too many reviews wait to be opened");
  }
  // A run that is under way may have begun before something that the client knows of.
  const run = state.run + 1;
  state.waiting.push({ ...client, review, tier, limit, run });
  startRun(turn);
}

/** Opens the reviews that waited for the run that has just ended. */
function serveWaiting(turn: GroupingTurn): void {
  const { state } = turn;
  const waiting = state.waiting.splice(0);
  for (const entry of waiting) {
    if (entry.run > state.run) {
      state.waiting.push(entry);
      continue;
    }
    const { limit, review, tier } = entry;
    const known = state.reviews.get(review);
    if (known?.tier !== tier) {
      state.reviews.delete(review);
      freezeReview(turn, review, tier);
    }
    readReview(turn, entry, { review, after: 0, limit });
  }
  if (state.waiting.length > 0) startRun(turn);
}

function takeTimer(turn: GroupingTurn, key: TimerKey): void {
  const { state } = turn;
  switch (key as string) {
    case "debounce":
      turn.setTimer("debounce", turn.rules.debounceMs);
      return startRun(turn);
    case "pull":
      return pull(turn);
    case "load":
      state.isLoadTimerSet = false;
      return;
    case "look":
      if (state.look !== null) state.look.isTimerSet = false;
      return;
    case "stall":
      return giveUpWhenStalled(turn);
    default:
      return;
  }
}

/** What a run waits for, by its phase. */
const WAITED_FOR = {
  idle: "Nothing",
  pulling: "The librarian",
  loading: "The vectors",
  looking: "The pictures",
  regrouping: "The scenes",
} as const;

function giveUpWhenStalled(turn: GroupingTurn): void {
  const { state } = turn;
  if (state.phase === "idle") return;
  if (state.progress !== state.progressSeen) {
    state.progressSeen = state.progress;
    return turn.setTimer("stall", STALL_MS);
  }
  const what = WAITED_FOR[state.phase];
  turn.warn("GROUPING_STALLED", `${what} cannot be reached`);
  for (const entry of state.waiting.splice(0)) {
    refuse(turn, entry, "UNAVAILABLE", `${what} cannot be reached: try again later`);
  }
  endRun(turn);
}
