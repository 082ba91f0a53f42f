import { identifier } from "../protocol/ids.ts";
import type { AlbumRecord } from "../library/album.ts";
import type { FileRecord } from "../library/file.ts";
import type { AlbumId, ContentHash, FileId, ObligationId } from "../library/ids.ts";
import type {
  EntryReference,
  ItemChanges,
  PlanItem,
  RemovedEntry,
  SkipReason,
} from "../library/plan.ts";
import type { LibraryState, PlanRecord } from "../library/state.ts";
import { isSeenByOthers, mayEnter, sideOf } from "../library/visibility.ts";
import { type CarriedItem, requestCarryOut } from "./carry_out.ts";
import { isFavorite, isHidden, isMixed, ownAlbums, trashedEntries } from "./entries.ts";
import { mergeInto } from "./merge_item.ts";
import { isMetWithout, obligationsOn } from "./obligations.ts";
import { removedEntry } from "./removed_names.ts";
import { emitTrash } from "./trash_commands.ts";
import type { TurnDraft } from "./turn_draft.ts";

/** What became of an item in its turn. */
export type ItemOutcome =
  | { readonly kind: "applied"; readonly carryOut: boolean }
  | { readonly kind: "skipped"; readonly reason: SkipReason };

/** An item whose files are as the plan expects. */
interface ReadyItem {
  readonly record: PlanRecord;
  readonly item: PlanItem;
  readonly file: FileRecord;
  readonly keeper: FileRecord;
  /** The entry that goes when the file lives on; null when the file goes. */
  readonly removed: RemovedEntry | null;
}

/** Who stands for the scene in one album after the item, and whether it has to be added. */
interface Representation {
  readonly album: AlbumRecord;
  readonly representative: FileRecord;
  readonly add: boolean;
}

/** An item whose preconditions hold, and all files that leave with its shot. */
interface AppliedItem {
  readonly ready: ReadyItem;
  readonly representations: readonly Representation[];
  readonly leaving: ReadonlySet<FileId>;
}

/**
 * Applies a group of items: checks every precondition on the library as it is now (R18), then adds
 * stand-ins, merges metadata and trashes, all in this turn's transaction. Skips the whole group
 * when anything that one of its items relies on has changed; then nothing of it happens.
 */
export function applyGroup(
  draft: TurnDraft,
  record: PlanRecord,
  group: readonly PlanItem[],
): ItemOutcome {
  const leaving = new Set(group.map((item) => item.file));
  const prepared: { ready: ReadyItem; representations: Representation[] }[] = [];
  for (const item of group) {
    const ready = readyItem(draft.state, record, item);
    if (typeof ready === "string") return { kind: "skipped", reason: ready };
    if (leaving.has(item.keeper)) return { kind: "skipped", reason: "keeperGone" };
    const representations = representationsOf(draft.state, ready);
    if (typeof representations === "string") return { kind: "skipped", reason: representations };
    if (representations.some((found) => leaving.has(found.representative.id))) {
      return { kind: "skipped", reason: "representativeMissing" };
    }
    prepared.push({ ready, representations });
  }
  let carryOut = false;
  const items: CarriedItem[] = [];
  for (const { ready, representations } of prepared) {
    const emitted = emitItem(draft, { ready, representations, leaving });
    carryOut ||= emitted.carryOut;
    if (emitted.carried !== null) items.push(emitted.carried);
  }
  requestCarryOut(draft, { record, items, attempt: 1 });
  return { kind: "applied", carryOut };
}

function readyItem(
  state: LibraryState,
  record: PlanRecord,
  item: PlanItem,
): ReadyItem | SkipReason {
  const file = state.files.get(item.file);
  const keeper = state.files.get(item.keeper);
  if (file === undefined) return "fileGone";
  if (file.version !== item.version || file.contentHash !== item.contentHash) return "fileChanged";
  if (keeper === undefined) return "keeperGone";
  if (state.unreadable.has(keeper.id)) return "keeperUnreadable";
  if (keeper.version !== item.keeperVersion || keeper.contentHash !== item.keeperHash) {
    return "keeperChanged";
  }
  if (isMixed(state, file) || isMixed(state, keeper)) return "barrier";
  if (isHidden(state, file) !== isHidden(state, keeper)) return "barrier";
  const mayLeaveAlbum = item.action === "removeEntry" || record.plan.cleanup === "exact";
  if (!mayLeaveAlbum && isFavorite(state, file)) return "favorite";
  for (const reservation of state.reservations.values()) {
    if (reservation.replaces === file.id) return "busy";
  }
  const { fromAlbum } = item;
  if (item.action === "trashFile") return { record, item, file, keeper, removed: null };
  if (fromAlbum === null || !removesOneOfSeveral(state, { file, fromAlbum })) return "fileChanged";
  const removed = removedEntry(state, { file, album: fromAlbum });
  return removed === null ? "physicalFailure" : { record, item, file, keeper, removed };
}

