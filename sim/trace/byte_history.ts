import type { ActorTypes } from "@scenekeep/engine/core";
import { isLibraryObject, StoredBytes } from "../checkers/stored_bytes.ts";
import type { Observation } from "../world/observation.ts";

/** Bytes at one moment of virtual time. */
export interface ByteSample {
  readonly virtualMs: number;
  /** Of the library, its trash included. */
  readonly usageBytes: number;
  readonly trashBytes: number;
  /** Of all devices together. */
  readonly deviceBytes: number;
}

/** Samples that are kept: more than a picture has columns. Then every second one goes. */
const SAMPLES_MAX = 1_000;

/** How the bytes of a world changed over its virtual time. Constant time per observation. */
export class ByteHistory<Types extends ActorTypes> {
  readonly #library: () => { readonly usageBytes: number; readonly trashBytes: number };
  readonly #devices = new StoredBytes();
  #samples: ByteSample[] = [];
  #everyMs = 1;

  /** @param library Tells what the library takes now. */
  constructor(library: () => { readonly usageBytes: number; readonly trashBytes: number }) {
    this.#library = library;
  }

  /** The samples so far, in order of time. */
  get samples(): readonly ByteSample[] {
    return this.#samples;
  }

  /** Takes in one observation, at this virtual time. */
  observe(observation: Observation<Types>, virtualMs: number): void {
    if (observation.kind === "object" && !isLibraryObject(observation.object)) {
      const { facts, object } = observation;
      if (facts === null) this.#devices.removed(object);
      else this.#devices.written(object, facts.sizeBytes);
    }
    const lastMs = this.#samples.at(-1)?.virtualMs ?? -1;
    if (virtualMs === lastMs) this.#samples.pop();
    else if (lastMs >= 0 && virtualMs - lastMs < this.#everyMs) return;
    this.#samples.push({ virtualMs, deviceBytes: this.#devices.totalBytes, ...this.#library() });
    if (this.#samples.length > SAMPLES_MAX) this.#thin(virtualMs);
  }

  #thin(virtualMs: number): void {
    this.#everyMs = Math.ceil(2 * virtualMs / SAMPLES_MAX);
    this.#samples = this.#samples.filter((_, place) => place % 2 === 0);
  }
}
