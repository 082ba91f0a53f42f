import type {
  AlbumId,
  FileId,
  LibraryEvent,
  ObligationId,
  PlanId,
  SceneId,
} from "@scenekeep/engine/core";
import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";
import type { ShadowAlbum, ShadowPlan } from "./shadow_records.ts";
import type { ShadowLibrary } from "./shadow_library.ts";

interface Obligation {
  readonly id: ObligationId;
  readonly album: AlbumId;
  readonly plan: PlanId;
  readonly scene: SceneId;
  readonly acceptable: Set<FileId>;
}

/** The kept members of each scene of a plan, and by scene id. */
type KeptByScene = ReadonlyMap<SceneId, ReadonlySet<FileId>>;

/**
 * INV-ALBUM-1: no clean-up makes an album lose a scene.
 *
 * Two looks. When an item is applied, every album that lost the file must show a kept member of the
 * scene, and an obligation must say so. Afterwards, whenever an album loses an entry for whatever
 * reason, each of its obligations must be met, or have ended for a reason that is true.
 */
export class AlbumSceneChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-ALBUM-1";
  readonly #obligations = new Map<ObligationId, Obligation>();
  /** The obligations that an album's entries help to meet, by their file. */
  readonly #byEntry = new Map<AlbumId, Map<FileId, Set<Obligation>>>();
  /** The promises that were made: album, plan and scene. */
  readonly #promised = new Map<string, number>();
  readonly #kept = new Map<PlanId, KeptByScene>();
  readonly #ended: { obligation: Obligation; reason: string }[] = [];

  /** How many obligations are open. */
  get openObligations(): number {
    return this.#obligations.size;
  }

  /** True when an obligation on the album is met by this file alone. */
  restsOn(entry: { album: AlbumId; file: FileId }, shadow: ShadowLibrary): boolean {
    const album = shadow.albums.get(entry.album);
    for (const obligation of this.#byEntry.get(entry.album)?.get(entry.file) ?? []) {
      const met = [...obligation.acceptable].filter((file) => album?.files.has(file));
      if (met.length === 1 && met[0] === entry.file) return true;
    }
    return false;
  }

  override resume({ state }: Watched): void {
    for (const { plan } of state.plans.values()) this.#kept.set(plan.id, keptMembers(plan));
    for (const { acceptable, album, id, plan, scene } of state.obligations.values()) {
      this.#keep({ id, album, plan, scene, acceptable: new Set(acceptable) });
    }
  }

  override afterTurn(turn: LibrarianTurn): void {
    const { delta } = turn.shadow;
    for (const event of turn.events) this.#fold(event, turn);
    if (delta.items.length > 0) this.#checkItems(turn);
    for (const entry of delta.entriesRemoved) this.#checkEntry(entry, turn);
    if (this.#ended.length > 0) this.#checkEndings(turn);
  }

  /** Every open obligation, looked at anew. Linear in their number. */
  override recompute({ shadow }: Watched): void {
    for (const obligation of this.#obligations.values()) {
      this.expect(isMet(shadow, obligation), obligation.id, () => unmet(obligation));
    }
  }

  override remembers(): unknown {
    return [this.#obligations, this.#promised, this.#kept];
  }

  #fold(event: LibraryEvent, turn: LibrarianTurn): void {
    if (event.kind === "planProposed") {
      this.#kept.set(event.plan.id, keptMembers(event.plan));
    } else if (event.kind === "planDiscarded" || event.kind === "planUndone") {
      this.#kept.delete(event.plan);
    } else if (event.kind === "obligationMade") this.#open(event, turn);
    else if (event.kind === "obligationExtended") {
      const obligation = this.#obligations.get(event.obligation);
      this.expect(
        obligation !== undefined &&
          (turn.shadow.delta.items.length > 0 || comesBack(event.file, turn)),
        event.obligation,
        () => `Obligation ${event.obligation} was extended outside of a plan, or is unknown`,
      );
      if (obligation === undefined) return;
      obligation.acceptable.add(event.file);
      this.#enter(obligation, event.file);
    } else if (event.kind === "obligationEnded") {
      const obligation = this.#obligations.get(event.obligation);
      if (obligation === undefined) return;
      this.#obligations.delete(obligation.id);
      this.#promised.set(promiseKey(obligation), this.#promisesOf(obligation) - 1);
      const ofAlbum = this.#byEntry.get(obligation.album);
      for (const file of obligation.acceptable) ofAlbum?.get(file)?.delete(obligation);
      this.#ended.push({ obligation, reason: event.reason });
    }
  }

  #open(event: Extract<LibraryEvent, { kind: "obligationMade" }>, turn: LibrarianTurn): void {
    const { plan, scene, album } = event;
    const obligation: Obligation = {
      id: event.obligation,
      album,
      plan,
      scene,
      acceptable: new Set(event.acceptable),
    };
    const kept = this.#kept.get(plan)?.get(scene);
    this.expect(
      kept !== undefined && event.acceptable.every((file) => kept.has(file)),
      obligation.id,
      () => `Obligation ${obligation.id} accepts files that plan ${plan} does not keep`,
    );
    this.#keep(obligation);
    this.expect(isMet(turn.shadow, obligation), obligation.id, () => unmet(obligation));
  }

  #keep(obligation: Obligation): void {
    this.#obligations.set(obligation.id, obligation);
    this.#promised.set(promiseKey(obligation), this.#promisesOf(obligation) + 1);
    for (const file of obligation.acceptable) this.#enter(obligation, file);
  }

  #promisesOf(promise: { album: AlbumId; plan: PlanId; scene: SceneId }): number {
    return this.#promised.get(promiseKey(promise)) ?? 0;
  }

  #enter(obligation: Obligation, file: FileId): void {
    const ofAlbum = this.#byEntry.get(obligation.album) ?? new Map<FileId, Set<Obligation>>();
    this.#byEntry.set(obligation.album, ofAlbum);
    const ofEntry = ofAlbum.get(file);
    if (ofEntry === undefined) ofAlbum.set(file, new Set([obligation]));
    else ofEntry.add(obligation);
  }

  #checkItems(turn: LibrarianTurn): void {
    const { shadow } = turn;
    for (const event of shadow.delta.items) {
      if (event.kind !== "itemApplied") continue;
      const plan = shadow.plans.get(event.plan);
      const item = plan?.plan.items[event.index];
      if (plan === undefined || item === undefined) continue;
      const kept = this.#kept.get(plan.id)?.get(item.scene);
      for (const change of shadow.delta.entriesRemoved) {
        if (change.file !== item.file) continue;
        const album = shadow.albums.get(change.album);
        if (album === undefined || album.kind === "uncategorized") continue;
        this.#checkLoss({ plan, album, scene: item.scene, kept: kept ?? new Set() });
      }
    }
  }

  #checkLoss(
    loss: {
      plan: ShadowPlan;
      album: ShadowAlbum;
      scene: SceneId;
      kept: ReadonlySet<FileId>;
    },
  ): void {
    const { album, plan, scene } = loss;
    this.expect(
      anyIn(album, loss.kept),
      album.id,
      () => `Album ${album.id} lost scene ${scene} through plan ${plan.id}`,
    );
    this.expect(
      this.#promisesOf({ album: album.id, plan: plan.id, scene }) > 0,
      album.id,
      () => `No obligation keeps scene ${scene} of plan ${plan.id} in album ${album.id}`,
    );
  }

  /** Only what accepts the file can be unmet now; the rest is looked at in `recompute`. */
  #checkEntry({ album, file }: { album: AlbumId; file: FileId }, turn: LibrarianTurn): void {
    for (const obligation of this.#byEntry.get(album)?.get(file) ?? []) {
      this.expect(isMet(turn.shadow, obligation), obligation.id, () => unmet(obligation));
    }
  }

  #checkEndings(turn: LibrarianTurn): void {
    for (const { obligation, reason } of this.#ended) {
      const isTrue = isEndingTrue(turn.shadow, obligation, reason);
      this.expect(
        isTrue,
        obligation.id,
        () => `Obligation ${obligation.id} of ${obligation.album} ended as "${reason}": not so`,
      );
    }
    this.#ended.length = 0;
  }
}

