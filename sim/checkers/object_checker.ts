import type { EngineTypes, StoredObject } from "@scenekeep/engine/core";
import type { Observation } from "../world/observation.ts";
import { type LibrarianTurn, PromiseChecker, type Watched } from "./promise_checker.ts";
import type { PromiseId } from "./promise_id.ts";
import { type FolderLook, leftInFolder, namesInFolder, stepsInFolder } from "./folder_looks.ts";
import type { StoredBytes } from "./stored_bytes.ts";

/**
 * INV-OBJECT-1: no live or trashed file lacks an object, and no object lacks a file once work has
 * settled.
 */
export class ObjectChecker extends PromiseChecker {
  readonly promise: PromiseId = "INV-OBJECT-1";
  override afterTurn(turn: LibrarianTurn): void {
    if (!turn.seesObjects || turn.shadow.libraryKind !== "stored") return;
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
    if (observation.kind === "linked") {
      return this.#checkFolder(stepsInFolder(observation, watched));
    }
    const { shadow } = watched;
    if (observation.kind !== "object" || observation.change !== "removed") return;
    if (!watched.isOfLibrary(observation.object)) return;
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
    if (!watched.seesObjects) return;
    if (shadow.libraryKind === "folder") this.#checkFolder(namesInFolder(watched));
    if (shadow.libraryKind !== "stored") return;
    for (const file of shadow.files.values()) {
      if (file.owner === shadow.owner) {
        this.#checkAll(stored, { file: file.id, objects: file.objects });
      }
    }
    for (const record of shadow.trash.values()) this.#checkAll(stored, record);
  }

  /** Once all work has settled: every object in the store belongs to a file. */
  override settle(watched: Watched): void {
    const { shadow, stored } = watched;
    if (!watched.seesObjects) return;
    if (shadow.libraryKind === "folder") this.#checkFolder(leftInFolder(watched));
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

  #checkFolder(looks: Iterable<FolderLook>): void {
    for (const { holds, name, what } of looks) this.expect(holds, name, () => what);
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