/** An entry may go only while the file keeps another one in an album of its owner. */
function removesOneOfSeveral(
  state: LibraryState,
  { file, fromAlbum }: { file: FileRecord; fromAlbum: AlbumId },
): boolean {
  return file.entries.has(fromAlbum) && ownAlbums(state, file, fromAlbum).length > 0;
}

function representationsOf(
  state: LibraryState,
  ready: ReadyItem,
): Representation[] | SkipReason {
  const { item, file } = ready;
  const leaving = item.action === "removeEntry" && item.fromAlbum !== null
    ? [item.fromAlbum]
    : [...file.entries.keys()];
  const found: Representation[] = [];
  for (const id of leaving) {
    const album = state.albums.get(id);
    if (album === undefined) return "fileChanged";
    // What uncategorized held stays in some album of the owner: the keeper has one (R5).
    if (album.kind === "uncategorized" && item.fromAlbum !== id) continue;
    const representation = represent(state, { ready, album });
    if (typeof representation === "string") return representation;
    found.push(representation);
  }
  return found;
}

function represent(
  state: LibraryState,
  wanted: { ready: ReadyItem; album: AlbumRecord },
): Representation | SkipReason {
  const { ready, album } = wanted;
  const { item, file, record } = ready;
  const exact = record.plan.cleanup === "exact";
  const known = item.albums.find((precondition) => precondition.album === album.id);
  // An album that the file joined since: an exact copy follows anywhere, a similar one does not.
  const id: FileId | null = known?.representative ?? (exact ? item.keeper : null);
  const representative = id === null ? undefined : state.files.get(id);
  if (representative === undefined || representative.id === file.id) return "representativeMissing";
  const expected = known?.representativeHash ?? item.keeperHash;
  if (representative.contentHash !== expected) return "representativeMissing";
  if (album.entries.has(representative.id)) return { album, representative, add: false };
  if (known !== undefined && !known.mayAdd) return "representativeMissing";
  if (!album.mayAdd) return "representativeMissing";
  const side = sideOf(representative, state.albums);
  if (side !== sideOf(file, state.albums)) return "barrier";
  const flaggedHidden = representative.metadata.hidden;
  if (!mayEnter({ side, flaggedHidden }, album.kind)) return "barrier";
  const sameBytes = representative.contentHash === item.contentHash;
  const seen = state.owner !== null && isSeenByOthers(album, state.owner);
  if (seen && !sameBytes && !known?.publishes && !holdsContent(state, album, expected)) {
    return "representativeMissing";
  }
  return { album, representative, add: true };
}

/** True when people who see the album see this content in it already. */
function holdsContent(state: LibraryState, album: AlbumRecord, content: ContentHash): boolean {
  for (const id of state.filesByHash.get(content) ?? []) if (album.entries.has(id)) return true;
  return false;
}

/**
 * Emits the item's events in the order of R13: entries, metadata, then the trash. Says what names
 * have to follow in a folder.
 */
