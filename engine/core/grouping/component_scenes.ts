/**
 * The scenes of one connected component of the threshold graph, at every tier.
 *
 * [Note: Large components] Given the vectors, the hashes and the pairs marked as not duplicates,
 * the scenes are cuts of one complete-link tree (see [Note: Complete link]). Where the tree can be
 * made, within a budget of edges, it is. Else, for a connected part of the threshold graph:
 *
 * 1. if every pair is within the threshold, the part is one scene there ([Note: Clique proof]),
 * which
 *    is what the tree would say;
 * 2. if that is so but some pairs are marked as not duplicates, the part is parted by the marks:
 *    contents go, in order of hash, to the first scene that holds none of their marked ones. The
 *    tree might part it elsewhere; such scenes say `isPartedByMarks`;
 * 3. else the threshold is lowered along a fixed ladder, for this part alone, and what it falls
 * into
 *    is treated in the same way. At 0 all vectors of a part are equal, so this ends. The scenes are
 *    cut from the same tree, at the lower threshold that they report as `reducedThreshold`.
 *
 * In every case no two members of a scene are farther apart than its threshold, none are marked,
 * and tiers are nested. Which way is taken depends on the contents of the part alone, never on how
 * it came about; so the result is the same after any order of changes.
 *
 * @module
 */

import { type CliqueProof, proveClique } from "./clique_proof.ts";
import { type Cluster, completeLink, cutDendrogram } from "./complete_link.ts";
import type { EdgeList } from "./edge_list.ts";
import { evidenceAmong } from "./evidence.ts";
import { pairsOf, type PartVectors } from "./part_vectors.ts";
import { copyOfSlots } from "./range_index.ts";
import type { RangeIndex } from "./range_tree.ts";
import { edgesWithin, takeComponents } from "./threshold_parts.ts";

/** Lower thresholds for parts that are too large, in 65,536ths of the widest tier. */
const LADDER: readonly number[] = [
  ...[12, 8, 6, 4, 3, 2, 1].map((sixteenth) => sixteenth * 4096),
  ...[2048, 1024, 512, 256, 128, 64, 32, 16, 8, 4, 2, 1, 0],
];
/** Up to budget ÷ this pairs the tree is made without asking for a clique: it costs as little. */
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
  /** True where a part too large for a tree was parted by its marks. */
  readonly isPartedByMarks: boolean;
}

interface Part<Tier> {
  /** Ranks, ascending. */
  readonly ranks: Int32Array;
  /** The part is connected at this threshold. */
  readonly threshold: number;
  /** Tiers without scenes so far. */
  readonly open: readonly TierThreshold<Tier>[];
  readonly isPartedByMarks: boolean;
}

/** The scenes of a component, tier by tier in no particular order of clusters. */
export function scenesOfComponent<Tier>(component: Component<Tier>): ComponentScene<Tier>[] {
  const { vectors, edges, tiers } = component;
  const ranks = Int32Array.from(vectors.slots.keys());
  const threshold = Math.max(...tiers.map((tier) => tier.threshold));
  const scenes: ComponentScene<Tier>[] = [];
  const whole: Part<Tier> = { ranks, threshold, open: tiers, isPartedByMarks: false };
  if (edges !== null) {
    addTree(whole, edges, scenes);
    return scenes;
  }
  const pending = [whole];
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
  const pairs = pairsOf(ranks.length);
  const isSmall = pairs * SMALL_PART <= edgeBudget;
  const markedPairs = markedPairsIn(component, ranks);
  const asClique = (proof: Clique): Part<Tier>[] =>
    markedPairs === 0 ? settleClique(component, part, proof, scenes) : partByMarks(component, part);
  if (!isSmall && (markedPairs === 0 || pairs - markedPairs > edgeBudget)) {
    const proof = proveClique(vectors, ranks, { threshold, pairsMax: 0 });
    if (proof.kind === "clique") return asClique(proof);
  }
  const local = localIndex(component, ranks);
  const edges = partEdges(component, part, local);
  if (edges !== null) {
    if (isSmall || edges.count < pairs) return addTree(part, edges, scenes);
    const diameter = edges.distances.subarray(0, edges.count).reduce((a, b) => Math.max(a, b), 0);
    return asClique({ kind: "clique", diameter, isDiameterExact: true });
  }
  const proof = proveClique(vectors, ranks, { threshold, pairsMax: edgeBudget });
  if (proof.kind === "clique") return asClique(proof);
  return partsBelow(component, part, { local, threshold: nextThreshold(component, threshold) });
}

