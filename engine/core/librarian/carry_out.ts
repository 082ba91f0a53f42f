import { identifier } from "../protocol/ids.ts";
import type { Outcome } from "../protocol/incoming.ts";
import type { FileRecord } from "../library/file.ts";
import type { PlanId } from "../library/ids.ts";
import type { PlanItem } from "../library/plan.ts";
import type { PlanRecord } from "../library/state.ts";
import type { PlanCommand } from "../messages/librarian_messages.ts";
import { finishWhenSettled } from "./item_saga.ts";
import type { Asker, TurnDraft } from "./turn_draft.ts";
import { emitUndoItem } from "./undo_plan.ts";

const CARRY_KEY = /^carry\/(.+)\/(\d+)$/;

/** Reads a key of a carry-out request, or null for keys of others. */
export function parseCarryKey(key: string): { plan: PlanId; index: number } | null {
  const [, plan, index] = CARRY_KEY.exec(key) ?? [];
  return plan === undefined ? null : { plan: identifier(plan), index: Number(index) };
}

/** The name of a folder library's object inside the library. */
export function pathOf(file: FileRecord): string | null {
  const original = file.objects.find((object) => object.role === "original");
  if (original === undefined) return null;
  const slash = original.name.indexOf("/");
  return slash < 0 ? null : original.name.slice(slash + 1);
}

/** Where a plan's removed bytes wait in the trash of a folder library. */
export function trashSlot(plan: PlanId, index: number): string {
  return `${plan}/${index}`;
}

/**
 * Asks the folder port to make names follow an applied item: the removed file's bytes go to the
 * trash slot, and its name becomes a link to the keeper, or goes where the directory has the keeper
 * already.
 */
export function requestCarryOut(
  draft: TurnDraft,
  item: {
    record: PlanRecord;
    item: PlanItem;
    file: FileRecord;
    keeper: FileRecord;
    standIn: boolean;
  },
): void {
  const path = pathOf(item.file);
  if (path === null) return;
  draft.request({
    kind: "link",
    key: identifier(`carry/${item.record.plan.id}/${item.item.index}`),
    action: item.standIn ? "replace" : "discard",
    path,
    target: item.standIn ? pathOf(item.keeper) : null,
    slot: trashSlot(item.record.plan.id, item.item.index),
    expectedHash: item.file.contentHash,
  });
}

/** Ends an item once the folder port has answered. */
export function handleCarriedOut(
  draft: TurnDraft,
  carried: { plan: PlanId; index: number; outcome: Outcome<unknown> },
): void {
  const record = draft.state.plans.get(carried.plan);
  if (record === undefined) return;
  endCarryOut(draft, record, { index: carried.index, done: carried.outcome.kind === "done" });
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
