import type { ContentHash, FileId } from "@scenekeep/engine/core";
import { type NaiveNode, type NaiveScene, naiveScenes } from "./naive_scenes.ts";
import type { ShadowFile, Side } from "./shadow_records.ts";
import type { ShadowLibrary } from "./shadow_library.ts";

/** The true vector of a content, or null when it has none. */
export type VectorOf = (contentHash: ContentHash) => Int16Array | null;

/** The distance of a pair that was compared; null where its vectors speak for it. */
export type KnownDistance = (left: ContentHash, right: ContentHash) => number | null;

/** True for files that are searched for scenes: own, live, read back, a picture, on one side. */
export function isSearched(shadow: ShadowLibrary, file: ShadowFile | undefined): boolean {
  if (file === undefined || file.owner !== shadow.owner || !file.verified) return false;
  if (file.contentHash === null || (file.kind !== "photo" && file.kind !== "live")) return false;
  return shadow.sideOf(file) !== "mixed";
}

/** The contents that are searched on one side of the barrier, with their vectors. Plain data. */
export interface SearchedNodes {
  readonly hashes: readonly ContentHash[];
  readonly places: ReadonlyMap<ContentHash, number>;
  /** One after another in one array: who goes through all of them reads memory in order. */
  readonly vectors: Int16Array;
  readonly dimensions: number;
}

/** Collects them. Linear. */
export function searchedNodes(
  shadow: ShadowLibrary,
  side: Side,
  vectorOf: VectorOf,
): SearchedNodes {
  const found = new Map<ContentHash, Int16Array>();
  for (const file of shadow.files.values()) {
    const hash = file.contentHash;
    if (hash === null || found.has(hash) || !isSearched(shadow, file)) continue;
    if (shadow.sideOf(file) !== side || shadow.embedded.get(hash) !== "embedded") continue;
    const vector = vectorOf(hash);
    if (vector !== null) found.set(hash, vector);
  }
  const hashes = [...found.keys()];
  const dimensions = found.values().next().value?.length ?? 0;
  const vectors = new Int16Array(hashes.length * dimensions);
  for (const [place, vector] of [...found.values()].entries()) {
    vectors.set(vector, place * dimensions);
  }
  return { hashes, places: new Map(hashes.map((hash, at) => [hash, at])), vectors, dimensions };
}

/**
 * The scenes of the component that holds `start`, found by comparing with every other content.
 *
 * Linear in the library for each member of the component, cubic in the component.
 *
 * @returns Null when the component has more than `membersMax` members.
 */
export function componentScenes(
  nodes: SearchedNodes,
  start: ContentHash,
  rules: {
    threshold: number;
    membersMax: number;
    isForbidden: (left: ContentHash, right: ContentHash) => boolean;
    knownDistance: KnownDistance;
  },
): { members: ReadonlySet<ContentHash>; scenes: readonly NaiveScene[] } | null {
  const { dimensions, hashes, places } = nodes;
  const members = new Set<ContentHash>([start]);
  const found: NaiveNode[] = [];
  for (const hash of members) {
    const place = places.get(hash);
    if (place === undefined) continue;
    const vector = nodes.vectors.subarray(place * dimensions, (place + 1) * dimensions);
    found.push({ hash, vector });
    for (let other = 0; other < hashes.length; other += 1) {
      const known = rules.knownDistance(hash, hashes[other]!);
      const isNear = known === null
        ? isWithin(nodes, place, other, rules.threshold)
        : known <= rules.threshold;
      if (!isNear) continue;
      members.add(hashes[other]!);
      if (members.size > rules.membersMax) return null;
    }
  }
  return { members, scenes: naiveScenes(found, rules) };
}

/** True when two vectors are at most `limit` apart; stops as soon as they are not. */
function isWithin(
  { dimensions, vectors }: SearchedNodes,
  left: number,
  right: number,
  limit: number,
): boolean {
  const start = left * dimensions;
  const shift = (right - left) * dimensions;
  let sum = 0;
  for (let axis = start; axis < start + dimensions; axis += 1) {
    const difference = vectors[axis]! - vectors[axis + shift]!;
    sum += difference * difference;
    if (sum > limit) return false;
  }
  return true;
}

/** One text for a set of contents, to compare scenes by. */
export function sceneText(members: Iterable<ContentHash>): string {
  return [...new Set(members)].sort((left, right) => left < right ? -1 : 1).join(" ");
}

/** The contents of files, as the model knows them now. */
export function contentsOf(shadow: ShadowLibrary, files: readonly FileId[]): ContentHash[] {
  const contents: ContentHash[] = [];
  for (const id of files) {
    const hash = shadow.files.get(id)?.contentHash ?? null;
    if (hash !== null) contents.push(hash);
  }
  return contents;
}
