import type { AlbumId, FileId, ObjectName, PlanId, ReviewedScene } from "@scenekeep/engine/core";
import { FolderMemory } from "./folder_memory.ts";
import { type Expectation, PlanFootprint } from "./plan_footprint.ts";
import { type LibrarianTurn, PromiseChecker } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";
import type { ShadowLibrary } from "./shadow_library.ts";
import type { EntryChange } from "./turn_delta.ts";

/** An undo on its way: what must hold at its end. */
interface Undoing {
  readonly expectations: readonly Expectation[];
  /** What somebody else changed or purged meanwhile: nothing is expected of it. */
  readonly disturbed: Set<string>;
  /** In a folder: what each file that is to come back was called, by `ALBUM\nFILE`. */
  readonly names: ReadonlyMap<string, string>;
  /** In a folder: where the bytes of each such file were. */
  readonly homes: ReadonlyMap<string, ObjectName>;
}

/**
 * INV-UNDO-1: undo is exact where nothing else touched those files.
 *
 * What each plan changed is noted when it is applied. When an undo starts, every field and entry
 * that still holds what the plan wrote is expected to be as before once the undo has ended.
 */
export class UndoChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-UNDO-1";
  readonly #footprints = new Map<PlanId, PlanFootprint>();
  readonly #undoing = new Map<PlanId, Undoing>();
  readonly #folder = new FolderMemory();
  readonly #isNeeded: (entry: EntryChange) => boolean;

  /** `isNeeded` says whether an obligation of another plan rests on an entry alone. */
  constructor(isNeeded: (entry: EntryChange) => boolean) {
    super();
    this.#isNeeded = isNeeded;
  }

  override afterTurn(turn: LibrarianTurn): void {
    const { shadow } = turn;
    this.#noteItems(shadow);
    this.#noteFolder(turn);
    for (const event of turn.events) {
      if (event.kind === "undoStarted") this.#start(turn, event.plan);
    }
    if (this.#undoing.size > 0) {
      this.#noteDisturbance(turn);
      this.#noteRefusal(turn);
    }
    for (const event of turn.events) {
      if (event.kind === "planUndone") this.#finish(turn, event.plan);
      else if (event.kind === "planDiscarded") this.#footprints.delete(event.plan);
    }
  }

  override remembers(): unknown {
    const undoing = [...this.#undoing].map(([plan, { disturbed, expectations, homes, names }]) => [
      plan,
      expectations.map(({ subjects, text }) => [subjects, text]),
      disturbed,
      names,
      homes,
    ]);
    const prints = [...this.#footprints].map(([plan, print]) => [plan, print.remembers()]);
    return [prints, undoing, this.#folder.remembers()];
  }

  /** A stand-in stays where taking it would break another promise. */
  #mustStay(shadow: ShadowLibrary, plan: PlanId, entry: Expectation["standIn"]): boolean {
    if (entry === null) return false;
    const scenes = shadow.plans.get(plan)?.plan.scenes ?? [];
    if (isLastOfScene(shadow, scenes, entry)) return true;
    const file = shadow.files.get(entry.file);
    const own = file?.albums.filter((id) => shadow.albums.get(id)?.owner === file.owner) ?? [];
    return (own.length === 1 && own[0] === entry.album) || hasNameAlone(shadow, entry) ||
      this.#isNeeded(entry);
  }

  #noteItems(shadow: ShadowLibrary): void {
    const plans = new Set<PlanId>();
    for (const event of shadow.delta.items) {
      if (event.kind === "itemApplied" || event.kind === "itemRevoked") plans.add(event.plan);
    }
    for (const plan of plans) {
      const footprint = this.#footprints.get(plan) ?? new PlanFootprint();
      this.#footprints.set(plan, footprint);
      footprint.addTurn(shadow);
    }
  }

  /** In a folder the names are looked at too: one by one, and what kind of thing each is. */
  #noteFolder({ events, folder }: LibrarianTurn): void {
    if (folder === null) return;
    for (const event of events) {
      switch (event.kind) {
        case "planConfirmed":
          this.#folder.remember(event.plan, folder);
          break;
        case "undoStarted":
          this.#folder.forgetOthers(event.plan);
          break;
        case "namesMoving":
        case "purged":
          this.#folder.forget();
          break;
        case "itemUndone":
          if (event.stays.length > 0) this.#folder.forget();
          break;
        case "planUndone": {
          const differences = this.#folder.differences(event.plan, folder);
          if (differences === null) break;
          this.expect(
            differences.length === 0,
            event.plan,
            () => `Undo of plan ${event.plan} leaves other names: ${differences.join(", ")}`,
          );
        }
      }
    }
  }

  #start(turn: LibrarianTurn, plan: PlanId): void {
    const footprint = this.#footprints.get(plan);
    if (footprint === undefined) return;
    this.#undoing.set(plan, {
      expectations: footprint.expectations(turn.shadow),
      disturbed: new Set(),
      names: trashedNames(turn.shadow, plan),
      homes: trashedHomes(turn.shadow, plan),
    });
  }

  #noteDisturbance(turn: LibrarianTurn): void {
    const { delta } = turn.shadow;
    const undone = new Set<PlanId>();
    for (const event of delta.items) if (event.kind === "itemUndone") undone.add(event.plan);
    for (const [plan, undoing] of this.#undoing) {
      if (undone.has(plan)) continue;
      for (const file of delta.files.keys()) undoing.disturbed.add(file);
      for (const { record } of delta.purged) undoing.disturbed.add(record.file);
      for (const album of delta.albums.keys()) undoing.disturbed.add(album);
    }
  }

  /**
   * A real folder refuses names that somebody else has changed, which nobody sees but the folder.
   * In a virtual one nobody does.
   */
  #noteRefusal({ observation, seesObjects, shadow }: LibrarianTurn): void {
    const { incoming } = observation;
    if (seesObjects || incoming?.kind !== "completed" || incoming.outcome.kind === "done") return;
    for (const event of shadow.delta.items) {
      const item = shadow.plans.get(event.plan)?.plan.items[event.index];
      if (event.kind !== "itemUndone" || event.stays.length === 0 || item === undefined) continue;
      const { disturbed } = this.#undoing.get(event.plan) ?? {};
      for (const file of [item.file, item.keeper]) disturbed?.add(file);
    }
  }

  #finish(turn: LibrarianTurn, plan: PlanId): void {
    const undoing = this.#undoing.get(plan);
    this.#undoing.delete(plan);
    this.#footprints.delete(plan);
    if (undoing === undefined) return;
    for (const expectation of undoing.expectations) {
      const problem = expectation.check(turn.shadow);
      const isDisturbed = problem !== null &&
        (expectation.subjects.some((id) => undoing.disturbed.has(id)) ||
          isNameTaken(turn.shadow, undoing.names, expectation.subjects) ||
          expectation.subjects.some((id) => isHomeTaken(turn.shadow, undoing.homes, id)) ||
          this.#mustStay(turn.shadow, plan, expectation.standIn));
      this.expect(
        problem === null || isDisturbed,
        plan,
        () => `Undo of plan ${plan}: ${problem}`,
      );
    }
  }
}

