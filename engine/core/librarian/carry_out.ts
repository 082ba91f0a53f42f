import { identifier } from "../protocol/ids.ts";
import type { Outcome, PortError } from "../protocol/incoming.ts";
import type { FileRecord } from "../library/file.ts";
import type { AlbumId, PlanId } from "../library/ids.ts";
import type { EntryReference, RemovedEntry, SkipReason } from "../library/plan.ts";
import type { PlanRecord } from "../library/state.ts";
import type { TrashedEntry } from "../library/trash.ts";
import type { PlanCommand } from "../messages/librarian_messages.ts";
import { trashSteps } from "./folder_names.ts";
import { finishWhenSettled } from "./item_saga.ts";
import { askAgain, isUnknown } from "./name_moves.ts";
import { departureSteps } from "./removed_names.ts";
import type { Asker, TurnDraft } from "./turn_draft.ts";
import { emitUndoItem } from "./undo_plan.ts";

const CARRY_KEY = /^carry\/(.+)\/(\d+)\/(\d+)$/;

/** What the key of a carry-out request says. */
export interface CarryKey {
  readonly plan: PlanId;
  readonly index: number;
  readonly attempt: number;
}

/** Reads a key of a carry-out request, or null for keys of others. */
export function parseCarryKey(key: string): CarryKey | null {
  const [, plan, index, attempt] = CARRY_KEY.exec(key) ?? [];
  if (plan === undefined) return null;
  return { plan: identifier(plan), index: Number(index), attempt: Number(attempt) };
}

/** An applied item whose names have to follow: of what goes to the trash, or leaves an album. */
export type CarriedItem = { readonly index: number } & (CarriedFile | CarriedEntries);

interface CarriedFile {
  readonly sequence: number;
  readonly file: Pick<FileRecord, "contentHash" | "objects">;
  readonly entries: readonly TrashedEntry[];
  readonly added: readonly EntryReference[];
}

interface CarriedEntries {
  readonly removed: readonly RemovedEntry[];
}

/**
 * Asks the folder port to make names follow the items of one shot, all of them or none: all that
 * the removed files were called goes to the trash, and where a stand-in was added it takes the
 * name. What leaves an album alone is called no more what it was called there.
 */
export function requestCarryOut(
  draft: TurnDraft,
  group: { record: PlanRecord; items: readonly CarriedItem[]; attempt: number },
): void {
  const { attempt, items, record } = group;
  const [leader] = items;
  if (leader === undefined) return;
  draft.request({
    kind: "link",
    key: identifier(`carry/${record.plan.id}/${leader.index}/${attempt}`),
    steps: items.flatMap((item) => stepsOf(draft, record, item)),
  });
}

function stepsOf(
  draft: TurnDraft,
  record: PlanRecord,
  item: CarriedItem,
): ReturnType<typeof trashSteps> {
  const { files } = draft.state;
  if ("removed" in item) return item.removed.flatMap((entry) => departureSteps(draft.state, entry));
  const standIns = new Map<AlbumId, FileRecord>();
  for (const { album, file } of item.added) {
    const standIn = files.get(file);
    if (standIn !== undefined) standIns.set(album, standIn);
  }
  const keeperId = record.plan.items[item.index]?.keeper;
  const keeper = keeperId === undefined ? null : files.get(keeperId) ?? null;
  const { entries, file, sequence } = item;
  return trashSteps(file, { entries, sequence, standIns, keeper });
}

/** Ends the items of a shot once the folder port has answered. */
export function handleCarriedOut(
  draft: TurnDraft,
  carried: { key: CarryKey; outcome: Outcome<unknown> },
): void {
  const { key: { attempt, index, plan }, outcome } = carried;
  const record = draft.state.plans.get(plan);
  if (record === undefined) return;
  if (outcome.kind === "failed" && isUnknown(outcome.error)) {
    return askAgain(draft, `carry/${plan}/${index}/${attempt + 1}`);
  }
  const indexes = carriedIndexes(record, index);
  const reason = outcome.kind === "done" ? null : reasonOf(outcome.error);
  endCarryOut(draft, record, { indexes, reason });
}

