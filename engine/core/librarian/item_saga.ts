import { identifier } from "../protocol/ids.ts";
import type { ObjectName } from "../protocol/ids.ts";
import type { Outcome } from "../protocol/incoming.ts";
import type { PlanId } from "../library/ids.ts";
import type { PlanItem, SkipReason } from "../library/plan.ts";
import type { LibraryState, PlanRecord } from "../library/state.ts";
import { applyGroup } from "./apply_group.ts";
import { askAgain } from "./name_moves.ts";
import { hashIn } from "./purge.ts";
import type { TurnDraft } from "./turn_draft.ts";

/**
 * [Note: The item saga]
 *
 * Items of one shot form a group that goes as a whole or not at all; any other item is a group of
 * its own. A group runs through: started (its keepers are being read back, one object after the
 * other), applied or skipped in one transaction that checks every precondition again, and carried
 * out where names or bytes live elsewhere. Each arrow is one committed turn, so a crash anywhere
 * resumes at the last arrow: the outbox asks for the read again, and a second answer finds the
 * group settled.
 */

/** Groups whose keepers are read at once. Enough to keep a disk busy, few enough to stop soon. */
export const GROUPS_IN_FLIGHT_MAX = 16;

/**
 * How often a keeper is read while errors pass, before its group is skipped: with ten seconds
 * between them, a store that starts anew within two minutes costs no item.
 */
export const READ_ATTEMPTS_MAX = 12;

/** Messages to oneself that must survive a crash. */
const SURVIVES_CRASH = "durable";

const VERIFY_KEY = /^verify\/(.+)\/(\d+)\/(\d+)\/(\d+)$/;

/** What a verification's key says. */
export interface VerifyKey {
  readonly plan: PlanId;
  /** The group's first item. */
  readonly leader: number;
  /** Which of the group's reads, from 0. */
  readonly step: number;
  readonly attempt: number;
}

/** Reads a key made by this file, or null for keys of others. */
export function parseVerifyKey(key: string): VerifyKey | null {
  const [, plan, leader, step, attempt] = VERIFY_KEY.exec(key) ?? [];
  if (plan === undefined) return null;
  return {
    plan: identifier(plan),
    leader: Number(leader),
    step: Number(step),
    attempt: Number(attempt),
  };
}

/** Starts the first groups of a plan that has just been confirmed. */
export function startItems(draft: TurnDraft, record: PlanRecord): void {
  startNext(draft, record, GROUPS_IN_FLIGHT_MAX);
}

/** Starts up to `count` more groups. */
function startNext(draft: TurnDraft, record: PlanRecord, count: number): void {
  let next = record.nextItem;
  let started = 0;
  for (; next < record.plan.items.length && started < count; next += 1) {
    const item = record.plan.items[next];
    if (item === undefined || !isLeader(item)) continue;
    started += 1;
    startGroup(draft, record, item);
  }
  if (next !== record.nextItem) draft.emit({ kind: "itemsStarted", plan: record.plan.id, next });
}

function isLeader(item: PlanItem): boolean {
  return item.companions.every((index) => index > item.index);
}

function groupOf(record: PlanRecord, leader: PlanItem): PlanItem[] {
  const items = [leader];
  for (const index of leader.companions) {
    const item = record.plan.items[index];
    if (item !== undefined) items.push(item);
  }
  return items;
}

function startGroup(draft: TurnDraft, record: PlanRecord, leader: PlanItem): void {
  if (draft.state.libraryKind !== "catalog") {
    const asked = requestRead(draft, { record, leader, step: 0, attempt: 1 });
    if (asked) return;
  }
  // Nothing to read (a catalog's service reads for itself) or no keeper: a turn of its own decides.
  draft.send(draft.context.self, SURVIVES_CRASH, {
    kind: "applyItem",
    plan: record.plan.id,
    index: leader.index,
  });
}

/** The objects of a group's keepers, and the hash that each must have. */
function readsOf(
  state: LibraryState,
  group: readonly PlanItem[],
): { object: ObjectName; expected: string }[] {
  const reads = new Map<ObjectName, string>();
  for (const item of group) {
    const keeper = state.files.get(item.keeper);
    const [imageHash, videoHash] = item.keeperHash.split(":");
    for (const object of keeper?.objects ?? []) {
      const expected = object.role === "original"
        ? imageHash
        : object.role === "video"
        ? videoHash
        : undefined;
      if (expected !== undefined) reads.set(object.name, expected);
    }
  }
  return [...reads].map(([object, expected]) => ({ object, expected }));
}

