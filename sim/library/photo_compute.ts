import type { ContentHash, EngineJob, EngineResult, EngineTypes } from "@scenekeep/engine/core";
import type { Computation, ComputePort, ComputeView } from "../world/compute_port.ts";
import type { Contents } from "./contents.ts";

/** Virtual time to decode and embed one picture. */
const EMBED_MS = 120;
/** Virtual time to keep or look up vectors. */
const STORE_MS = 2;

/** Decides whether a recorded vector is found lost when it is loaded. */
export type IsVectorLost = (contentHash: ContentHash) => boolean;

/**
 * The compute port of a virtual world: makes vectors as a model would, and keeps them as the host's
 * vector file does, across every crash.
 */
export class PhotoCompute implements ComputePort<EngineTypes> {
  /** What was recorded first stays. */
  readonly vectors: Map<ContentHash, Int16Array> = new Map();
  /** Asked at each load; may be set once the world stands. */
  isVectorLost: IsVectorLost | null = null;
  readonly #contents: Contents;

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  run(job: EngineJob, view: ComputeView): Computation<EngineResult> {
    switch (job.kind) {
      case "embed":
        return this.#embed(job, view);
      case "storeVector":
        if (!this.vectors.has(job.contentHash)) {
          this.vectors.set(job.contentHash, job.vector.slice());
        }
        return done({ kind: "vectorStored" });
      case "loadVectors":
        return done({
          kind: "vectors",
          vectors: job.contentHashes.map((hash) => this.#load(hash)),
        });
      case "lookAgain":
        return this.#look(job.crowds);
      case "eraseVectors":
        for (const hash of job.contentHashes) this.vectors.delete(hash);
        return done({ kind: "vectorsErased" });
    }
  }

  #look(crowds: readonly (readonly ContentHash[])[]): Computation<EngineResult> {
    const pairs = this.#contents.lookedPairs(crowds);
    const digests = this.#contents.digests(crowds);
    return done({ kind: "lookedAgain", pairs, ...(digests.length === 0 ? {} : { digests }) });
  }

  wrongSize(result: EngineResult, variant: number): EngineResult {
    if (result.kind === "embedding") {
      const { length } = result.vector;
      const wrong = variant % length;
      return { ...result, vector: result.vector.slice(0, wrong) };
    }
    if (result.kind === "vectors") return { kind: "vectors", vectors: result.vectors.slice(1) };
    return { kind: "notEmbeddable", reason: "wrongSize" };
  }

  #embed(
    job: EngineJob & { kind: "embed" },
    view: ComputeView,
  ): Computation<EngineResult> {
    const content = view.content(job.object);
    if (content === null) {
      return { durationMs: STORE_MS, outcome: { kind: "failed", error: "missing" } };
    }
    const vector = this.#contents.vectorOf(content.contentHash);
    const result: EngineResult = vector === null
      ? { kind: "notEmbeddable", reason: "no picture" }
      : {
        kind: "embedding",
        vector: vector.slice(),
        sharpness: this.#contents.sharpnessOf(content.contentHash),
      };
    return { durationMs: EMBED_MS, outcome: { kind: "done", result } };
  }

  #load(hash: ContentHash): Int16Array | null {
    if (this.isVectorLost?.(hash) === true) this.vectors.delete(hash);
    return this.vectors.get(hash)?.slice() ?? null;
  }
}

function done(result: EngineResult): Computation<EngineResult> {
  return { durationMs: STORE_MS, outcome: { kind: "done", result } };
}
