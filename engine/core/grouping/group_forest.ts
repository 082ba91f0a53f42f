/**
 * A union-find over the components of a threshold graph, with a mark that lets a search stop at the
 * first member of a crowded component: 50,000 near-identical frames cost one hit, not 50,000.
 *
 * @module
 */

/** Group numbers and what they have become part of. Plain data. */
export interface GroupForest {
  /** The group that each group was merged into, itself for a root. */
  parent: Int32Array;
  /** 1 for a root of which a search reports the first member that it meets and no other. */
  crowded: Uint8Array;
  /** The stamp of the last search that is done with the root. */
  doneAt: Int32Array;
  /** Group numbers in use. */
  count: number;
  /** The stamp of the current search. */
  stamp: number;
}

/** An empty forest. */
export function createGroupForest(): GroupForest {
  return {
    parent: new Int32Array(16),
    crowded: new Uint8Array(16),
    doneAt: new Int32Array(16),
    count: 0,
    stamp: 0,
  };
}

/** A new group of its own. */
export function addGroup(forest: GroupForest): number {
  const group = forest.count;
  if (group === forest.parent.length) growForest(forest);
  forest.parent[group] = group;
  forest.crowded[group] = 0;
  forest.doneAt[group] = 0;
  forest.count++;
  return group;
}

function growForest(forest: GroupForest): void {
  const length = forest.parent.length * 2;
  const parent = new Int32Array(length);
  parent.set(forest.parent);
  const crowded = new Uint8Array(length);
  crowded.set(forest.crowded);
  const doneAt = new Int32Array(length);
  doneAt.set(forest.doneAt);
  forest.parent = parent;
  forest.crowded = crowded;
  forest.doneAt = doneAt;
}

/** The root of a group; shortens the path on the way. */
export function rootOfGroup(forest: GroupForest, group: number): number {
  const { parent } = forest;
  let current = group;
  while (parent[current]! !== current) {
    parent[current] = parent[parent[current]!]!;
    current = parent[current]!;
  }
  return current;
}

/** Starts a search: no group is done with yet. */
export function beginSearch(forest: GroupForest): void {
  if (forest.stamp === 2 ** 31 - 1) {
    forest.doneAt.fill(0);
    forest.stamp = 0;
  }
  forest.stamp++;
}