function promiseKey(promise: { album: AlbumId; plan: PlanId; scene: SceneId }): string {
  return `${promise.album} ${promise.plan} ${promise.scene}`;
}

function isEndingTrue(shadow: ShadowLibrary, obligation: Obligation, reason: string): boolean {
  switch (reason) {
    case "albumDeleted":
      return !shadow.albums.has(obligation.album);
    case "undone": {
      const phase = shadow.plans.get(obligation.plan)?.phase;
      return phase === "undoing" || phase === "undone" ||
        shadow.delta.items.some((event) => event.kind === "itemRevoked");
    }
    default:
      // The user's own hand, never a plan's: nothing of a plan was applied in this turn. Who puts
      // other bytes under the name that met it is such a hand too.
      return !isMetByWhatStayed(shadow, obligation) &&
        shadow.delta.items.every((event) => event.kind !== "itemApplied");
  }
}

function unmet(obligation: Obligation): string {
  return `Album ${obligation.album} no longer shows scene ${obligation.scene} of plan ` +
    `${obligation.plan}: none of ${[...obligation.acceptable].join(", ")} is in it`;
}

function isMet(shadow: ShadowLibrary, obligation: Obligation): boolean {
  const album = shadow.albums.get(obligation.album);
  return album !== undefined && anyIn(album, obligation.acceptable);
}

/** The same without files that were found gone in this turn, under whose names others may be. */
function isMetByWhatStayed(shadow: ShadowLibrary, obligation: Obligation): boolean {
  const album = shadow.albums.get(obligation.album);
  const stayed = [...obligation.acceptable].filter((file) => !shadow.delta.vanished.has(file));
  return album !== undefined && anyIn(album, new Set(stayed));
}

function anyIn(album: ShadowAlbum, files: ReadonlySet<FileId>): boolean {
  for (const file of files) if (album.files.has(file)) return true;
  return false;
}

function keptMembers(plan: ShadowPlan["plan"]): KeptByScene {
  const kept = new Map<SceneId, Set<FileId>>();
  const removed = new Set(
    plan.items.filter((item) => item.action === "trashFile").map((item) => item.file),
  );
  for (const scene of plan.scenes) {
    const stays = scene.members.map((member) => member.file).filter((file) => !removed.has(file));
    kept.set(scene.id, new Set(stays));
  }
  return kept;
}

/** In a folder a file that is restored takes its name from the link that stood for it. */
function comesBack(file: FileId, { shadow }: LibrarianTurn): boolean {
  return shadow.libraryKind === "folder" &&
    shadow.delta.restored.some((record) => record.file === file);
}
