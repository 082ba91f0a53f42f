import { identifier } from "../protocol/ids.ts";
import type { Outcome } from "../protocol/incoming.ts";
import type { FileRecord } from "../library/file.ts";
import type { AlbumId, PlanId } from "../library/ids.ts";
import type { EntryReference } from "../library/plan.ts";
import type { PlanRecord } from "../library/state.ts";
import type { TrashedEntry } from "../library/trash.ts";
import type { PlanCommand } from "../messages/librarian_messages.ts";
import { trashSteps } from "./folder_names.ts";
import { finishWhenSettled } from "./item_saga.ts";
import { askAgain, isUnknown } from "./name_moves.ts";
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

/**
 * Asks the folder port to make names follow an applied item: all that the removed file was called
 * goes to the trash, and where a stand-in was added it takes the name.
 */
export function requestCarryOut(
  draft: TurnDraft,
  item: {
    record: PlanRecord;
    index: number;
    sequence: number;
    file: Pick<FileRecord, "contentHash" | "objects">;
    entries: readonly TrashedEntry[];
    added: readonly EntryReference[];
    attempt: number;
  },
): void {
  const standIns = new Map<AlbumId, FileRecord>();
  for (const { album, file } of item.added) {
    const standIn = draft.state.files.get(file);
    if (standIn !== undefined) standIns.set(album, standIn);
  }
  const { attempt, entries, file, index, record, sequence } = item;
  draft.request({
    kind: "link",
    key: identifier(`carry/${record.plan.id}/${index}/${attempt}`),
    steps: trashSteps(file, { entries, sequence, standIns }),
  });
}

/** Ends an item once the folder port has answered. */
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
  endCarryOut(draft, record, { index, done: outcome.kind === "done" });
}

/** Asks the folder again whose answer was none. */
export function repeatCarryOut(draft: TurnDraft, again: CarryKey): void {
  const { attempt, index, plan } = again;
  const record = draft.state.plans.get(plan);
  const item = record?.items[index];
  if (record === undefined || item?.kind !== "applied" || item.carriedOut) return;
  const trashed = draft.state.trash.get(item.trashSequence ?? 0);
  if (trashed?.homeObjects === undefined) return;
  const { contentHash, entries, homeObjects: objects, sequence } = trashed;
  const { added } = item.changes;
  const file = { contentHash, objects };
  requestCarryOut(draft, { record, index, sequence, file, entries, added, attempt });
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
  endCarryOut(draft, record, { index: report.index, done: report.outcome === "done" });
  draft.reply(asker, { kind: "accepted" });
}

function endCarryOut(
  draft: TurnDraft,
  record: PlanRecord,
  end: { index: number; done: boolean },
): void {
  const item = record.items[end.index];
  if (item?.kind !== "applied" || item.carriedOut || record.phase !== "applying") return;
  if (end.done) {
    draft.emit({ kind: "itemCarriedOut", plan: record.plan.id, index: end.index });
  } else {
    // Nothing moved outside, so what was written here is taken back; the file stands for its scene.
    emitUndoItem(draft, { record, index: end.index });
    const removed = record.plan.items[end.index];
    for (const obligation of draft.state.obligations.values()) {
      const concerned = obligation.plan === record.plan.id && obligation.scene === removed?.scene;
      if (!concerned || obligation.acceptable.has(removed.file)) continue;
      draft.emit({
        kind: "obligationExtended",
        obligation: obligation.id,
        file: removed.file,
      });
    }
    draft.emit({
      kind: "itemRevoked",
      plan: record.plan.id,
      index: end.index,
      reason: "physicalFailure",
    });
  }
  finishWhenSettled(draft, record, 1);
}
