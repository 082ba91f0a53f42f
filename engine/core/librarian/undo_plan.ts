import type { NameStep } from "../protocol/effect.ts";
import { identifier } from "../protocol/ids.ts";
import type { Outcome } from "../protocol/incoming.ts";
import type { AlbumRecord } from "../library/album.ts";
import type { Metadata } from "../library/file.ts";
import type { EntryReference, ItemChanges, Plan, RemovedEntry } from "../library/plan.ts";
import type { ItemState, LibraryState, PlanRecord } from "../library/state.ts";
import type { AlbumId, FileId, PlanId, SceneId } from "../library/ids.ts";
import type { TrashRecord } from "../library/trash.ts";
import { ownAlbums } from "./entries.ts";
import { homecoming } from "./folder_names.ts";
import { addToIndex } from "./indexes.ts";
import { askAgain, isWorthRepeating } from "./name_moves.ts";
import { isMetWithout, obligationsOn } from "./obligations.ts";
import { entryReturn } from "./removed_names.ts";
import { emitRestore, type Restored } from "./restore_file.ts";
import type { TurnDraft } from "./turn_draft.ts";

/**
 * [Note: Undo]
 *
 * Items are undone one turn each, in the reverse of the order in which they were applied, so each
 * finds the state that it left unless somebody else has touched it since. What still holds what the
 * plan wrote is put back; what does not stays, and is named in the item's report.
 */

/** Stands in the report of an item that stays in the trash, as its names are not free. */
export const NAMES_NOT_PUT_BACK = "its names could not be put back";

const UNDO_KEY = /^undo\/(.+)\/(\d+)\/(\d+)$/;

/** What the key of a request for names says. */
export interface UndoKey {
  readonly plan: PlanId;
  /** Place in the order in which the items were applied. */
  readonly position: number;
  readonly attempt: number;
}

type AppliedState = ItemState & { readonly kind: "applied" };

/** Starts the undo of a plan; items that have not run never will. */
export function startUndo(draft: TurnDraft, record: PlanRecord): void {
  draft.emit({ kind: "undoStarted", plan: record.plan.id });
  for (const obligation of draft.state.obligations.values()) {
    if (obligation.plan !== record.plan.id) continue;
    draft.emit({ kind: "obligationEnded", obligation: obligation.id, reason: "undone" });
  }
  goOn(draft, record, record.appliedOrder.length - 1);
}

/** Undoes one item and goes on with the one that was applied before it. */
export function continueUndo(
  draft: TurnDraft,
  step: { plan: PlanId; position: number },
): void {
  const record = draft.state.plans.get(step.plan);
  if (record === undefined || record.phase !== "undoing") return;
  const index = record.appliedOrder[step.position];
  if (index === undefined || record.items[index]?.kind !== "applied") return;
  if (requestNames(draft, { record, ...step, attempt: 1 })) return;
  endItem(draft, record, { ...step, names: null });
}

/** Reads a key of a request for the names of an undone item, or null for keys of others. */
export function parseUndoKey(key: string): UndoKey | null {
  const [, plan, position, attempt] = UNDO_KEY.exec(key) ?? [];
  if (plan === undefined) return null;
  return { plan: identifier(plan), position: Number(position), attempt: Number(attempt) };
}

/** Goes on with the undo once the folder has answered. */
export function handleNamesBack(
  draft: TurnDraft,
  back: { key: UndoKey; outcome: Outcome<unknown> },
): void {
  const { key: { attempt, plan, position }, outcome } = back;
  const record = draft.state.plans.get(plan);
  if (record === undefined || record.phase !== "undoing") return;
  if (outcome.kind === "failed" && isWorthRepeating(outcome.error, attempt)) {
    return askAgain(draft, `undo/${plan}/${position}/${attempt + 1}`);
  }
  const names = outcome.kind === "done" ? null : outcome.error;
  endItem(draft, record, { position, names });
}

/** Asks the folder again for the names of an item. */
export function repeatNames(draft: TurnDraft, again: UndoKey): void {
  const record = draft.state.plans.get(again.plan);
  if (record?.phase === "undoing") requestNames(draft, { record, ...again });
}

/** In a folder the names come back before the library says so. False when there are none. */
function requestNames(
  draft: TurnDraft,
  asked: { record: PlanRecord; plan: PlanId; position: number; attempt: number },
): boolean {
  const { attempt, plan, position } = asked;
  const steps = stepsBack(draft.state, itemAt(asked.record, position));
  if (steps.length === 0) return false;
  draft.request({ kind: "link", key: identifier(`undo/${plan}/${position}/${attempt}`), steps });
  return true;
}

function stepsBack(state: LibraryState, item: AppliedState | null): readonly NameStep[] {
  const trashed = trashedBy(state, item);
  const steps = [...(trashed === null ? null : homecoming(state, trashed))?.steps ?? []];
  for (const entry of item?.changes.removed ?? []) {
    const back = entryReturn(state, entry);
    if (typeof back !== "string") steps.push(...back.steps);
  }
  return steps;
}

