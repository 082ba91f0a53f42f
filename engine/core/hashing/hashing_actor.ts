import type { ActorDefinition, TurnContext } from "../protocol/actor.ts";
import type { RequestKey } from "../protocol/ids.ts";
import { invariant } from "../protocol/invariant.ts";
import type { Outcome } from "../protocol/incoming.ts";
import type { StoredObject } from "../library/file.ts";
import type { ContentHash, FileId } from "../library/ids.ts";
import type { EngineEffect, EngineIncoming, EngineTypes } from "../messages/engine_types.ts";
import type { LibrarianRequest } from "../messages/librarian_messages.ts";
import {
  decodePulledWork,
  emptyHands,
  encodePulledWork,
  type PulledWork,
  pulledWorkProblem,
} from "../pulled_work/pulled_work.ts";
import {
  isTransientFailure,
  type ListedWork,
  PulledWorkTurn,
  type WorkKind,
} from "../pulled_work/pulled_work_turn.ts";
import { contentObjects, joinContentHash } from "./content_objects.ts";

/** Files that are read at the same time. Enough to keep a disk and the hash workers busy. */
export const HASH_WINDOW_SIZE = 16;

/** Reads of one file before it is reported as unreadable: some 6 minutes, the longest outage that a
 * file waits out. */
export const HASH_ATTEMPTS_MAX = 6;

/** Messages that may wait: answers and hints are few, completions at most twice the window. */
const MAILBOX_CAPACITY = 1024;

/** A file of which some objects have been read. */
export interface HashItem {
  readonly file: FileId;
  readonly version: number;
  readonly objects: readonly StoredObject[];
  /** Hashes of the objects read so far, in order. */
  readonly parts: readonly string[];
}

/** What was found of one file. */
export interface HashResult {
  readonly file: FileId;
  readonly version: number;
  readonly contentHash: ContentHash | null;
  readonly reason: string | null;
}

/** What hashing knows. */
export type HashingState = PulledWork<HashItem, HashResult>;

/** How hashing works. */
export interface HashingOptions {
  /** @default {HASH_WINDOW_SIZE} */
  readonly windowSize?: number;
  /** @default {HASH_ATTEMPTS_MAX} */
  readonly attemptsMax?: number;
}

type Turn = PulledWorkTurn<HashItem, HashResult>;

/**
 * Makes the hashing actor: reads stored bytes back and tells the librarian their content hash.
 *
 * @throws {InvariantError} When the window or the number of attempts is not a positive integer.
 */
export function hashingActor(
  options: HashingOptions = {},
): ActorDefinition<HashingState, EngineTypes> {
  const windowSize = options.windowSize ?? HASH_WINDOW_SIZE;
  const attemptsMax = options.attemptsMax ?? HASH_ATTEMPTS_MAX;
  invariant(Number.isInteger(windowSize) && windowSize > 0, "HASH_WINDOW", `${windowSize}`);
  invariant(Number.isInteger(attemptsMax) && attemptsMax > 0, "HASH_ATTEMPTS", `${attemptsMax}`);
  const kind: WorkKind<HashItem, HashResult> = {
    work: "hash",
    windowSize,
    attemptsMax,
    next: readNext,
    report: (results) => ({ kind: "filesHashed", results }),
  };
  const turnOf = (state: HashingState, context: TurnContext): Turn =>
    new PulledWorkTurn(kind, { state, context });
  return {
    kind: "hashing",
    durability: "volatile",
    mailboxCapacity: MAILBOX_CAPACITY,
    invariants: [{
      id: "HASHING-HANDS",
      check: (state) => pulledWorkProblem(state, windowSize),
    }],
    initial: emptyHands<HashItem, HashResult>,
    receive: (state, incoming, context) => receive(turnOf(state, context), incoming),
    evolve: (_state, event) => invariant(false, "VOLATILE_EVENT", event.kind),
    restored: (state, context) => {
      const turn = turnOf(state, context);
      turn.begin();
      return turn.end();
    },
    encode: (state) => encodePulledWork(state, (item) => item),
    decode: (snapshot) => decodePulledWork(snapshot, (item) => item as HashItem),
  };
}

function receive(turn: Turn, incoming: EngineIncoming): readonly EngineEffect[] {
  switch (incoming.kind) {
    case "message": {
      const { body } = incoming.envelope;
      if (body.kind === "hashWork") takeFiles(turn, body);
      else if (body.kind === "workAvailable" && body.work === "hash") turn.hint();
      break;
    }
    case "completed":
      takeRead(turn, incoming.key, incoming.outcome);
      break;
    case "timer":
      turn.timer(incoming.key);
      break;
  }
  return turn.end();
}

function takeFiles(turn: Turn, work: LibrarianRequest & { kind: "hashWork" }): void {
  const listed = new Map<string, ListedWork<HashItem, HashResult>>();
  for (const { file, version, objects } of work.items) {
    const parts = contentObjects(objects);
    listed.set(file, {
      item: { file, version, objects: parts, parts: [] },
      verdict: parts.length > 0 ? null : { file, version, contentHash: null, reason: "noOriginal" },
      isAnsweredBy: (result) => result.version === version,
    });
  }
  turn.take(listed);
}

function readNext(item: HashItem, key: RequestKey): EngineEffect & { kind: "readObject" } {
  const object = item.objects[item.parts.length];
  invariant(object !== undefined, "HASH_DONE", `${item.file} has been read to the end`);
  return { kind: "readObject", key, object: object.name, read: "hash" };
}

function takeRead(turn: Turn, request: RequestKey, outcome: Outcome<unknown>): void {
  const answered = turn.answered(request);
  if (answered === null) return;
  const { key, task } = answered;
  const hash = outcome.kind === "done" ? hashOf(outcome.result) : null;
  if (hash === null) {
    const error = outcome.kind === "failed" ? outcome.error : "failed";
    if (isTransientFailure(error) && turn.retry(key, task)) return;
    const { file, version } = task.item;
    return turn.finish(key, { file, version, contentHash: null, reason: error });
  }
  const item: HashItem = { ...task.item, parts: [...task.item.parts, hash] };
  if (item.parts.length < item.objects.length) return turn.attempt(key, { ...task, item });
  turn.finish(key, {
    file: item.file,
    version: item.version,
    contentHash: joinContentHash(item.parts),
    reason: null,
  });
}

/** The hash in a port's answer, or null when the port answered something else. */
function hashOf(result: unknown): string | null {
  if (typeof result !== "object" || result === null || !("kind" in result)) return null;
  if (result.kind !== "objectFacts" || !("contentHash" in result)) return null;
  return typeof result.contentHash === "string" ? result.contentHash : null;
}
