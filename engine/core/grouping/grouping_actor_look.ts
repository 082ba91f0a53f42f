import { identifier, type RequestKey } from "../protocol/ids.ts";
import type { Outcome } from "../protocol/incoming.ts";
import { compareText, type ContentHash } from "../library/ids.ts";
import type {
  ContentDigests,
  EngineResult,
  LookedPair,
  PictureTraces,
} from "../messages/engine_types.ts";
import type { SceneGrounds } from "../messages/grouping_messages.ts";
import { retryDelayMs } from "../pulled_work/pulled_work.ts";
import type { GroupingTurn } from "./grouping_actor_turn.ts";
import { setEvidence } from "./grouping_state.ts";

/**
 * [Note: Looking again]
 *
 * Vectors say which pictures may show the same thing; whether two of them do is seen by comparing
 * the pictures. So after the vectors of a run are loaded, and if anything has changed since, the
 * port is asked to look at all contents that may be in a scene with each other, and answers with
 * the pairs that it compared. Those are all the evidence there is until the next answer: evidence
 * follows from the contents alone, whatever was there before. The port remembers what it compared,
 * and does a part of a long look at a time.
 */

/** Pictures that are told in one message. */
const TRACES_BATCH_SIZE = 256;

/** What is known of the second look at pictures. */
export interface LookState {
  /** Grows with every change of the contents. */
  version: number;
  /** The version whose answer is in, -1 for none. */
  answered: number;
  /** The question that is under way. */
  asked: { readonly key: RequestKey; readonly version: number } | null;
  failures: number;
  isTimerSet: boolean;
  pairs: readonly LookedPair[];
  /** Contents whose picture is that of another one too. */
  digests: readonly ContentDigests[];
}

/** Nothing was looked at so far. */
export function nothingLooked(): LookState {
  return {
    version: 0,
    answered: -1,
    asked: null,
    failures: 0,
    isTimerSet: false,
    pairs: [],
    digests: [],
  };
}

/** Says that contents or vectors have changed. */
export function contentsChanged(turn: GroupingTurn): void {
  if (turn.state.look !== null) turn.state.look.version += 1;
}

/** Asks the port to look again where that is due; true when there is nothing to wait for. */
export function lookAgain(turn: GroupingTurn): boolean {
  const { look } = turn.state;
  if (look === null || look.answered === look.version) return true;
  if (look.asked !== null || look.isTimerSet) return false;
  turn.state.requestsMade += 1;
  const { incarnation } = turn.context;
  const key = identifier<RequestKey>(`look/${incarnation}/${turn.state.requestsMade}`);
  look.asked = { key, version: look.version };
  turn.effects.push({ kind: "compute", key, job: { kind: "lookAgain", crowds: crowdsOf(turn) } });
  return false;
}

/** The contents of each graph, in order: those of one owner on one side of the barrier. */
function crowdsOf({ state }: GroupingTurn): ContentHash[][] {
  const crowds: ContentHash[][] = [];
  for (const name of [...state.grouping.graphs.keys()].sort(compareText)) {
    const crowd = [...state.grouping.graphs.get(name)!.slotOfHash.keys()].sort(compareText);
    if (crowd.length > 1) crowds.push(crowd);
  }
  return crowds;
}

/** Takes an answer in; false when it is none to a question of this actor's look. */
export function takeLook(
  turn: GroupingTurn,
  key: RequestKey,
  outcome: Outcome<unknown>,
): boolean {
  const { look } = turn.state;
  if (look === null || look.asked?.key !== key) return false;
  const { version } = look.asked;
  look.asked = null;
  const result = outcome.kind === "done" ? outcome.result as EngineResult : null;
  if (result?.kind === "lookedAgain") {
    look.failures = 0;
    look.answered = version;
    look.pairs = result.pairs;
    look.digests = result.digests ?? [];
    setLooked(turn);
    tellTraces(turn, result.traces ?? []);
  } else if (result?.kind !== "lookingAgain") {
    look.failures += 1;
    look.isTimerSet = true;
    turn.setTimer("look", retryDelayMs(look.failures));
    return true;
  }
  turn.state.progress += 1;
  return true;
}

/**
 * Tells the librarian what was found on the pictures, before any review of them is answered. A
 * message that is lost costs nothing but a better choice of what stays, until the next look.
 */
function tellTraces(turn: GroupingTurn, traces: readonly PictureTraces[]): void {
  for (let start = 0; start < traces.length; start += TRACES_BATCH_SIZE) {
    turn.tell({ kind: "tracesFound", traces: traces.slice(start, start + TRACES_BATCH_SIZE) });
  }
}

/** Gives grouping the evidence that is known. */
export function setLooked({ rules, state }: Pick<GroupingTurn, "rules" | "state">): void {
  const pairs = state.look?.pairs ?? [];
  setEvidence(state.grouping, {
    model: rules.model.id,
    pairs: pairs.map(({ distance, first, second }) => [first, second, distance] as const),
  });
}

/** The compared pairs by their contents, to be asked for those within a scene. */
export class LookedPairs {
  readonly #byFirst = new Map<ContentHash, LookedPair[]>();

  constructor(pairs: readonly LookedPair[]) {
    for (const pair of pairs) {
      const others = this.#byFirst.get(pair.first);
      if (others === undefined) this.#byFirst.set(pair.first, [pair]);
      else others.push(pair);
    }
  }

  /** The compared pairs of these contents. */
  within(hashes: readonly ContentHash[]): LookedPair[] {
    if (this.#byFirst.size === 0) return [];
    const inside = new Set(hashes);
    return hashes.flatMap((hash) =>
      (this.#byFirst.get(hash) ?? []).filter(({ second }) => inside.has(second))
    );
  }
}

/**
 * What compared pairs say for their scene; null when none says anything. Those that do not fit, as
 * a wide scene may hold, speak against it and are not named.
 *
 * @param distanceMax How far apart pictures are at most that were compared and fit.
 */
export function groundsOf(
  compared: readonly LookedPair[],
  distanceMax: number,
): SceneGrounds | null {
  const pairs = compared.filter(({ distance }) => distance <= distanceMax);
  if (pairs.length === 0) return null;
  const spots = pairs.map((pair) => pair.spots);
  const count = (test: (pair: LookedPair) => boolean): number => pairs.filter(test).length;
  return {
    comparedPairs: pairs.length,
    spotsMin: spots.reduce((least, one) => Math.min(least, one)),
    spotsMax: spots.reduce((most, one) => Math.max(most, one)),
    mirroredPairs: count(({ isMirrored }) => isMirrored),
    turnedPairs: count(({ view }) => view === "turned"),
    insidePairs: count(({ view }) => view === "inside"),
  };
}
