import type { ContentHash, EngineTypes } from "@scenekeep/engine/core";
import type { Observation } from "../world/observation.ts";
import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";
import type { ShadowTrash } from "./shadow_records.ts";
import { stillOf } from "./shadow_library.ts";

/**
 * INV-LOSS-1: the last stored copy of any content is removed by a purge of the trash alone.
 *
 * Four looks: what a plan trashes has its keeper live, and for an exact clean-up with the same
 * content; what the store removes was given up before by a purge or an abandoned upload; a purge by
 * age of what a plan removed finds its keeper there, unless the user deleted it; and nothing is
 * given up for gone unless somebody looked at the folder and said so.
 */
export class LastCopyChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-LOSS-1";
  override afterTurn(turn: LibrarianTurn): void {
    const { delta } = turn.shadow;
    if (delta.vanished.size > 0) this.#checkVanished(turn);
    for (const record of delta.trashed) this.#checkTrashed(turn, record);
    for (const { record, cause } of delta.purged) {
      if (cause === "age") this.#checkPurged(turn, record);
    }
  }

  override observe(observation: Observation<EngineTypes>, watched: Watched): void {
    const { shadow } = watched;
    if (observation.kind !== "object" || observation.change !== "removed") return;
    if (!watched.isOfLibrary(observation.object)) return;
    const name = observation.object;
    const object = shadow.objects.get(name);
    this.expect(
      object === undefined || object.duty === "awaiting",
      name,
      () => `Object ${name} was removed from the store while it was ${object?.duty}`,
    );
  }

  #checkVanished({ message, shadow }: LibrarianTurn): void {
    const body = message?.body;
    const told = body?.kind === "syncFolder"
      ? new Set([...body.gone, ...body.changed.map(({ file }) => file)])
      : new Set();
    for (const id of shadow.delta.vanished) {
      this.expect(told.has(id), id, () => `File ${id} was forgotten, and nobody said it is gone`);
    }
  }

  #checkTrashed(turn: LibrarianTurn, record: ShadowTrash): void {
    const { shadow } = turn;
    const { cause } = record;
    if (cause.kind !== "plan") return;
    const keeper = shadow.files.get(cause.keeper);
    const plan = shadow.plans.get(cause.plan);
    this.expect(
      keeper !== undefined && keeper.contentHash === cause.keeperHash,
      record.file,
      () => `Plan ${cause.plan} trashed ${record.file}; its keeper ${cause.keeper} is not live`,
    );
    if (plan?.plan.cleanup !== "exact") return;
    this.expect(
      keeper !== undefined && covers(keeper.contentHash, record.contentHash),
      record.file,
      () => `Plan ${cause.plan} trashed ${record.file}, whose content is not its keeper's`,
    );
  }

  #checkPurged(turn: LibrarianTurn, record: ShadowTrash): void {
    const { seesObjects, shadow, stored } = turn;
    const { cause } = record;
    if (cause.kind !== "plan") return;
    const keeper = shadow.files.get(cause.keeper);
    // The user deleted or edited the keeper since: then nothing is promised about it.
    if (keeper === undefined || keeper.contentHash !== cause.keeperHash) return;
    const missing = !seesObjects || shadow.libraryKind !== "stored"
      ? undefined
      : keeper.objects.find((object) => stored.sizeOf(object.name) !== object.sizeBytes);
    this.expect(
      missing === undefined,
      record.file,
      () => `Copy ${record.file} was purged while its keeper ${keeper.id} lacks ${missing?.name}`,
    );
  }
}

/**
 * True when the kept content has all of the removed one: the same bytes, or a live photo of them.
 */
function covers(kept: ContentHash | null, removed: ContentHash | null): boolean {
  return kept !== null && removed !== null && (kept === removed || stillOf(kept) === removed);
}