/** Asks the folder again whose answer was none. */
export function repeatCarryOut(draft: TurnDraft, again: CarryKey): void {
  const { attempt, index, plan } = again;
  const record = draft.state.plans.get(plan);
  if (record === undefined) return;
  const items = carriedIndexes(record, index).flatMap((next): CarriedItem[] => {
    const item = record.items[next];
    if (item?.kind !== "applied") return [];
    const { added, removed } = item.changes;
    if (removed.length > 0) return [{ index: next, removed }];
    const trashed = draft.state.trash.get(item.trashSequence ?? 0);
    if (trashed?.homeObjects === undefined) return [];
    const { contentHash, entries, homeObjects: objects, sequence } = trashed;
    return [{ index: next, sequence, file: { contentHash, objects }, entries, added }];
  });
  requestCarryOut(draft, { record, items, attempt });
}

/** Items of the shot that `leader` leads whose names have yet to follow, in order. */
function carriedIndexes(record: PlanRecord, leader: number): number[] {
  const companions = record.plan.items[leader]?.companions ?? [];
  return [leader, ...companions].filter((index) => {
    const item = record.items[index];
    return item?.kind === "applied" && !item.carriedOut;
  });
}

/** What it says of an item that the folder could not follow. */
function reasonOf(error: PortError): SkipReason {
  if (error === "changed") return "fileChanged";
  return error === "missing" ? "fileGone" : "physicalFailure";
}

/** Ends an item once the catalog's service has reported. Twice changes nothing more. */
export function carryOutReported(
  draft: TurnDraft,
  asker: Asker,
  reported: { record: PlanRecord; report: PlanCommand & { kind: "reportItem" } },
): void {
  const { record, report } = reported;
  if (draft.state.libraryKind !== "catalog") {
    return draft.refuse(asker, "WRONG_LIBRARY_KIND", "Only a catalog's service carries items out");
  }
  if (record.items[report.index] === undefined) {
    return draft.refuse(asker, "INVALID", `The plan has no item ${report.index}`);
  }
  const item = record.items[report.index];
  const isOpen = item?.kind === "applied" && !item.carriedOut;
  endCarryOut(draft, record, {
    indexes: isOpen ? [report.index] : [],
    reason: report.outcome === "done" ? null : "physicalFailure",
  });
  draft.reply(asker, { kind: "accepted" });
}

function endCarryOut(
  draft: TurnDraft,
  record: PlanRecord,
  end: { indexes: readonly number[]; reason: SkipReason | null },
): void {
  if (record.phase !== "applying" || end.indexes.length === 0) return;
  const { reason } = end;
  // What was applied last is taken back first.
  for (const index of reason === null ? end.indexes : end.indexes.toReversed()) {
    if (reason === null) draft.emit({ kind: "itemCarriedOut", plan: record.plan.id, index });
    else revoke(draft, record, { index, reason });
  }
  finishWhenSettled(draft, record, end.indexes.length);
}

/** Nothing moved outside, so what was written is taken back; the file stands for its scene. */
function revoke(
  draft: TurnDraft,
  record: PlanRecord,
  revoked: { index: number; reason: SkipReason },
): void {
  emitUndoItem(draft, { record, index: revoked.index });
  const removed = record.plan.items[revoked.index];
  for (const obligation of draft.state.obligations.values()) {
    const concerned = obligation.plan === record.plan.id && obligation.scene === removed?.scene;
    if (!concerned || obligation.acceptable.has(removed.file)) continue;
    draft.emit({ kind: "obligationExtended", obligation: obligation.id, file: removed.file });
  }
  draft.emit({ kind: "itemRevoked", plan: record.plan.id, ...revoked });
}
