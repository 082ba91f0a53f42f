import type { AlbumId, FileId, Metadata, PlanId } from "@scenekeep/engine/core";
import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";
import type { ShadowFile } from "./shadow_records.ts";
import type { ShadowLibrary } from "./shadow_library.ts";
import type { ItemEvent } from "./turn_delta.ts";

/**
 * INV-BARRIER-1: nothing hidden becomes visible, and nothing becomes visible to other people,
 * through a clean-up without consent.
 *
 * Consent is what the user sent with the request for the plan, not what the plan says of it.
 */
export class BarrierChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-BARRIER-1";
  readonly #consent = new Map<PlanId, ReadonlySet<AlbumId>>();
  /** Plans of which nobody saw what the user consented to. */
  readonly #unseen = new Set<PlanId>();

  override resume({ state }: Watched): void {
    for (const plan of state.plans.keys()) this.#unseen.add(plan);
  }

  override afterTurn(turn: LibrarianTurn): void {
    const body = turn.message?.body;
    if (body?.kind === "requestPlan") {
      this.#consent.set(body.request.plan, new Set(body.request.consentAlbums));
    }
    const applied = turn.shadow.delta.items.filter((event) => event.kind === "itemApplied");
    const undone = turn.shadow.delta.items.some((event) => event.kind === "itemUndone");
    if (applied.length === 0 && !undone) return;
    const consent = new Set<AlbumId>();
    for (const event of applied) {
      for (const album of this.#consent.get(event.plan) ?? []) consent.add(album);
    }
    this.#checkSides(turn, undone);
    if (applied.length === 0) return;
    for (const event of applied) this.#checkItem(turn, event);
    if (applied.some(({ plan }) => this.#unseen.has(plan))) return;
    for (const entry of turn.shadow.delta.entriesAdded) this.#checkEntry(turn, entry, consent);
    this.#checkWords(turn, consent);
  }

  override remembers(): unknown {
    return this.#consent;
  }

  /** What goes and what stays for it are on the same side. */
  #checkItem(turn: LibrarianTurn, event: ItemEvent): void {
    const { shadow } = turn;
    const item = shadow.plans.get(event.plan)?.plan.items[event.index];
    const before = item === undefined ? undefined : shadow.delta.files.get(item.file);
    const keeper = item === undefined ? undefined : shadow.files.get(item.keeper);
    if (item === undefined || before === undefined || keeper === undefined) return;
    const side = shadow.sideOf(keeper);
    this.expect(
      before.side === side,
      item.file,
      () => `A clean-up removed ${before.side} ${item.file} in favour of ${side} ${keeper.id}`,
    );
  }

  /**
   * No file changes sides. An undo may take the stand-in's entry of a file that the user has put on
   * both sides since: the other entries, and who sees them, stay as the user left them.
   */
  #checkSides(turn: LibrarianTurn, undone: boolean): void {
    const { shadow } = turn;
    for (const [id, before] of shadow.delta.files) {
      const file = shadow.files.get(id);
      if (file === undefined || !before.live) continue;
      const after = shadow.sideOf(file);
      this.expect(
        before.side === after || (undone && before.side === "mixed"),
        id,
        () => `A clean-up moved ${id} from the ${before.side} side to the ${after} side`,
      );
    }
    for (const record of shadow.delta.restored) {
      const file = shadow.files.get(record.file);
      if (file === undefined || !record.entries.length) continue;
      const wasHidden = record.record.metadata.hidden ||
        record.entries.every((entry) => shadow.albums.get(entry.album)?.kind === "hidden");
      this.expect(
        !wasHidden || shadow.sideOf(file) === "hidden",
        file.id,
        () => `Undo brought hidden file ${file.id} back to the visible side`,
      );
    }
  }

  #checkEntry(
    turn: LibrarianTurn,
    entry: { album: AlbumId; file: FileId },
    consent: ReadonlySet<AlbumId>,
  ): void {
    const { shadow } = turn;
    const album = shadow.albums.get(entry.album);
    const file = shadow.files.get(entry.file);
    if (album === undefined || file === undefined) return;
    const side = shadow.sideOf(file);
    this.expect(
      side === (album.kind === "hidden" ? "hidden" : side) && side !== "mixed",
      `${album.id}/${file.id}`,
      () => `A clean-up put ${side} file ${file.id} into ${album.kind} album ${album.id}`,
    );
    const foreign = album.owner !== shadow.owner;
    if (!album.visibleToOthers && !foreign) return;
    this.expect(
      consent.has(album.id) || this.#shownBefore(turn, entry, file),
      `${album.id}/${file.id}`,
      () => `A clean-up showed ${file.id} to others in album ${album.id} without consent`,
    );
  }

  /** True when the same content was in the album before the turn, so that nothing new is shown. */
  #shownBefore(
    turn: LibrarianTurn,
    entry: { album: AlbumId; file: FileId },
    file: ShadowFile,
  ): boolean {
    const { delta } = turn.shadow;
    for (const removed of delta.entriesRemoved) {
      if (removed.album !== entry.album) continue;
      if (delta.files.get(removed.file)?.contentHash === file.contentHash) return true;
    }
    const album = turn.shadow.albums.get(entry.album);
    if (file.contentHash === null) return false;
    return turn.shadow.showing(file.contentHash).some((id) =>
      id !== file.id && album?.files.has(id)
    );
  }

  #checkWords(turn: LibrarianTurn, consent: ReadonlySet<AlbumId>): void {
    const { shadow } = turn;
    for (const [id, before] of shadow.delta.files) {
      const file = shadow.files.get(id);
      if (file === undefined || before.metadata === null) continue;
      if (file.metadata === before.metadata || sameWords(file.metadata, before.metadata)) continue;
      const exposed = albumsSeenByOthers(shadow, file).find((album) => !consent.has(album));
      this.expect(
        exposed === undefined,
        id,
        () => `A clean-up wrote words or a place into ${id}, which others see in ${exposed}`,
      );
    }
  }
}

function albumsSeenByOthers(shadow: ShadowLibrary, file: ShadowFile): AlbumId[] {
  return file.albums.filter((id) => {
    const album = shadow.albums.get(id);
    return album !== undefined && (album.visibleToOthers || album.owner !== shadow.owner);
  });
}

function sameWords(left: Metadata, right: Metadata): boolean {
  return left.caption === right.caption && left.editedLocation === right.editedLocation &&
    left.tags.length === right.tags.length && left.tags.every((tag) => right.tags.includes(tag));
}
