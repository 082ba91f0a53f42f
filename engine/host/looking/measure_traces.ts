import type { ContentHash, PictureTraces } from "@scenekeep/engine/core";
import type { DigestCache } from "../cache/digest_cache.ts";
import type { TraceCache } from "../cache/trace_cache.ts";
import { eachAtOnce } from "./each_at_once.ts";
import { endOfLook } from "./look_failed.ts";
import type { PairComparisonOptions } from "./pair_comparison.ts";

/** What traces are measured with. */
export interface TraceOptions
  extends Pick<PairComparisonOptions, "atOnce" | "comparer" | "isStopped" | "pathOf"> {
  /** Where they are remembered. */
  readonly traces: TraceCache;
  /** Where the digests of image data are, which are made on the way. */
  readonly digests: DigestCache;
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
  const { traces } = options;
  await eachAtOnce(hashes, options, (hash) => measureOne(hash, options));
  return hashes.flatMap((contentHash) => {
    const compressionSteps = traces.find(contentHash) ?? 0;
    return compressionSteps === 0 ? [] : [{ contentHash, compressionSteps }];
  });
}

async function measureOne(
  hash: ContentHash,
  { comparer, digests, isStopped, pathOf, traces }: TraceOptions,
): Promise<void> {
  const isKnown = traces.find(hash) !== undefined && digests.find(hash, "imageData") !== undefined;
  if (isKnown) return;
  const path = pathOf(hash);
  if (path === null) return;
  const outcome = await comparer().measure(path, { expectedHash: hash });
  if (outcome.kind === "measured") {
    traces.put(hash, outcome.compressionSteps);
    digests.put(hash, "imageData", outcome.imageData);
    return;
  }
  const end = endOfLook(outcome, isStopped());
  if (end !== null) throw end;
}