/** Ends the undo of one item; `names` says why its names did not come back. */
function endItem(
  draft: TurnDraft,
  record: PlanRecord,
  ended: { position: number; names: string | null },
): void {
  const index = record.appliedOrder[ended.position];
  const item = itemAt(record, ended.position);
  if (index === undefined || item === null) return;
  const trashed = trashedBy(draft.state, item);
  const isTaken = trashed !== null && homecoming(draft.state, trashed) === null;
  const why = isTaken ? "another file is called so by now" : ended.names;
  const stays = why === null ? emitUndoItem(draft, { record, index }) : [whyNamesStay(item, why)];
  draft.emit({ kind: "itemUndone", plan: record.plan.id, index, stays });
  goOn(draft, record, ended.position - 1);
}

function whyNamesStay(item: AppliedState, why: string): string {
  const [entry] = item.changes.removed;
  return entry === undefined
    ? `trash ${item.trashSequence}: ${NAMES_NOT_PUT_BACK}: ${why}`
    : `entry ${entry.file} in ${entry.album}: the folder refused its name: ${why}`;
}

function itemAt(record: PlanRecord, position: number): AppliedState | null {
  const item = record.items[record.appliedOrder[position] ?? -1];
  return item?.kind === "applied" ? item : null;
}

function trashedBy(state: LibraryState, item: AppliedState | null): TrashRecord | null {
  const sequence = item?.trashSequence ?? null;
  return sequence === null ? null : state.trash.get(sequence) ?? null;
}

function goOn(draft: TurnDraft, record: PlanRecord, position: number): void {
  for (let next = position; next >= 0; next -= 1) {
    const index = record.appliedOrder[next];
    if (index === undefined || record.items[index]?.kind !== "applied") continue;
    draft.send(draft.context.self, "durable", {
      kind: "continueUndo",
      plan: record.plan.id,
      position: next,
    });
    return;
  }
  draft.emit({ kind: "planUndone", plan: record.plan.id });
}

/** Takes back what one applied item wrote. Returns what stays, in words. */
export function emitUndoItem(
  draft: TurnDraft,
  undone: { record: PlanRecord; index: number },
): string[] {
  const item = undone.record.items[undone.index];
  if (item?.kind !== "applied") return [];
  const { state } = draft;
  const stays: string[] = [];
  const trashed = trashedBy(state, item);
  const back = restoreTrashed(draft, item, stays);
  const restored = back === null || trashed === null ? null : withoutMissing(trashed, back);
  for (const entry of item.changes.removed) restoreEntry(draft, entry, stays);
  const { plan } = undone.record;
  const scene = plan.items[undone.index]?.scene;
  const context = { plan, scene, restored, removed: item.changes.removed };
  const gone = new Map<FileId, Set<AlbumId>>();
  for (const { album, file } of back?.gaveWay ?? []) {
    addToIndex(gone, { key: file, value: album });
  }
  for (const entry of item.changes.added) {
    if (gone.get(entry.file)?.has(entry.album) === true) continue;
    const reason = whyStandInStays(state, entry, { ...context, gone: gone.get(entry.file) });
    if (reason === null) {
      draft.emit({ kind: "entryRemoved", ...entry });
      addToIndex(gone, { key: entry.file, value: entry.album });
    } else stays.push(`stand-in ${entry.file} in ${entry.album}: ${reason}`);
  }
  revertMerge(draft, item.changes, stays);
  revertArrangements(draft, item.changes, { ...context, gone });
  return stays;
}

function restoreTrashed(
  draft: TurnDraft,
  item: AppliedState,
  stays: string[],
): Restored | null {
  if (item.trashSequence === null) return null;
  const record = draft.state.trash.get(item.trashSequence);
  if (record === undefined) {
    stays.push(`trash ${item.trashSequence}: restored or purged since`);
    return null;
  }
  const restored = emitRestore(draft, record);
  for (const album of restored.missing) {
    const isTaken = draft.state.albums.has(album);
    stays.push(`album ${album}: ${isTaken ? "another file is called so" : "deleted since"}`);
  }
  return restored;
}

/** The record with the entries that came back. */
function withoutMissing(record: TrashRecord, { missing }: Restored): TrashRecord {
  return { ...record, entries: record.entries.filter(({ album }) => !missing.includes(album)) };
}

function restoreEntry(draft: TurnDraft, entry: RemovedEntry, stays: string[]): void {
  const { album, file } = entry;
  const back = entryReturn(draft.state, entry);
  if (typeof back === "string") {
    if (draft.state.albums.get(album)?.entries.has(file) !== true) {
      stays.push(`entry ${file} in ${album}: ${back}`);
    }
    return;
  }
  if (back.objects !== null) draft.emit({ kind: "fileMoved", file, objects: back.objects });
  draft.emit({ kind: "entryAdded", album, file, name: back.name });
}

