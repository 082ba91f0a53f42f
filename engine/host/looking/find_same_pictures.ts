import type { ContentDigests, ContentHash } from "@scenekeep/engine/core";
import type { DigestCache } from "../cache/digest_cache.ts";
import { eachAtOnce } from "./each_at_once.ts";
import { endOfLook } from "./look_failed.ts";
import type { PairComparisonOptions } from "./pair_comparison.ts";

/** Two contents whose pixels may be equal. */
export type NearPair = readonly [first: ContentHash, second: ContentHash];

/** What digests are made with. */
export interface DigestOptions
  extends Pick<PairComparisonOptions, "atOnce" | "comparer" | "isStopped" | "pathOf"> {
  /** Where they are remembered; those of image data are there already. */
  readonly digests: DigestCache;
}

/**
 * Which contents hold the picture of another one though their bytes differ, in the order given.
 *
 * [Note: Equal pixels] The digest of the compressed data costs next to nothing and is made of all
 * that shows the same as something else. That of the pixels takes the whole picture, so it is made
 * only where two pictures of one size are as near as pictures of equal pixels are, and their data
 * is not known to be equal. Contents of equal data are one picture and share it. What comes of it
 * depends on the contents and pairs alone, not on what is remembered of others.
 *
 * @param contents Contents of which image data was measured.
 * @param near Pairs of them that may have equal pixels.
 * @throws {LookFailed} When nothing can be digested now.
 * @throws {LookStopped} When the look is given up.
 */
export async function findSamePictures(
  contents: readonly ContentHash[],
  near: readonly NearPair[],
  options: DigestOptions,
): Promise<ContentDigests[]> {
  const { digests } = options;
  const imageDataOf = new Map(
    contents.map((hash) => [hash, digests.find(hash, "imageData") ?? null]),
  );
  const firstOf = new Map<string, ContentHash>();
  for (const [hash, data] of imageDataOf) {
    if (data !== null && !firstOf.has(data)) firstOf.set(data, hash);
  }
  /** The content that stands for all of its image data. */
  const standIn = (hash: ContentHash): ContentHash =>
    firstOf.get(imageDataOf.get(hash) ?? "") ?? hash;
  const wanted = new Set<ContentHash>();
  for (const [first, second] of near) {
    const pair = [standIn(first), standIn(second)] as const;
    if (pair[0] === pair[1]) continue;
    for (const hash of pair) wanted.add(hash);
  }
  await eachAtOnce(wanted, options, (hash) => digestPixels(hash, options));
  const known = contents.map((contentHash): ContentDigests => {
    const one = standIn(contentHash);
    const pixels = wanted.has(one) ? digests.find(one, "pixels") ?? null : null;
    return { contentHash, digests: { imageData: imageDataOf.get(contentHash) ?? null, pixels } };
  });
  return sharedAmong(known);
}

async function digestPixels(
  hash: ContentHash,
  { comparer, digests, isStopped, pathOf }: DigestOptions,
): Promise<void> {
  if (digests.find(hash, "pixels") !== undefined) return;
  const path = pathOf(hash);
  if (path === null) return;
  const outcome = await comparer().pixels(path, { expectedHash: hash });
  if (outcome.kind === "pixelsDigested") return digests.put(hash, "pixels", outcome.pixels);
  const end = endOfLook(outcome, isStopped());
  if (end !== null) throw end;
}

/** Those that share one of their digests with another. */
function sharedAmong(known: readonly ContentDigests[]): ContentDigests[] {
  const counts = new Map<string, number>();
  const keysOf = ({ digests: { imageData, pixels } }: ContentDigests): string[] => [
    ...(imageData === null ? [] : [`imageData ${imageData}`]),
    ...(pixels === null ? [] : [`pixels ${pixels}`]),
  ];
  for (const key of known.flatMap(keysOf)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return known.filter((one) => keysOf(one).some((key) => (counts.get(key) ?? 0) > 1));
}
