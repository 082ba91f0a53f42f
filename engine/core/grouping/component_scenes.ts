/**
 * The scenes of one connected component of the threshold graph, at every tier.
 *
 * [Note: Large components] Given the vectors, the hashes and the pairs marked as not duplicates, the
 * scenes are cuts of one complete-link tree (see [Note: Complete link]). Where the tree itself can be
 * made, it is. Where a part has too many edges for that:
 *
 * 1. if every pair is within the threshold, the part is one scene there ([Note: Clique proof]);
 * 2. else the threshold is lowered along a fixed ladder, for this part alone, and the parts into
 *    which it falls are treated in the same way. At 0 every part has an answer
 *    ([Note: Identical vectors]), so this always ends.
 *
 * Every scene is therefore a cluster of the canonical tree, cut at the tier's threshold or at the
 * lower one that it reports as `reducedThreshold`. Which way is taken depends on the contents of the
 * part alone, never on how it came about; so the result is the same after any order of changes.
 *
 * @module
 */

import { clusterIdentical } from "./identical_vectors.ts";
import { type Cluster, completeLink, cutDendrogram } from "./complete_link.ts";
import { type CliqueProof, proveClique } from "./clique_proof.ts";
import type { EdgeList } from "./edge_list.ts";
import { pairsOf, type PartVectors } from "./part_vectors.ts";
import { copyOfSlots } from "./range_index.ts";
import type { RangeIndex } from "./range_tree.ts";
import { edgesWithin, takeComponents } from "./threshold_parts.ts";

/** Lower thresholds for parts that are too large, in 65,536ths of the widest tier. */
const LADDER: readonly number[] = [
  ...[12, 8, 6, 4, 3, 2, 1].map((sixteenth) => sixteenth * 4096),
  ...[2048, 1024, 512, 256, 128, 64, 32, 16, 8, 4, 2, 1, 0],
];
/** Below budget ÷ this, the tree is made without asking for a clique first: it costs as little. */
const SMALL_PART = 32;

/** A tier and its threshold. */
export interface TierThreshold<Tier> {
  readonly tier: Tier;
  readonly threshold: number;
}

/** One component and the rules for it. */
export interface Component<Tier> {
  readonly vectors: PartVectors;
  /** All edges up to the widest threshold, where they are kept; null to compute what is needed. */
  readonly edges: EdgeList | null;
  /** Rank → ranks that it must not be in one scene with. */
  readonly forbidden: ReadonlyMap<number, readonly number[]>;
  readonly tiers: readonly TierThreshold<Tier>[];
  /** Most edges that a tree is made of, at most `EDGES_MAX`. */
  readonly edgeBudget: number;
}

/** A scene of a component, by ranks. */
export interface ComponentScene<Tier> {
  readonly tier: Tier;
  /** Ranks, ascending; at least two. */
  readonly members: Int32Array;
  readonly diameter: number;
  /** False where the diameter is only a proven upper bound. */
  readonly isDiameterExact: boolean;
  /** The lower threshold at which this part was cut; null where it is that of the tier. */
  readonly reducedThreshold: number | null;
}

interface Part<Tier> {
  /** Ranks, ascending. */
  readonly ranks: Int32Array;
  /** The part is connected at this threshold. */
  readonly threshold: number;
  /** Tiers without scenes so far. */
  readonly open: readonly TierThreshold<Tier>[];
}

/** The scenes of a component, tier by tier in no particular order of clusters. */
export function scenesOfComponent<Tier>(component: Component<Tier>): ComponentScene<Tier>[] {
  const { vectors, edges, tiers } = component;
  const ranks = Int32Array.from(vectors.slots.keys());
  const threshold = Math.max(...tiers.map((tier) => tier.threshold));
  const scenes: ComponentScene<Tier>[] = [];
  if (edges !== null) {
    addTree({ ranks, threshold, open: tiers }, edges, scenes);
    return scenes;
  }
  const pending: Part<Tier>[] = [{ ranks, threshold, open: tiers }];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part.ranks.length > 1) pending.push(...settlePart(component, part, scenes));
  }
  return scenes;
}

/** Adds the scenes of a part that it can tell, and returns the parts that are left to settle. */
function settlePart<Tier>(
  component: Component<Tier>,
  part: Part<Tier>,
  scenes: ComponentScene<Tier>[],
): Part<Tier>[] {
  const { vectors, edgeBudget } = component;
  const { ranks, threshold } = part;
  const small = Math.floor(edgeBudget / SMALL_PART);
  const isFree = !ranks.some((rank) => forbiddenIn(component, ranks, rank) !== undefined);
  if (isFree && pairsOf(ranks.length) > small) {
    const proof = proveClique(vectors, ranks, { threshold, pairsMax: 0 });
    if (proof.kind === "clique") return settleClique(component, part, proof, scenes);
  }
  const local = copyOfSlots(vectors.index, ranks.map((rank) => vectors.slots[rank]!));
  const few = partEdges(component, part, local, small);
  if (few !== null) return addTree(part, few, scenes);
  if (isFree) {
    const proof = proveClique(vectors, ranks, { threshold, pairsMax: edgeBudget });
    if (proof.kind === "clique") return settleClique(component, part, proof, scenes);
  }
  const edges = partEdges(component, part, local, edgeBudget);
  if (edges !== null) return addTree(part, edges, scenes);
  if (threshold === 0) return addIdentical(component, part, scenes);
  return partsBelow(part, local, nextThreshold(component, threshold));
}

