import type {
  Compute,
  ContentHash,
  EngineJob,
  EngineResult,
  ObjectName,
  Outcome,
} from "@scenekeep/engine/core";
import type { EmbeddingFaultCode, EmbeddingOutcome } from "@scenekeep/models";
import type { CachedEmbedding, EmbeddingCache } from "../cache/embedding_cache.ts";
import type { ComputePort, PortContext } from "../runtime/ports.ts";
import { measuredFactsOf } from "./measured_facts.ts";

/** What can embed a photo: a pool of child processes. */
export interface PhotoEmbedder {
  /** What becomes of the photo at an absolute path. Never rejects. */
  embed(
    path: string,
    options: { readonly signal: AbortSignal; readonly expectedHash: string },
  ): Promise<EmbeddingOutcome>;
}

/** Why a content has no vector, as a person reads it. */
export interface EmbeddingProblem {
  readonly code: EmbeddingFaultCode | "BLANK" | "DAMAGED";
  readonly reason: string;
}

/** What an embedding compute is made of. */
export interface EmbeddingComputeOptions {
  /** Called when the first photo must be embedded: what is remembered needs no process. */
  readonly embedder: () => PhotoEmbedder;
  readonly cache: EmbeddingCache;
  /** Where the bytes of an object are, absolute; null where they cannot be reached. */
  readonly pathOf: (object: ObjectName) => string | null;
  /** Told that nothing can be embedded at all. */
  readonly onUnavailable?: (reason: string) => void;
}

/** A picture that is blank, or damaged in part, has a vector that says nothing of its scene. */
const BLANK: EmbeddingProblem = { code: "BLANK", reason: "blank" };
const DAMAGED: EmbeddingProblem = {
  code: "DAMAGED",
  reason: "The picture is damaged in part: it is never taken for another one",
};

/**
 * Embeds photos in child processes, and remembers what came of each.
 *
 * Blank pictures look alike and are not; pictures with damaged data may look like the whole one and
 * must not stand for it. Both are answered with `notEmbeddable`.
 */
export class EmbeddingCompute implements ComputePort<EngineJob, EngineResult> {
  /** Contents that have no vector, and why. */
  readonly problems: Map<ContentHash, EmbeddingProblem> = new Map();
  /** How many contents have been answered. */
  embeddedCount = 0;
  readonly #options: EmbeddingComputeOptions;

  constructor(options: EmbeddingComputeOptions) {
    this.#options = options;
  }

  async compute(
    request: Compute<EngineJob>,
    context: PortContext,
  ): Promise<Outcome<EngineResult>> {
    const { cache } = this.#options;
    const { job } = request;
    switch (job.kind) {
      case "embed":
        return await this.#embed(job, context.signal);
      case "storeVector":
        // `embed` has recorded it with all its facts; what was recorded first is the truth.
        return cache.find(job.contentHash)?.kind === "embedded"
          ? done({ kind: "vectorStored" })
          : { kind: "failed", error: "missing" };
      case "loadVectors":
        return done({
          kind: "vectors",
          vectors: job.contentHashes.map((contentHash) => this.#vectorOf(contentHash)),
        });
      case "eraseVectors":
        for (const contentHash of job.contentHashes) cache.erase(contentHash);
        return done({ kind: "vectorsErased" });
    }
  }

  #vectorOf(contentHash: ContentHash): Int16Array | null {
    const known = this.#options.cache.find(contentHash);
    return known?.kind === "embedded" ? known.vector : null;
  }

  async #embed(
    job: EngineJob & { kind: "embed" },
    signal: AbortSignal,
  ): Promise<Outcome<EngineResult>> {
    const { cache } = this.#options;
    const { contentHash } = job;
    const known = cache.find(contentHash);
    if (known !== null) return this.#answer(contentHash, known);
    const outcome = await this.#embedFile(job, signal);
    if (outcome.kind === "embedded") {
      const { vector, facts } = outcome;
      cache.put(contentHash, { kind: "embedded", vector, facts });
      // Another process may have been first.
      return this.#answer(contentHash, cache.find(contentHash) ?? outcome);
    }
    const { code, reason } = outcome;
    if (code === "BUSY") return { kind: "failed", error: "failed" };
    if (code === "CANCELLED") return { kind: "failed", error: "timeout" };
    if (code === "MODEL_UNAVAILABLE") {
      this.#options.onUnavailable?.(reason);
      return { kind: "failed", error: "failed" };
    }
    cache.put(contentHash, { kind: "failed", code, reason });
    return this.#answer(contentHash, { kind: "failed", code, reason });
  }

  async #embedFile(
    job: EngineJob & { kind: "embed" },
    signal: AbortSignal,
  ): Promise<EmbeddingOutcome> {
    const { pathOf, embedder } = this.#options;
    const path = pathOf(job.object);
    if (path !== null) {
      return await embedder().embed(path, { signal, expectedHash: job.contentHash });
    }
    const reason = "Cannot read the file: it is not a file of this folder";
    return { kind: "failed", code: "NOT_READABLE", reason };
  }

  #answer(contentHash: ContentHash, known: CachedEmbedding): Outcome<EngineResult> {
    this.embeddedCount += 1;
    if (known.kind === "failed") {
      return this.#refuse(contentHash, { code: known.code, reason: known.reason });
    }
    const { vector, facts } = known;
    if (facts.isDamaged) return this.#refuse(contentHash, DAMAGED);
    if (facts.isBlank) return this.#refuse(contentHash, BLANK);
    const { sharpness } = facts;
    return done({ kind: "embedding", vector, sharpness, measured: measuredFactsOf(facts) });
  }

  #refuse(contentHash: ContentHash, problem: EmbeddingProblem): Outcome<EngineResult> {
    this.problems.set(contentHash, problem);
    return done({ kind: "notEmbeddable", reason: problem.reason });
  }
}

function done(result: EngineResult): Outcome<EngineResult> {
  return { kind: "done", result };
}