function requestRead(
  draft: TurnDraft,
  read: { record: PlanRecord; leader: PlanItem; step: number; attempt: number },
): boolean {
  const { record, leader, step, attempt } = read;
  const wanted = readsOf(draft.state, groupOf(record, leader))[step];
  if (wanted === undefined) return false;
  draft.request({
    kind: "readObject",
    key: identifier(`verify/${record.plan.id}/${leader.index}/${step}/${attempt}`),
    object: wanted.object,
    read: "hash",
  });
  return true;
}

/** Goes on with a group once an object of a keeper has been read. Late answers change nothing. */
export function handleVerified(
  draft: TurnDraft,
  verified: { key: VerifyKey; outcome: Outcome<unknown> },
): void {
  const { key, outcome } = verified;
  const record = draft.state.plans.get(key.plan);
  const leader = record?.plan.items[key.leader];
  if (record === undefined || leader === undefined || !isWaiting(record, leader)) return;
  const group = groupOf(record, leader);
  const wanted = readsOf(draft.state, group)[key.step];
  // The keepers' objects changed while one was read: the transaction will say what that means.
  if (wanted === undefined) return decideGroup(draft, record, group);
  if (outcome.kind === "failed") {
    const transient = outcome.error === "ioError" || outcome.error === "timeout" ||
      outcome.error === "failed";
    const attempt = key.attempt + 1;
    if (transient && attempt <= READ_ATTEMPTS_MAX) {
      askAgain(draft, `verify/${key.plan}/${key.leader}/${key.step}/${attempt}`);
    } else skipGroup(draft, record, { group, reason: "keeperUnreadable" });
    return;
  }
  if (hashIn(outcome.result) !== wanted.expected) {
    return skipGroup(draft, record, { group, reason: "keeperHashMismatch" });
  }
  if (requestRead(draft, { record, leader, step: key.step + 1, attempt: 1 })) return;
  decideGroup(draft, record, group);
}

/** Reads a keeper again that could not be read a while ago. */
export function repeatRead(draft: TurnDraft, again: VerifyKey): void {
  const { attempt, plan, step } = again;
  const record = draft.state.plans.get(plan);
  const leader = record?.plan.items[again.leader];
  if (record === undefined || leader === undefined || !isWaiting(record, leader)) return;
  if (requestRead(draft, { record, leader, step, attempt })) return;
  decideGroup(draft, record, groupOf(record, leader));
}

/** Decides a group that needed no read. */
export function handleApplyItem(draft: TurnDraft, due: { plan: PlanId; index: number }): void {
  const record = draft.state.plans.get(due.plan);
  const leader = record?.plan.items[due.index];
  if (record === undefined || leader === undefined || !isWaiting(record, leader)) return;
  decideGroup(draft, record, groupOf(record, leader));
}

function isWaiting(record: PlanRecord, item: PlanItem): boolean {
  return record.phase === "applying" && record.items[item.index]?.kind === "waiting";
}

function decideGroup(draft: TurnDraft, record: PlanRecord, group: readonly PlanItem[]): void {
  const outcome = applyGroup(draft, record, group);
  if (outcome.kind === "skipped") {
    return skipGroup(draft, record, { group, reason: outcome.reason });
  }
  goOn(draft, record, outcome.carryOut ? 0 : group.length);
}

function skipGroup(
  draft: TurnDraft,
  record: PlanRecord,
  skipped: { group: readonly PlanItem[]; reason: SkipReason },
): void {
  const { group, reason } = skipped;
  for (const item of group) {
    draft.emit({ kind: "itemSkipped", plan: record.plan.id, index: item.index, reason });
  }
  goOn(draft, record, group.length);
}

/** Ends the plan when this turn settles its last items, or starts another group. */
function goOn(draft: TurnDraft, record: PlanRecord, settledNow: number): void {
  startNext(draft, record, 1);
  finishWhenSettled(draft, record, settledNow);
}

/** Ends the plan when this turn settles its last items. */
export function finishWhenSettled(
  draft: TurnDraft,
  record: PlanRecord,
  settledNow: number,
): void {
  if (record.settledItems + settledNow !== record.plan.items.length) return;
  draft.emit({ kind: "planFinished", plan: record.plan.id });
}
