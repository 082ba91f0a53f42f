import { identifier, type RequestKey } from "../protocol/ids.ts";
import type { Outcome } from "../protocol/incoming.ts";
import type { ContentHash, OwnerId } from "../library/ids.ts";
import type { EngineResult } from "../messages/engine_types.ts";
import type { FileChange, LibrarianRequest } from "../messages/librarian_messages.ts";
import { vectorProblem } from "../embedding/unit_length.ts";
import { retryDelayMs } from "../pulled_work/pulled_work.ts";
import { type FileNode, groupingFor } from "./grouping_actor_state.ts";
import { contentsChanged, lookAgain } from "./grouping_actor_look.ts";
import type { GroupingTurn } from "./grouping_actor_turn.ts";
import { keepVector, keepVectorsOfReviews } from "./grouping_actor_reviews.ts";
import {
  addFile,
  hasVector,
  markNotDuplicates,
  nodeOf,
  removeFile,
  setVector,
} from "./grouping_state.ts";
import { filesOf, regroup } from "./grouping_view.ts";
import type { BarrierSide } from "./scene.ts";

/** Changes that are pulled at once: some 200 KiB. */
export const PULL_LIMIT = 1024;

/** How long the answer to a pull may take before it is asked again: 30 seconds. */
export const PULL_PATIENCE_MS: number = 30 * 1000;

/** Vectors of one request: 256 of 512 components are 256 KiB. */
export const LOAD_BATCH_SIZE = 256;

/** Requests for vectors under way: one is read while the other is worked in. */
export const LOADS_MAX = 2;

/** Components that are regrouped in one turn: a turn must not hold up the others for long. */
export const REGROUP_COMPONENTS_MAX = 256;

/** How long catching up may bring nothing before it is given up: 5 minutes. */
export const STALL_MS: number = 5 * 60 * 1000;

/** Lost contents that are told in one message. */
const LOST_BATCH_SIZE = 256;

const SIDES: readonly BarrierSide[] = ["visible", "hidden"];

/**
 * [Note: Catching up]
 *
 * A run pulls changes until there are no more, loads the vectors that are wanted, regroups what
 * changed, and ends. Changes are known up to a cursor; each is told with the state of its file at
 * the time of the answer. Only an answer to a pull from this very cursor is taken: any other would
 * leave out what lies between, or is late. A late one from the same cursor does no harm, since
 * whatever has changed after it was made has a higher number and is yet to be told.
 */

/** Begins a run, unless one is under way. */
export function startRun(turn: GroupingTurn): void {
  const { state } = turn;
  if (state.phase !== "idle") return;
  state.phase = "pulling";
  state.run += 1;
  state.progressSeen = state.progress;
  turn.setTimer("stall", STALL_MS);
  pull(turn);
}

/** Asks for the changes after the cursor. */
export function pull(turn: GroupingTurn): void {
  if (turn.state.phase !== "pulling") return;
  turn.tell({ kind: "pullChanges", cursor: turn.state.cursor, limit: PULL_LIMIT });
  turn.setTimer("pull", PULL_PATIENCE_MS);
}

/** Takes changes in. */
export function takeChanges(
  turn: GroupingTurn,
  changes: LibrarianRequest & { kind: "changes" },
): void {
  const { state } = turn;
  if (state.phase !== "pulling" || changes.from !== state.cursor) return;
  if (changes.reset) forgetFiles(turn);
  state.progress += 1;
  state.cursor = changes.next;
  if (changes.files.length > 0) contentsChanged(turn);
  for (const change of changes.files) takeFile(turn, change);
  for (const [first, second] of changes.notDuplicates) takePair(turn, first, second);
  if (changes.more) return pull(turn);
  turn.cancelTimer("pull");
  state.phase = "loading";
}

/** The cursor is too old: all files are told anew. Reviews stay as they were frozen. */
function forgetFiles(turn: GroupingTurn): void {
  const { state } = turn;
  keepVectorsOfReviews(turn);
  state.grouping = groupingFor(turn.rules.model);
  contentsChanged(turn);
  state.files.clear();
  state.owners.clear();
  state.pairs.length = 0;
  state.toLoad.clear();
  state.lost.clear();
}

function takeFile(turn: GroupingTurn, { file, node }: FileChange): void {
  const { state } = turn;
  const known = state.files.get(file);
  if (node !== null) {
    const { contentHash, owner, side } = node;
    meetOwner(turn, owner);
    // First in, then out: a node that only changes its side keeps its vector.
    addFile(state.grouping, { owner, side, hash: contentHash }, file);
    state.files.set(file, { owner, side, contentHash });
  } else state.files.delete(file);
  const isSame = node !== null && known?.owner === node.owner && known.side === node.side &&
    known.contentHash === node.contentHash;
  if (known !== undefined && !isSame) {
    const { contentHash, owner, side } = known;
    keepVector(turn, owner, contentHash);
    removeFile(state.grouping, { owner, side, hash: contentHash }, file);
  }
  if (node === null) return;
  if (node.embedded) wantVector(turn, node);
  else dropVector(turn, node);
}

function wantVector(turn: GroupingTurn, { contentHash, owner }: FileNode): void {
  const { grouping, lost, toLoad } = turn.state;
  const { id } = turn.rules.model;
  if (hasVector(grouping, { owner, hash: contentHash, model: id })) return;
  lost.delete(contentHash);
  toLoad.add(contentHash);
}

