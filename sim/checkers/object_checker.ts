import type { EngineTypes, ObjectName, StoredObject } from "@scenekeep/engine/core";
import type { Observation } from "../world/observation.ts";
import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";
import type { ShadowFile } from "./shadow_records.ts";
import type { ShadowLibrary } from "./shadow_library.ts";
import { isLibraryObject, LIBRARY_STORE, type StoredBytes } from "./stored_bytes.ts";

/**
 * INV-OBJECT-1: no live or trashed file lacks an object, and no object lacks a file once work has
 * settled.
 */
export class ObjectChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-OBJECT-1";
  override afterTurn(turn: LibrarianTurn): void {
    if (turn.shadow.libraryKind !== "stored") return;
    for (const event of turn.events) {
      if (event.kind !== "fileAdded" && event.kind !== "fileEdited") continue;
      if (event.kind === "fileAdded" && event.owner !== turn.shadow.owner) continue;
      this.#checkAll(turn.stored, event);
    }
    for (const record of turn.shadow.delta.restored) {
      this.#checkAll(turn.stored, record);
    }
  }

  override observe(observation: Observation<EngineTypes>, watched: Watched): void {
    if (observation.kind === "linked") return this.#checkLink(observation, watched);
    const { shadow } = watched;
    if (observation.kind !== "object" || observation.change !== "removed") return;
    if (!isLibraryObject(observation.object)) return;
    const name = observation.object;
    const duty = shadow.objects.get(name)?.duty;
    this.expect(
      duty !== "live" && duty !== "trash",
      name,
      () => `Object ${name} is gone and a file in ${duty} needs it`,
    );
  }

  /** Every object of every live and trashed file, looked at anew. Linear. */
  override recompute(watched: Watched): void {
    const { shadow, stored } = watched;
    if (shadow.libraryKind === "folder") this.#checkNames(watched);
    if (shadow.libraryKind !== "stored") return;
    for (const file of shadow.files.values()) {
      if (file.owner === shadow.owner) {
        this.#checkAll(stored, { file: file.id, objects: file.objects });
      }
    }
    for (const record of shadow.trash.values()) this.#checkAll(stored, record);
  }

  /** Once all work has settled: every object in the store belongs to a file. */
  override settle({ shadow, stored }: Watched): void {
    if (shadow.libraryKind !== "stored") return;
    for (const name of stored.names()) {
      const duty = shadow.objects.get(name)?.duty;
      this.expect(
        duty === "live" || duty === "trash",
        name,
        () => `Object ${name} is in the store and belongs to no file: ${duty ?? "unknown"}`,
      );
    }
  }

  /** A name of a folder that was replaced leads to content at once, and for a copy to the same. */
  #checkLink(
    { link, outcome }: Observation<EngineTypes> & { kind: "linked" },
    watched: Watched,
  ): void {
    if (outcome.kind !== "done" || link.action === "discard" || link.action === "unlink") return;
    const name = `${LIBRARY_STORE}/${link.path}` as ObjectName;
    const content = watched.contentOf(name);
    this.expect(content !== null, name, () => `After ${link.action} ${name} leads nowhere`);
  }

  /** Every live file of a folder is found under its name, with its own bytes. */
  #checkNames(watched: Watched): void {
    const { shadow } = watched;
    for (const file of shadow.files.values()) {
      const [original] = file.objects;
      if (original === undefined || file.contentHash === null || isOnItsWay(shadow, file)) continue;
      const found = watched.contentOf(original.name)?.contentHash;
      this.expect(
        found === file.contentHash.split(":")[0],
        file.id,
        () => `File ${file.id} has content ${file.contentHash}, and its name leads to ${found}`,
      );
    }
  }

  #checkAll(
    stored: StoredBytes,
    { file, objects }: { readonly file: string; readonly objects: readonly StoredObject[] },
  ): void {
    for (const object of objects) {
      const sizeBytes = stored.sizeOf(object.name);
      this.expect(
        sizeBytes === object.sizeBytes,
        object.name,
        () => `File ${file} needs ${object.sizeBytes} bytes as ${object.name}: ${sizeBytes}`,
      );
    }
  }
}

/**
 * True for files of which an undo is bringing the name back: the port has been asked and may be
 * busy.
 */
function isOnItsWay(shadow: ShadowLibrary, file: ShadowFile): boolean {
  for (const { phase, plan } of shadow.plans.values()) {
    if (phase !== "undoing" && phase !== "undone" && phase !== "applying") continue;
    if (plan.items.some((item) => item.file === file.id)) return true;
  }
  return false;
}
