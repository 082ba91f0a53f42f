import type { ContentHash } from "../library/ids.ts";
import type { PictureSameness } from "../library/same_picture.ts";
import type { ContentDigests } from "../messages/engine_types.ts";
import type { SamePairs } from "../messages/grouping_messages.ts";

/**
 * Which contents hold the same picture though their bytes differ.
 *
 * [Note: The same picture] Equal digests are an equivalence, unlike distances: if any two of a
 * scene are equal, all are. Equal compressed data is equal pixels, and whoever makes the digests
 * gives such contents equal ones of pixels, or none. So a scene is looked at once, not for each of
 * its pairs.
 */
export class SamePictures {
  readonly #known = new Map<ContentHash, ContentDigests>();

  constructor(known: readonly ContentDigests[]) {
    for (const one of known) this.#known.set(one.contentHash, one);
  }

  /** The members of a scene that hold the picture of another member, in their order. Linear. */
  among(members: readonly ContentHash[]): ContentDigests[] {
    if (this.#known.size === 0) return [];
    const known = members.flatMap((hash) => this.#known.get(hash) ?? []);
    const counts = { imageData: countsOf(known, "imageData"), pixels: countsOf(known, "pixels") };
    return known.filter(({ digests }) =>
      (["imageData", "pixels"] as const).some((kind) =>
        (counts[kind].get(digests[kind] ?? "") ?? 0) > 1
      )
    );
  }
}

/**
 * What a scene falls into when it is cut to one picture each: contents of equal data, or also those
 * of equal pixels. At least two in each, in the order of the scene. Linear.
 */
export function cutToSame(
  same: readonly ContentDigests[],
  tier: "sameImage" | "samePixels",
): ContentDigests[][] {
  const classes = new Map<string, ContentDigests[]>();
  for (const one of same) {
    const { imageData, pixels } = one.digests;
    const byPixels = tier === "samePixels" && pixels !== null;
    if (!byPixels && imageData === null) continue;
    const key = byPixels ? `pixels ${pixels}` : `data ${imageData}`;
    const known = classes.get(key);
    if (known === undefined) classes.set(key, [one]);
    else known.push(one);
  }
  return [...classes.values()].filter(({ length }) => length > 1);
}

/**
 * The tier of a scene of which any two contents hold the same picture; null for any other. Linear.
 *
 * @param same What {@linkcode SamePictures.among} gave.
 */
export function tierOfSame(
  memberCount: number,
  same: readonly ContentDigests[],
): "sameImage" | "samePixels" | null {
  if (same.length === 0 || same.length < memberCount) return null;
  const isShared = (kind: PictureSameness): boolean => {
    const digest = same[0]!.digests[kind];
    return digest !== null && same.every(({ digests }) => digests[kind] === digest);
  };
  if (isShared("imageData")) return "sameImage";
  return isShared("pixels") ? "samePixels" : null;
}

/** How many pairs of a scene hold the same picture; null for none. Linear. */
export function samePairs(same: readonly ContentDigests[]): SamePairs | null {
  if (same.length === 0) return null;
  const imageData = pairsIn(countsOf(same, "imageData"));
  const both = new Map<string, number>();
  for (const { digests: { imageData, pixels } } of same) {
    if (imageData === null || pixels === null) continue;
    const key = `${imageData} ${pixels}`;
    both.set(key, (both.get(key) ?? 0) + 1);
  }
  const pixels = pairsIn(countsOf(same, "pixels")) - pairsIn(both);
  return imageData + pixels === 0 ? null : { imageData, pixels };
}

function countsOf(
  known: readonly ContentDigests[],
  kind: PictureSameness,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { digests } of known) {
    const digest = digests[kind];
    if (digest !== null) counts.set(digest, (counts.get(digest) ?? 0) + 1);
  }
  return counts;
}

function pairsIn(counts: ReadonlyMap<string, number>): number {
  let pairs = 0;
  for (const count of counts.values()) pairs += count * (count - 1) / 2;
  return pairs;
}
