import type { ActorDefinition, TurnContext } from "../protocol/actor.ts";
import type { ObjectName, RequestKey } from "../protocol/ids.ts";
import { invariant } from "../protocol/invariant.ts";
import type { Outcome } from "../protocol/incoming.ts";
import type { MeasuredFacts } from "../library/file.ts";
import type { ContentHash } from "../library/ids.ts";
import type {
  EngineEffect,
  EngineIncoming,
  EngineResult,
  EngineTypes,
} from "../messages/engine_types.ts";
import type { LibrarianRequest } from "../messages/librarian_messages.ts";
import {
  decodePulledWork,
  emptyHands,
  encodePulledWork,
  type PulledWork,
  pulledWorkProblem,
  type WorkTask,
} from "../pulled_work/pulled_work.ts";
import { type ListedWork, PulledWorkTurn, type WorkKind } from "../pulled_work/pulled_work_turn.ts";
import { vectorProblem } from "./unit_length.ts";

/** Pictures that are embedded at the same time: enough for a pool of child processes. */
export const EMBED_WINDOW_SIZE = 8;

/**
 * Attempts at one picture before it counts as not embeddable: some 6 minutes of outage are waited
 * out. A picture that brings down its process each time must end too.
 */
export const EMBED_ATTEMPTS_MAX = 6;

/** Messages that may wait: answers and hints are few, completions at most twice the window. */
const MAILBOX_CAPACITY = 1024;

/** A vector that waits to be recorded, and what else the picture told. */
export interface EmbeddedContent {
  readonly vector: Int16Array;
  readonly sharpness: number;
  readonly measured?: MeasuredFacts;
}

/** A content to embed, and its vector once there is one. */
export interface EmbedItem {
  readonly contentHash: ContentHash;
  readonly object: ObjectName;
  readonly embedded: EmbeddedContent | null;
}

/** What came of one content. */
export interface EmbedResult {
  readonly contentHash: ContentHash;
  readonly outcome: "embedded" | "notEmbeddable";
  readonly sharpness: number | null;
  readonly measured?: MeasuredFacts;
  readonly reason: string | null;
}

/** What embedding knows. */
export type EmbeddingState = PulledWork<EmbedItem, EmbedResult>;

/** How embedding works. */
export interface EmbeddingOptions {
  /** Components of the model's vectors. */
  readonly dimensions: number;
  /** @default {EMBED_WINDOW_SIZE} */
  readonly windowSize?: number;
  /** @default {EMBED_ATTEMPTS_MAX} */
  readonly attemptsMax?: number;
}

type Turn = PulledWorkTurn<EmbedItem, EmbedResult>;
type EmbedTask = WorkTask<EmbedItem>;

/**
 * Makes the embedding actor: turns pictures into recorded vectors of unit length.
 *
 * @throws {InvariantError} When an option is not a positive integer.
 */
export function embeddingActor(
  options: EmbeddingOptions,
): ActorDefinition<EmbeddingState, EngineTypes> {
  const { dimensions } = options;
  const windowSize = options.windowSize ?? EMBED_WINDOW_SIZE;
  const attemptsMax = options.attemptsMax ?? EMBED_ATTEMPTS_MAX;
  for (const value of [dimensions, windowSize, attemptsMax]) {
    invariant(Number.isInteger(value) && value > 0, "EMBED_OPTIONS", `${value}`);
  }
  const kind: WorkKind<EmbedItem, EmbedResult> = {
    work: "embed",
    windowSize,
    attemptsMax,
    next: nextJob,
    report: (results) => ({ kind: "contentsEmbedded", results }),
  };
  const turnOf = (state: EmbeddingState, context: TurnContext): Turn =>
    new PulledWorkTurn(kind, { state, context });
  return {
    kind: "embedding",
    durability: "volatile",
    mailboxCapacity: MAILBOX_CAPACITY,
    invariants: [
      { id: "EMBEDDING-HANDS", check: (state) => pulledWorkProblem(state, windowSize) },
      { id: "EMBEDDING-VECTORS", check: (state) => heldVectorProblem(state, dimensions) },
    ],
    initial: emptyHands<EmbedItem, EmbedResult>,
    receive: (state, incoming, context) => receive(turnOf(state, context), incoming, dimensions),
    evolve: (_state, event) => invariant(false, "VOLATILE_EVENT", event.kind),
    restored: (state, context) => {
      const turn = turnOf(state, context);
      turn.begin();
      return turn.end();
    },
    encode: (state) => encodePulledWork(state, encodeItem),
    decode: (snapshot) => decodePulledWork(snapshot, decodeItem),
  };
}

function heldVectorProblem(state: EmbeddingState, dimensions: number): string | null {
  for (const { item } of state.inHand.values()) {
    const problem = item.embedded === null ? null : vectorProblem(item.embedded.vector, dimensions);
    if (problem !== null) return `${item.contentHash}: ${problem}`;
  }
  return null;
}

