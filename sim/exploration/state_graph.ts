import { invariant } from "@scenekeep/engine/core";

/** A state that was reached, and what is known of it. */
export class StateNode {
  readonly id: number;
  /** The state after each event, as far as it was looked at. */
  readonly after: Map<string, number> = new Map<string, number>();
  /** Why an event was not looked at here: it commutes with `by`, which led here from `from`. */
  readonly slept: Map<string, { readonly from: number; readonly by: string }> = new Map();
  /** Events that nobody has tried here, for the reason above. */
  sleeping: ReadonlySet<string>;
  readonly #open: Set<string>;

  constructor(
    id: number,
    state: { readonly open: readonly string[]; readonly sleeping: ReadonlySet<string> },
  ) {
    this.id = id;
    this.sleeping = state.sleeping;
    this.#open = new Set(state.open);
  }

  /** Names of all that may happen next; none at an end. */
  get open(): ReadonlySet<string> {
    return this.#open;
  }

  /** Adds that a process dies at a place of an event, for each place. Returns what is new. */
  openCrashes(event: string, places: number): string[] {
    const names = Array.from({ length: places }, (_, place) => crashName(event, place + 1));
    const added = names.filter((name) => !this.#open.has(name));
    for (const name of added) this.#open.add(name);
    return added;
  }
}

const CRASH = " and a crash at place ";

/** The name of an event in the course of which a process dies at a place. */
export function crashName(event: string, place: number): string {
  return `${event}${CRASH}${place}`;
}

/** The event that a name stands for, and the place at which a process dies in it; 0 for nowhere. */
export function readCrashName(name: string): { readonly event: string; readonly place: number } {
  const at = name.lastIndexOf(CRASH);
  if (at < 0) return { event: name, place: 0 };
  return { event: name.slice(0, at), place: Number(name.slice(at + CRASH.length)) };
}

/** How many orders there are, if it could be found out, else how many at least. */
export interface RunCount {
  readonly runs: bigint;
  readonly isExact: boolean;
}

/** The states that were reached, by a digest of all that they are. */
export class StateGraph {
  readonly nodes: StateNode[] = [];
  readonly #byDigest = new Map<string, StateNode>();

  /** A state that was reached before, or undefined. */
  known(digest: string): StateNode | undefined {
    return this.#byDigest.get(digest);
  }

  /** A state that was not reached before. A digest of null is never found again. */
  add(
    digest: string | null,
    state: { readonly open: readonly string[]; readonly sleeping: ReadonlySet<string> },
  ): StateNode {
    const node = new StateNode(this.nodes.length, state);
    this.nodes.push(node);
    if (digest !== null) this.#byDigest.set(digest, node);
    return node;
  }

  /**
   * How many runs it would take to go through every order one by one: the paths from a state to an
   * end. Where an event was left out as it commutes with another, the state after it is that after
   * the two in the other order.
   *
   * Linear in states and events.
   *
   * @throws {InvariantError} `EXPLORED_WITHOUT_END` when a state leads back to itself.
   */
  runsFrom(start: number): RunCount {
    const counts = new Map<number, bigint>();
    let isExact = true;
    // Without recursion, as a path may be long: a state is counted once all after it are.
    const ahead = [start];
    /** Those of `ahead` on the way to the last one. */
    const onTheWay = new Set<number>();
    for (let id = ahead.at(-1); id !== undefined; id = ahead.at(-1)) {
      if (counts.has(id)) {
        ahead.pop();
        continue;
      }
      const node = this.nodes[id]!;
      onTheWay.add(id);
      let runs = node.open.size === 0 ? 1n : 0n;
      let isWaiting = false;
      for (const name of node.open) {
        const next = this.#after(node, name);
        if (next === null) {
          isExact = false;
          runs += 1n;
          continue;
        }
        const count = counts.get(next);
        if (count !== undefined) runs += count;
        else {
          invariant(!onTheWay.has(next), "EXPLORED_WITHOUT_END", `"${name}" leads back to a state`);
          isWaiting = true;
          ahead.push(next);
        }
      }
      if (isWaiting) continue;
      counts.set(id, runs);
      onTheWay.delete(id);
      ahead.pop();
    }
    return { runs: counts.get(start) ?? 0n, isExact };
  }

  #after(node: StateNode, name: string): number | null {
    const known = node.after.get(name);
    if (known !== undefined) return known;
    const reason = node.slept.get(name);
    if (reason === undefined) return null;
    const other = this.#after(this.nodes[reason.from]!, name);
    const after = other === null ? null : this.#after(this.nodes[other]!, reason.by);
    if (after !== null) node.after.set(name, after);
    return after;
  }
}