/** The part is one scene at every open tier that reaches it; the narrower tiers are left. */
function settleClique<Tier>(
  component: Component<Tier>,
  part: Part<Tier>,
  proof: Extract<CliqueProof, { readonly kind: "clique" }>,
  scenes: ComponentScene<Tier>[],
): Part<Tier>[] {
  const { vectors } = component;
  const { diameter, isDiameterExact } = proof;
  const cluster: Cluster = { members: part.ranks, diameter };
  const below = part.open.filter((tier) => tier.threshold < part.threshold);
  for (const tier of part.open) {
    if (tier.threshold < part.threshold) continue;
    scenes.push({ ...sceneOf(tier, part, cluster), isDiameterExact });
  }
  if (below.length === 0) return [];
  const threshold = Math.max(...below.map((tier) => tier.threshold));
  const local = copyOfSlots(vectors.index, part.ranks.map((rank) => vectors.slots[rank]!));
  return partsBelow({ ...part, open: below }, local, threshold);
}

/** The parts into which a part falls at a lower threshold. Empties the index. */
function partsBelow<Tier>(
  part: Part<Tier>,
  local: RangeIndex,
  threshold: number,
): Part<Tier>[] {
  return takeComponents(local, threshold).map((places) => ({
    ranks: places.map((place) => part.ranks[place]!),
    threshold,
    open: part.open,
  }));
}

/** The next lower threshold of the ladder or of a tier. */
function nextThreshold<Tier>({ tiers }: Component<Tier>, threshold: number): number {
  const widest = Math.max(...tiers.map((tier) => tier.threshold));
  const steps = [
    ...LADDER.map((part) => Math.floor((widest * part) / 65536)),
    ...tiers.map((tier) => tier.threshold),
  ];
  return Math.max(...steps.filter((step) => step < threshold));
}

/** Cuts the tree of a part at every open tier; nothing is left. */
function addTree<Tier>(
  part: Part<Tier>,
  edges: EdgeList,
  scenes: ComponentScene<Tier>[],
): Part<Tier>[] {
  const dendrogram = completeLink(part.ranks.length, edges);
  for (const tier of part.open) {
    const threshold = Math.min(tier.threshold, part.threshold);
    for (const cluster of cutDendrogram(dendrogram, threshold)) {
      scenes.push(sceneOf(tier, part, {
        members: cluster.members.map((place) => part.ranks[place]!),
        diameter: cluster.diameter,
      }));
    }
  }
  return [];
}

function addIdentical<Tier>(
  component: Component<Tier>,
  part: Part<Tier>,
  scenes: ComponentScene<Tier>[],
): Part<Tier>[] {
  const { ranks } = part;
  const clusters = clusterIdentical(
    ranks.length,
    (place) => forbiddenIn(component, ranks, ranks[place]!),
  );
  for (const places of clusters) {
    if (places.length < 2) continue;
    const members = Int32Array.from(places, (place) => ranks[place]!);
    for (const tier of part.open) scenes.push(sceneOf(tier, part, { members, diameter: 0 }));
  }
  return [];
}

function sceneOf<Tier>(
  { tier, threshold }: TierThreshold<Tier>,
  part: Part<Tier>,
  { members, diameter }: Cluster,
): ComponentScene<Tier> {
  const reducedThreshold = part.threshold < threshold ? part.threshold : null;
  return { tier, members, diameter, isDiameterExact: true, reducedThreshold };
}

/** The edges of a part at its threshold by place in the part, or null when they are too many. */
function partEdges<Tier>(
  component: Component<Tier>,
  part: Part<Tier>,
  local: RangeIndex,
  edgesMax: number,
): EdgeList | null {
  const { forbidden } = component;
  const { ranks, threshold } = part;
  const isForbidden = (low: number, high: number): boolean =>
    forbidden.get(ranks[low]!)?.includes(ranks[high]!) === true;
  return edgesWithin(local, { threshold, edgesMax, isForbidden });
}

/** The places in the part of what a rank must not be with; undefined where there is nothing. */
function forbiddenIn<Tier>(
  { forbidden }: Component<Tier>,
  ranks: Int32Array,
  rank: number,
): number[] | undefined {
  const others = forbidden.get(rank);
  if (others === undefined) return undefined;
  const places = others.map((other) => placeOf(ranks, other)).filter((place) => place >= 0);
  return places.length === 0 ? undefined : places;
}

/** Binary search: the place of a rank in ascending ranks, or -1. */
function placeOf(ranks: Int32Array, rank: number): number {
  let low = 0;
  let high = ranks.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = ranks[middle]!;
    if (found === rank) return middle;
    if (found < rank) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
