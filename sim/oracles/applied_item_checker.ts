import {
  type EngineTypes,
  type FileId,
  LIBRARIAN,
  type LibraryEvent,
  type PlanItem,
} from "@scenekeep/engine/core";
import type { ShadowLibrary } from "../checkers/shadow_library.ts";
import type { Checker, Report } from "../world/checker.ts";
import type { Observation } from "../world/observation.ts";

type ItemApplied = Extract<LibraryEvent, { kind: "itemApplied" }>;

/**
 * A plan's item does what it says, in the very turn that says so: the file is in the trash, what
 * was to be merged is on the keeper, and no album's cover is a file that went.
 *
 * Comes after the checkers that fold the model. Only in turns that apply items; linear in the
 * albums.
 */
export class AppliedItemChecker implements Checker<EngineTypes> {
  readonly id = "APPLIED-ITEM";
  evaluations = 0;
  readonly #shadow: ShadowLibrary;

  constructor(shadow: ShadowLibrary) {
    this.#shadow = shadow;
  }

  observe(observation: Observation<EngineTypes>, report: Report): void {
    if (observation.kind !== "turn" || observation.actor !== LIBRARIAN) return;
    const events = observation.events as readonly LibraryEvent[];
    for (const event of events) {
      if (event.kind !== "itemApplied") continue;
      const item = this.#shadow.plans.get(event.plan)?.plan.items[event.index];
      if (item === undefined) continue;
      this.evaluations += 1;
      this.#checkTrash(event, item, report);
      this.#checkMerge(events, item, report);
      this.#checkCovers(events, item.file, report);
    }
    this.#checkAdditions(events, report);
  }

  /** Only who an item names may come into an album, and once. */
  #checkAdditions(events: readonly LibraryEvent[], report: Report): void {
    const named = new Set<string>();
    const shots = new Set<FileId>();
    let items = 0;
    for (const event of events) {
      if (event.kind !== "itemApplied") continue;
      const plan = this.#shadow.plans.get(event.plan)?.plan;
      const item = plan?.items[event.index];
      if (plan === undefined || item === undefined) return;
      items += 1;
      if (item.merge?.becomesFavorite === true) named.add(`favorites ${item.merge.file}`);
      for (const { album, representative } of item.albums) {
        named.add(`${album} ${representative}`);
        shots.add(representative);
      }
      shots.add(item.keeper);
    }
    if (items === 0) return;
    for (const event of events) {
      if (event.kind !== "entryAdded" || named.has(`${event.album} ${event.file}`)) continue;
      // A RAW comes along with the picture of its shot.
      const capture = this.#shadow.files.get(event.file)?.capture ?? null;
      const isPart = capture !== null && !shots.has(event.file);
      if (isPart) continue;
      report(`No item says that file ${event.file} comes to album ${event.album}`, event.album);
    }
  }

  #checkTrash({ trashSequence }: ItemApplied, item: PlanItem, report: Report): void {
    if (trashSequence === null) return;
    if (this.#shadow.trash.get(trashSequence)?.file === item.file) return;
    report(`The item says that file ${item.file} is trash, and it is not`, item.file);
  }

  #checkMerge(events: readonly LibraryEvent[], item: PlanItem, report: Report): void {
    const { merge } = item;
    if (merge === null) return;
    const [before, after] = [JSON.stringify(merge.before), JSON.stringify(merge.after)];
    const keeper = this.#shadow.files.get(merge.file);
    if (before === after || keeper === undefined) return;
    const isUntouched = JSON.stringify(keeper.metadata) === before;
    const isSaid = events.some((event) =>
      event.kind === "metadataChanged" && event.file === merge.file
    );
    if (!isUntouched || isSaid) return;
    report(`The words of file ${item.file} did not come to its keeper ${merge.file}`, merge.file);
  }

  #checkCovers(events: readonly LibraryEvent[], file: FileId, report: Report): void {
    for (const event of events) {
      if (event.kind !== "fileTrashed" || event.file !== file) continue;
      for (const { album: id, wasCover } of event.entries) {
        const album = this.#shadow.albums.get(id);
        if (!wasCover || album === undefined || album.cover !== null) continue;
        report(`Album ${id} lost its cover ${file} and got no other`, id);
      }
    }
    if (this.#shadow.files.has(file)) return;
    for (const album of this.#shadow.albums.values()) {
      if (album.cover !== file) continue;
      report(`File ${file} went and is still the cover of album ${album.id}`, album.id);
    }
  }
}
