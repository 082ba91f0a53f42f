import type {
  Compute,
  ContentHash,
  EngineJob,
  EngineResult,
  ObjectName,
  Outcome,
} from "@scenekeep/engine/core";
import type { EmbeddingOutcome } from "@scenekeep/models";
import type { CachedEmbedding, EmbeddingCache } from "../cache/embedding_cache.ts";
import type { LookDesk } from "../looking/look_desk.ts";
import type { ComputePort, PortContext } from "../runtime/ports.ts";
import { type EmbeddingProblem, problemOf } from "./embedding_problem.ts";
import { measuredFactsOf } from "./measured_facts.ts";

/** What can embed a photo: a pool of child processes. */
export interface PhotoEmbedder {
  /** What becomes of the photo at an absolute path. Never rejects. */
  embed(
    path: string,
    options: { readonly signal: AbortSignal; readonly expectedHash: string },
  ): Promise<EmbeddingOutcome>;
}

/** What an embedding compute is made of. */
export interface EmbeddingComputeOptions {
  /** Called when the first photo must be embedded: what is remembered needs no process. */
  readonly embedder: () => PhotoEmbedder;
  readonly cache: EmbeddingCache;
  /** Where the bytes of an object are, absolute; null where they cannot be reached. */
  readonly pathOf: (object: ObjectName) => string | null;
  /** Compares pictures; without it nobody asks for that. */
  readonly looks?: LookDesk;
  /** Told that nothing can be embedded at all. */
  readonly onUnavailable?: (reason: string) => void;
}

/**
 * Embeds photos in child processes, and remembers what came of each.
 *
 * Blank pictures look alike and are not; the damage of a picture may make it look like another one,
 * and it must not stand for an intact one. Both are answered with `notEmbeddable`.
 */
export class EmbeddingCompute implements ComputePort<EngineJob, EngineResult> {
  /** Contents that are in no scene, and why. */
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
        return cache.findVector(job.contentHash) !== null
          ? done({ kind: "vectorStored" })
          : { kind: "failed", error: "missing" };
      case "loadVectors":
        return done({
          kind: "vectors",
          vectors: job.contentHashes.map((contentHash) => cache.findVector(contentHash)),
        });
      case "lookAgain":
        return await this.#options.looks?.answer(job.crowds) ??
          { kind: "failed", error: "refused" };
      case "eraseVectors":
        for (const contentHash of job.contentHashes) cache.erase(contentHash);
        return done({ kind: "vectorsErased" });
    }
  }

  /** What was found when pictures were last compared. */
  get looked(): Pick<LookDesk, "pairs" | "digests"> {
    return this.#options.looks ?? { pairs: [], digests: [] };
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
      cache.put(contentHash, outcome);
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
    const problem = problemOf(known);
    if (problem !== null) this.problems.set(contentHash, problem);
    if (known.kind === "failed" || problem !== null) {
      return done({ kind: "notEmbeddable", reason: problem?.reason ?? "" });
    }
    const { vector, facts } = known;
    const { sharpness } = facts;
    return done({ kind: "embedding", vector, sharpness, measured: measuredFactsOf(facts) });
  }
}

function done(result: EngineResult): Outcome<EngineResult> {
  return { kind: "done", result };
}