/** True when nothing else that was seen as one with the file is in the album. */
function isLastOfScene(
  shadow: ShadowLibrary,
  scenes: readonly ReviewedScene[],
  { album, file }: EntryChange,
): boolean {
  const files = shadow.albums.get(album)?.files;
  return scenes.some(({ members }) =>
    members.some((member) => member.file === file) &&
    !members.some((member) => member.file !== file && files?.has(member.file) === true)
  );
}

function trashedNames(shadow: ShadowLibrary, plan: PlanId): Map<string, string> {
  const names = new Map<string, string>();
  for (const { cause, entries, file } of shadow.trash.values()) {
    if (cause.kind !== "plan" || cause.plan !== plan) continue;
    for (const { album, name } of entries) if (name !== null) names.set(`${album}\n${file}`, name);
  }
  return names;
}

function trashedHomes(shadow: ShadowLibrary, plan: PlanId): Map<string, ObjectName> {
  const homes = new Map<string, ObjectName>();
  if (shadow.libraryKind !== "folder") return homes;
  for (const { cause, file, record } of shadow.trash.values()) {
    const [object] = record.objects;
    if (cause.kind !== "plan" || cause.plan !== plan || object === undefined) continue;
    homes.set(file, object.name);
  }
  return homes;
}

/** True when a file cannot come back at all: another one has its bytes there by now. */
function isHomeTaken(
  shadow: ShadowLibrary,
  homes: ReadonlyMap<string, ObjectName>,
  id: string,
): boolean {
  const home = homes.get(id);
  if (home === undefined || shadow.files.has(id as FileId)) return false;
  return shadow.objects.get(home)?.duty === "live";
}

/** True for a name of a folder that nothing has taken back: it is there as long as it is one. */
function hasNameAlone(shadow: ShadowLibrary, { album, file }: EntryChange): boolean {
  const name = shadow.files.get(file)?.names?.get(album);
  if (name === undefined) return false;
  for (const id of shadow.albums.get(album)?.files ?? []) {
    if (id !== file && shadow.files.get(id)?.names?.get(album) === name) return false;
  }
  return true;
}

/** True when an entry cannot come back: another file of the directory is called so by now. */
function isNameTaken(
  shadow: ShadowLibrary,
  names: ReadonlyMap<string, string>,
  [album, file]: readonly string[],
): boolean {
  const name = names.get(`${album}\n${file}`);
  if (name === undefined) return false;
  for (const id of shadow.albums.get(album as AlbumId)?.files ?? []) {
    if (id !== file && shadow.files.get(id)?.names?.get(album as AlbumId) === name) return true;
  }
  return false;
}