/** A content that is to be embedded anew has no vector until then: its nodes begin again. */
function dropVector(turn: GroupingTurn, { contentHash, owner }: FileNode): void {
  const { grouping, lost, toLoad } = turn.state;
  lost.delete(contentHash);
  toLoad.delete(contentHash);
  const { id } = turn.rules.model;
  if (!hasVector(grouping, { owner, hash: contentHash, model: id })) return;
  keepVector(turn, owner, contentHash);
  const names = SIDES.map((side) => ({ owner, side, hash: contentHash }));
  const files = names.map((name) => filesOf(grouping, name));
  for (const [at, name] of names.entries()) {
    for (const file of files[at] ?? []) removeFile(grouping, name, file);
  }
  for (const [at, name] of names.entries()) {
    for (const file of files[at] ?? []) addFile(grouping, name, file);
  }
}

function meetOwner(turn: GroupingTurn, owner: OwnerId): void {
  const { grouping, owners, pairs } = turn.state;
  if (owners.has(owner)) return;
  owners.add(owner);
  for (const [first, second] of pairs) markNotDuplicates(grouping, { owner, first, second });
}

function takePair(turn: GroupingTurn, first: ContentHash, second: ContentHash): void {
  const { grouping, owners, pairs } = turn.state;
  if (first === second) return;
  pairs.push([first, second]);
  for (const owner of owners) markNotDuplicates(grouping, { owner, first, second });
}

/** Goes on with the run after whatever happened; true when it has just ended. */
export function driveRun(turn: GroupingTurn): boolean {
  const { state } = turn;
  if (state.phase === "loading") {
    loadVectors(turn);
    if (state.toLoad.size > 0 || state.loads.size > 0) return false;
    reportLost(turn);
    state.phase = "looking";
  }
  if (state.phase === "looking") {
    if (!lookAgain(turn)) return false;
    state.phase = "regrouping";
  }
  if (state.phase !== "regrouping") return false;
  const { componentsLeft } = regroup(state.grouping, { componentsMax: REGROUP_COMPONENTS_MAX });
  state.progress += 1;
  if (componentsLeft > 0) {
    turn.setTimer("regroup", 0);
    return false;
  }
  endRun(turn);
  return true;
}

/** Ends the run, finished or not. What is under way is taken in when it comes. */
export function endRun(turn: GroupingTurn): void {
  turn.state.phase = "idle";
  for (const timer of ["pull", "stall", "regroup"]) turn.cancelTimer(timer);
}

function loadVectors(turn: GroupingTurn): void {
  const { state } = turn;
  if (state.isLoadTimerSet) return;
  while (state.toLoad.size > 0 && state.loads.size < LOADS_MAX) {
    const contentHashes: ContentHash[] = [];
    for (const contentHash of state.toLoad) {
      if (contentHashes.length === LOAD_BATCH_SIZE) break;
      contentHashes.push(contentHash);
    }
    for (const contentHash of contentHashes) state.toLoad.delete(contentHash);
    state.requestsMade += 1;
    const key = identifier<RequestKey>(`load/${turn.context.incarnation}/${state.requestsMade}`);
    state.loads.set(key, contentHashes);
    turn.effects.push({ kind: "compute", key, job: { kind: "loadVectors", contentHashes } });
  }
}

/** Takes loaded vectors in. An answer that nobody waits for is late or double. */
export function takeVectors(
  turn: GroupingTurn,
  key: RequestKey,
  outcome: Outcome<unknown>,
): void {
  const { state } = turn;
  const contentHashes = state.loads.get(key);
  if (contentHashes === undefined) return;
  state.loads.delete(key);
  const result = outcome.kind === "done" ? outcome.result as EngineResult : null;
  if (result?.kind !== "vectors" || result.vectors.length !== contentHashes.length) {
    return loadAgain(turn, contentHashes);
  }
  state.loadFailures = 0;
  state.progress += 1;
  contentsChanged(turn);
  for (const [at, contentHash] of contentHashes.entries()) {
    takeVector(turn, contentHash, result.vectors[at] ?? null);
  }
}

function loadAgain(turn: GroupingTurn, contentHashes: readonly ContentHash[]): void {
  const { state } = turn;
  for (const contentHash of contentHashes) state.toLoad.add(contentHash);
  state.loadFailures += 1;
  state.isLoadTimerSet = true;
  turn.setTimer("load", retryDelayMs(state.loadFailures));
}

function takeVector(
  turn: GroupingTurn,
  contentHash: ContentHash,
  vector: Int16Array | null,
): void {
  const { grouping, lost, owners } = turn.state;
  const { dimensions, id } = turn.rules.model;
  if (vector === null) {
    lost.add(contentHash);
    return;
  }
  const problem = vectorProblem(vector, dimensions);
  if (problem !== null) return turn.warn("VECTOR_UNUSABLE", `${contentHash}: ${problem}`);
  for (const owner of owners) {
    setVector(grouping, { owner, hash: contentHash, model: id, vector });
  }
}

/** Said again after every run until the librarian has it: a lost message costs one run. */
function reportLost(turn: GroupingTurn): void {
  const { state } = turn;
  for (const hash of state.lost) {
    const isThere = [...state.owners].some((owner) =>
      SIDES.some((side) => nodeOf(state.grouping, { owner, side, hash }) !== undefined)
    );
    if (!isThere) state.lost.delete(hash);
  }
  const lost = [...state.lost];
  for (let start = 0; start < lost.length; start += LOST_BATCH_SIZE) {
    const contentHashes = lost.slice(start, start + LOST_BATCH_SIZE);
    turn.tell({ kind: "embeddingsLost", contentHashes });
  }
}