type Clique = Extract<CliqueProof, { readonly kind: "clique" }>;

function localIndex<Tier>({ vectors }: Component<Tier>, ranks: Int32Array): RangeIndex {
  return copyOfSlots(vectors.index, ranks.map((rank) => vectors.slots[rank]!));
}

/** The part is one scene at every open tier that its diameter fits; the narrower tiers are left. */
function settleClique<Tier>(
  component: Component<Tier>,
  part: Part<Tier>,
  { diameter, isDiameterExact }: Clique,
  scenes: ComponentScene<Tier>[],
): Part<Tier>[] {
  const cluster: Cluster = { members: part.ranks, diameter };
  const below: TierThreshold<Tier>[] = [];
  for (const tier of part.open) {
    if (tier.threshold < diameter) below.push(tier);
    else scenes.push({ ...sceneOf(tier, part, cluster), isDiameterExact });
  }
  if (below.length === 0) return [];
  const threshold = Math.max(...below.map((tier) => tier.threshold));
  const local = localIndex(component, part.ranks);
  return partsBelow(component, { ...part, open: below }, { local, threshold });
}

/**
 * Parts in which every pair is within the threshold and none is marked: every rank goes to the
 * first one that it may be in.
 */
function partByMarks<Tier>(
  { forbidden }: Component<Tier>,
  part: Part<Tier>,
): Part<Tier>[] {
  const clusterOf = new Map<number, number>();
  const clusters: number[][] = [];
  for (const rank of part.ranks) {
    const closed = new Set(forbidden.get(rank)?.map((other) => clusterOf.get(other)));
    let chosen = 0;
    while (closed.has(chosen)) chosen++;
    clusterOf.set(rank, chosen);
    if (chosen === clusters.length) clusters.push([rank]);
    else clusters[chosen]!.push(rank);
  }
  return clusters.map((ranks) => ({
    ...part,
    ranks: Int32Array.from(ranks),
    isPartedByMarks: true,
  }));
}

/** The parts into which a part falls at a lower threshold. Empties the index. */
function partsBelow<Tier>(
  { vectors }: Component<Tier>,
  part: Part<Tier>,
  { local, threshold }: { readonly local: RangeIndex; readonly threshold: number },
): Part<Tier>[] {
  const evidence = evidenceAmong(vectors.evidence, part.ranks);
  return takeComponents(local, threshold, evidence).map((places) => ({
    ...part,
    ranks: places.map((place) => part.ranks[place]!),
    threshold,
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
    // The edges end at the threshold of the part, and so does the tree.
    for (const cluster of cutDendrogram(dendrogram, tier.threshold)) {
      scenes.push(sceneOf(tier, part, {
        members: cluster.members.map((place) => part.ranks[place]!),
        diameter: cluster.diameter,
      }));
    }
  }
  return [];
}

function sceneOf<Tier>(
  { tier, threshold }: TierThreshold<Tier>,
  part: Part<Tier>,
  { members, diameter }: Cluster,
): ComponentScene<Tier> {
  const reducedThreshold = part.threshold < threshold ? part.threshold : null;
  const { isPartedByMarks } = part;
  return { tier, members, diameter, isDiameterExact: true, reducedThreshold, isPartedByMarks };
}

/** The edges of a part at its threshold by place in the part, or null beyond the budget. */
function partEdges<Tier>(
  { edgeBudget, forbidden, vectors }: Component<Tier>,
  { ranks, threshold }: Part<Tier>,
  local: RangeIndex,
): EdgeList | null {
  const isForbidden = (low: number, high: number): boolean =>
    forbidden.get(ranks[low]!)?.includes(ranks[high]!) === true;
  const evidence = evidenceAmong(vectors.evidence, ranks);
  return edgesWithin(local, { threshold, edgesMax: edgeBudget, isForbidden, evidence });
}

/** How many pairs of these ranks are marked as not duplicates. */
function markedPairsIn<Tier>({ forbidden }: Component<Tier>, ranks: Int32Array): number {
  if (forbidden.size === 0) return 0;
  const inside = new Set(ranks);
  let ends = 0;
  for (const [rank, others] of forbidden) {
    if (inside.has(rank)) ends += others.filter((other) => inside.has(other)).length;
  }
  return ends / 2;
}
