import type { ContentHash, PictureTraces } from "@scenekeep/engine/core";
import type { TraceCache } from "../cache/trace_cache.ts";
import { endOfLook, LookStopped } from "./look_failed.ts";
import type { PairComparisonOptions } from "./pair_comparison.ts";

/** What traces are measured with. */
export interface TraceOptions
  extends Pick<PairComparisonOptions, "atOnce" | "comparer" | "isStopped" | "pathOf"> {
  /** Where they are remembered. */
  readonly traces: TraceCache;
}

/**
 * What compression has left on pictures: those of them that show any, in the order given. What was
 * measured before is remembered; pictures that cannot be read are left out.
 *
 * @throws {LookFailed} When nothing can be measured now.
 * @throws {LookStopped} When the look is given up.
 */
export async function measureTraces(
  hashes: readonly ContentHash[],
  options: TraceOptions,
): Promise<PictureTraces[]> {
  const { atOnce, traces } = options;
  const waiting = hashes.values();
  let hasFailed = false;
  const work = async (): Promise<void> => {
    for (const hash of waiting) {
      if (hasFailed) return;
      if (options.isStopped()) throw new LookStopped();
      // deno-lint-ignore no-await-in-loop -- so many pictures at a time
      await measureOne(hash, options);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, async () => {
    try {
      await work();
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  }));
  return hashes.flatMap((contentHash) => {
    const compressionSteps = traces.find(contentHash) ?? 0;
    return compressionSteps === 0 ? [] : [{ contentHash, compressionSteps }];
  });
}

async function measureOne(
  hash: ContentHash,
  { comparer, isStopped, pathOf, traces }: TraceOptions,
): Promise<void> {
  if (traces.find(hash) !== undefined) return;
  const path = pathOf(hash);
  if (path === null) return;
  const outcome = await comparer().measure(path, { expectedHash: hash });
  if (outcome.kind === "measured") return traces.put(hash, outcome.compressionSteps);
  const end = endOfLook(outcome, isStopped());
  if (end !== null) throw end;
}