function emitItem(
  draft: TurnDraft,
  applied: AppliedItem,
): { carryOut: boolean; carried: CarriedItem | null } {
  const { ready, representations } = applied;
  const { record, item, file, keeper } = ready;
  const added: EntryReference[] = [];
  for (const { album, representative, add } of representations) {
    if (!add || draft.hasEntry(album, representative.id)) continue;
    added.push({ album: album.id, file: representative.id });
    // In a folder the stand-in is called as the file was that it stands for.
    draft.addEntry(album, representative.id, file.entries.get(album.id) ?? null);
  }
  const merged = item.merge === null
    ? null
    : mergeInto(draft, { plan: record.plan, item, keeper, file });
  emitObligations(draft, applied);
  const trashSequence = item.action === "trashFile"
    ? emitTrash(draft, file, {
      kind: "plan",
      plan: record.plan.id,
      itemIndex: item.index,
      keeper: keeper.id,
      keeperHash: item.keeperHash,
    })
    : null;
  const removed = ready.removed === null ? [] : [ready.removed];
  for (const entry of removed) emitRemoval(draft, entry);
  const arranged = emitArrangements(draft, { file, representations });
  const hasNames = removed.some(({ name }) => name !== undefined);
  const carryOut = hasNames || (trashSequence !== null && draft.state.libraryKind !== "stored");
  draft.emit({
    kind: "itemApplied",
    plan: record.plan.id,
    index: item.index,
    carryOut,
    trashSequence,
    changes: { added, removed, merged, arranged },
  });
  if (!carryOut || draft.state.libraryKind !== "folder") return { carryOut, carried: null };
  const { index } = item;
  if (trashSequence === null) return { carryOut, carried: { index, removed } };
  const entries = trashedEntries(draft.state, file);
  return { carryOut, carried: { index, sequence: trashSequence, file, entries, added } };
}

/** The entry goes, and where it had the bytes of a folder another name is where they are. */
function emitRemoval(draft: TurnDraft, { album, file, moved }: RemovedEntry): void {
  if (moved !== undefined) draft.emit({ kind: "fileMoved", file, objects: moved.to });
  draft.emit({ kind: "entryRemoved", album, file });
}

/** Cover and manual order follow to the stand-in (R7). */
function emitArrangements(
  draft: TurnDraft,
  moved: { file: FileRecord; representations: readonly Representation[] },
): ItemChanges["arranged"] {
  const arranged: ItemChanges["arranged"][number][] = [];
  for (const { album, representative } of moved.representations) {
    const before = draft.arrangementOf(album);
    const inOrder = before.order?.includes(moved.file.id) ?? false;
    const wasCover = before.cover === moved.file.id;
    if (!inOrder && !wasCover) continue;
    const after = {
      cover: wasCover ? representative.id : before.cover,
      order: replaceInOrder(before.order, { from: moved.file.id, to: representative.id }),
    };
    arranged.push({ album: album.id, before, after });
    // Trashing has just taken the file out of both, so this is said even when it is no news.
    draft.arrange(album, after);
  }
  return arranged;
}

function replaceInOrder(
  order: readonly FileId[] | null,
  replaced: { from: FileId; to: FileId },
): readonly FileId[] | null {
  if (order === null) return null;
  if (order.includes(replaced.to)) return order.filter((id) => id !== replaced.from);
  return order.map((id) => id === replaced.from ? replaced.to : id);
}

/** Makes the obligations of the item, and hands on those that the removed file helped to meet. */
function emitObligations(draft: TurnDraft, applied: AppliedItem): void {
  const { ready, representations, leaving } = applied;
  const { record, item, file } = ready;
  for (const { album, representative } of representations) {
    handOnObligations(draft, { album: album.id, file, representative, leaving });
    const id: ObligationId = identifier(`${record.plan.id}/${item.scene}/${album.id}`);
    draft.makeObligation({
      obligation: id,
      album: album.id,
      plan: record.plan.id,
      scene: item.scene,
      acceptable: acceptableFiles(ready, representative),
    });
  }
}

/** Kept members of the frozen scene, and the representative (which is one of them). */
function acceptableFiles(ready: ReadyItem, representative: FileRecord): readonly FileId[] {
  const kept = ready.record.keptByScene.get(ready.item.scene) ?? [];
  return kept.includes(representative.id) ? kept : [...kept, representative.id];
}

function handOnObligations(
  draft: TurnDraft,
  moved: {
    album: AlbumId;
    file: FileRecord;
    representative: FileRecord;
    leaving: ReadonlySet<FileId>;
  },
): void {
  for (
    const obligation of obligationsOn(draft.state, { album: moved.album, file: moved.file.id })
  ) {
    if (obligation.acceptable.has(moved.representative.id)) continue;
    if (isMetWithout(draft.state, obligation, moved.leaving)) continue;
    draft.emit({
      kind: "obligationExtended",
      obligation: obligation.id,
      file: moved.representative.id,
    });
  }
}