/** True when another file that the user saw as one with this one is in the album. */
function holdsOther(
  album: AlbumRecord | undefined,
  file: FileId,
  { plan, scene }: { plan: Plan; scene: SceneId | undefined },
): boolean {
  const members = plan.scenes.find(({ id }) => id === scene)?.members ?? [];
  return members.some((other) => other.file !== file && album?.entries.has(other.file) === true);
}

/** Null when the stand-in may go; else why it stays. */
function whyStandInStays(
  state: LibraryState,
  entry: EntryReference,
  undone: {
    plan: Plan;
    scene: SceneId | undefined;
    restored: TrashRecord | null;
    removed: readonly EntryReference[];
    /** Albums that the same file leaves in this turn. */
    gone: ReadonlySet<AlbumId> | undefined;
  },
): string | null {
  const file = state.files.get(entry.file);
  if (file === undefined || !file.entries.has(entry.album)) return "it is not there any more";
  // In a folder what comes back has taken the name; where nothing did, the name is there still.
  if (file.entries.get(entry.album) !== null) return "nothing came back under its name";
  const album = state.albums.get(entry.album);
  const left = ownAlbums(state, file, entry.album).filter((id) => !undone.gone?.has(id));
  if (album?.owner === file.owner && left.length === 0) {
    return "it is in no other album of its owner";
  }
  const returning = returningTo(undone, entry.album);
  // What it stood for may have been purged since: an album does not lose a scene by an undo.
  if (returning.length === 0 && !holdsOther(album, entry.file, undone)) {
    return "nothing else of its scene is there";
  }
  for (const obligation of obligationsOn(state, entry)) {
    if (obligation.plan === undone.plan.id) continue;
    const returns = returning.some((id) => obligation.acceptable.has(id));
    if (!returns && !isMetWithout(state, obligation, new Set([entry.file]))) {
      return "a later clean-up relies on it";
    }
  }
  return null;
}

function returningTo(
  undone: { restored: TrashRecord | null; removed: readonly EntryReference[] },
  album: EntryReference["album"],
): EntryReference["file"][] {
  const files = undone.removed.filter((entry) => entry.album === album).map((entry) => entry.file);
  const { restored } = undone;
  if (restored?.entries.some((entry) => entry.album === album)) files.push(restored.file);
  return files;
}

/** Takes back each field that still holds what the merge wrote. */
function revertMerge(draft: TurnDraft, changes: ItemChanges, stays: string[]): void {
  const { merged } = changes;
  if (merged === null) return;
  const file = draft.state.files.get(merged.file);
  if (file === undefined) {
    stays.push(`metadata of ${merged.file}: the file is gone`);
    return;
  }
  const metadata = revertFields(file.metadata, merged);
  if (metadata !== null) draft.emit({ kind: "metadataChanged", file: file.id, metadata });
}

function revertFields(
  current: Metadata,
  merged: { before: Metadata; after: Metadata },
): Metadata | null {
  const reverted: Record<string, unknown> = { ...current };
  let changed = false;
  for (const key of Object.keys(merged.after) as (keyof Metadata)[]) {
    const wrote = !sameValue(merged.before[key], merged.after[key]);
    if (!wrote || !sameValue(current[key], merged.after[key])) continue;
    reverted[key] = merged.before[key];
    changed = true;
  }
  return changed ? { ...current, ...reverted } : null;
}

function sameValue(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => item === right[index]);
  }
  return left === right;
}

/**
 * Puts each cover and each manual order back that nobody has touched since, without the files that
 * do not come back themselves.
 */
function revertArrangements(
  draft: TurnDraft,
  changes: ItemChanges,
  undone: {
    restored: TrashRecord | null;
    removed: readonly EntryReference[];
    gone: ReadonlyMap<FileId, ReadonlySet<AlbumId>>;
  },
): void {
  for (const arranged of changes.arranged) {
    const album = draft.state.albums.get(arranged.album);
    if (album === undefined) continue;
    const { after, before } = arranged;
    const isCoverOurs = album.cover === after.cover;
    const isOrderOurs = sameValue(album.order, after.order);
    if (!isCoverOurs && !isOrderOurs) continue;
    const returning = returningTo(undone, album.id);
    const isThere = (file: FileId): boolean =>
      (album.entries.has(file) || returning.includes(file)) &&
      undone.gone.get(file)?.has(album.id) !== true;
    const now = draft.arrangementOf(album);
    const cover = isCoverOurs ? before.cover : now.cover;
    const order = isOrderOurs ? before.order : now.order;
    draft.arrange(album, {
      cover: cover !== null && isThere(cover) ? cover : null,
      order: order?.filter(isThere) ?? null,
    });
  }
}