function receive(
  turn: Turn,
  incoming: EngineIncoming,
  dimensions: number,
): readonly EngineEffect[] {
  switch (incoming.kind) {
    case "message": {
      const { body } = incoming.envelope;
      if (body.kind === "embedWork") takeContents(turn, body);
      else if (body.kind === "workAvailable" && body.work === "embed") turn.hint();
      break;
    }
    case "completed": {
      const answered = turn.answered(incoming.key);
      if (answered === null) break;
      const { key, task } = answered;
      if (task.item.embedded !== null) takeStored(turn, { key, task, outcome: incoming.outcome });
      else takeEmbedding(turn, { key, task, outcome: incoming.outcome, dimensions });
      break;
    }
    case "timer":
      turn.timer(incoming.key);
      break;
  }
  return turn.end();
}

function takeContents(turn: Turn, work: LibrarianRequest & { kind: "embedWork" }): void {
  const listed = new Map<string, ListedWork<EmbedItem, EmbedResult>>();
  for (const { contentHash, object } of work.items) {
    listed.set(contentHash, {
      item: { contentHash, object: object.name, embedded: null },
      verdict: null,
      isAnsweredBy: () => true,
    });
  }
  turn.take(listed);
}

function nextJob(item: EmbedItem, key: RequestKey): EngineEffect & { kind: "compute" } {
  const { contentHash, embedded, object } = item;
  return {
    kind: "compute",
    key,
    job: embedded === null
      ? { kind: "embed", contentHash, object }
      : { kind: "storeVector", contentHash, vector: embedded.vector },
  };
}

function takeEmbedding(
  turn: Turn,
  answer: { key: string; task: EmbedTask; outcome: Outcome<unknown>; dimensions: number },
): void {
  const { key, task, outcome } = answer;
  if (outcome.kind === "failed") {
    return failEmbedding(turn, { key, task, reason: outcome.error });
  }
  const result = outcome.result as EngineResult;
  if (result.kind === "notEmbeddable") return giveUp(turn, key, { task, reason: result.reason });
  const problem = result.kind === "embedding"
    ? vectorProblem(result.vector, answer.dimensions)
    : `unexpected result: ${result.kind}`;
  if (problem !== null || result.kind !== "embedding") {
    return failEmbedding(turn, { key, task, reason: problem ?? "failed" });
  }
  const { vector, sharpness, measured } = result;
  const embedded = { vector, sharpness, ...(measured === undefined ? {} : { measured }) };
  turn.attempt(key, { ...task, failures: 0, item: { ...task.item, embedded } });
}

/**
 * Bytes that are not there are no property of the content: the librarian is asked anew at the next
 * poll, and by then may know another file with the same content. All else is tried again here.
 */
function failEmbedding(
  turn: Turn,
  failure: { key: string; task: EmbedTask; reason: string },
): void {
  const { key, task, reason } = failure;
  if (reason === "missing" || reason === "gone") {
    const failures = task.failures + 1;
    if (failures < turn.kind.attemptsMax) return turn.setAside(key, failures);
  } else if (reason !== "corrupt" && reason !== "refused" && turn.retry(key, task)) return;
  giveUp(turn, key, { task, reason });
}

function giveUp(turn: Turn, key: string, failure: { task: EmbedTask; reason: string }): void {
  const { contentHash } = failure.task.item;
  turn.finish(key, {
    contentHash,
    outcome: "notEmbeddable",
    sharpness: null,
    reason: failure.reason,
  });
}

/**
 * A vector that cannot be kept says nothing about its content: it is made anew after the next poll.
 */
function takeStored(
  turn: Turn,
  answer: { key: string; task: EmbedTask; outcome: Outcome<unknown> },
): void {
  const { key, task, outcome } = answer;
  const { contentHash, embedded } = task.item;
  const isStored = outcome.kind === "done" &&
    (outcome.result as EngineResult).kind === "vectorStored";
  if (isStored) {
    return turn.finish(key, {
      contentHash,
      outcome: "embedded",
      sharpness: embedded?.sharpness ?? null,
      ...(embedded?.measured === undefined ? {} : { measured: embedded.measured }),
      reason: null,
    });
  }
  if (turn.retry(key, task)) return;
  turn.effects.push({
    kind: "note",
    level: "warning",
    code: "VECTOR_NOT_STORED",
    detail: `${contentHash}: ${outcome.kind === "failed" ? outcome.error : "failed"}`,
  });
  turn.setAside(key, 0);
}

function encodeItem(item: EmbedItem): unknown {
  const { embedded } = item;
  return embedded === null
    ? item
    : { ...item, embedded: { ...embedded, vector: [...embedded.vector] } };
}

function decodeItem(plain: unknown): EmbedItem {
  const item = plain as Omit<EmbedItem, "embedded"> & {
    readonly embedded:
      | (Omit<EmbeddedContent, "vector"> & { readonly vector: readonly number[] })
      | null;
  };
  const { embedded } = item;
  return {
    ...item,
    embedded: embedded === null ? null : { ...embedded, vector: Int16Array.from(embedded.vector) },
  };
}
