import type { ExploreOptions } from "./explore.ts";
import { areIndependent, type Footprint } from "./footprint.ts";
import { StateGraph, type StateNode } from "./state_graph.ts";

/** A state on the way from the first choice to where the search is. */
export interface Frame {
  readonly node: StateNode;
  /** What happens next in the present run. */
  chosen: string;
  /** What `chosen` touched; set once it has happened. */
  footprint: Footprint;
  /** What is still to be tried. */
  readonly left: string[];
  /** What need not be tried, with what it touches in this state. */
  readonly sleep: Map<string, Footprint>;
}

/**
 * What a search knows between two runs.
 *
 * [Note: Merged states] A state that is met again is not gone through again. What happens after it
 * does not depend on the way to it; but which events slept does, and so what was tried in it. As
 * Godefroid has it: what slept whenever it was met before and does not now is tried now, and in
 * what that leads to only those sleep that have slept each time. At the end each event of a state
 * was tried in it, or slept each time that the state was met.
 *
 * What sleeps was gone through to all its ends before, elsewhere, as long as the search goes depth
 * first and no state leads back to itself; on a circle each event could sleep for the sake of
 * another. (Where there is no circle, no state would be lost if nothing were tried again. So what
 * is tried again is a second reason, which does not rest on the order of the search.)
 *
 * There is no circle: time is part of a state and never goes back. At one moment each event takes
 * out something that is due, and what it puts in is called by what it came of (attempts, boots and
 * lives are counted), so never as before. But an actor may set a timer for now when that very timer
 * wakes it: such a world has no end, and a search with merged states would not notice. So each
 * state that is met again is looked for on the present way, and counting the naive runs looks
 * through the whole graph, with what slept: both refuse a circle (`EXPLORED_WITHOUT_END`).
 */
export class SearchState {
  readonly graph: StateGraph = new StateGraph();
  /** From the first choice on; the last one is where something new is tried. */
  readonly frames: Frame[] = [];
  /** Numbers of long names, see `CausalNames`. */
  readonly numbers: Map<string, number> = new Map<string, number>();
  /** Events that were tried. */
  events = 0;
  /** True once a state has led back to itself: then the search is worth nothing. */
  isInCircle = false;
  readonly crashes: boolean;
  readonly lateMax: number;
  readonly #leavesOutCommuting: boolean;
  readonly #mergesStates: boolean;

  constructor(
    { crashes = false, lateMax = 0, leavesOutCommuting = true, mergesStates = true }:
      ExploreOptions,
  ) {
    this.crashes = crashes;
    this.lateMax = lateMax;
    this.#leavesOutCommuting = leavesOutCommuting;
    this.#mergesStates = mergesStates;
  }

  /** What sleeps after the event that was tried last. */
  sleepAfter(frame: Frame): Map<string, Footprint> {
    if (!this.#leavesOutCommuting) return new Map();
    return new Map([...frame.sleep].filter(([, print]) => areIndependent(print, frame.footprint)));
  }

  /**
   * Enters the state that the last event led to, and says what to try there; nothing when all was
   * tried. See [Note: Merged states].
   *
   * @param digest That of the state.
   * @param state What may happen in it, and what sleeps on the way by which it was reached.
   */
  enter(
    digest: string,
    state: { readonly open: readonly string[]; readonly sleep: ReadonlyMap<string, Footprint> },
  ): Pick<Frame, "left" | "node" | "sleep"> {
    const { open } = state;
    const sleep = new Map(open.flatMap((name) => {
      const footprint = state.sleep.get(name);
      return footprint === undefined ? [] : [[name, footprint] as const];
    }));
    const sleeping = new Set(sleep.keys());
    const known = this.#mergesStates ? this.graph.known(digest) : undefined;
    const node = known ?? this.graph.add(this.#mergesStates ? digest : null, { open, sleeping });
    this.#note(node, sleeping);
    if (known === undefined) {
      const left = open.filter((name) => !sleeping.has(name));
      // What sleeps is known from elsewhere, but for dying in the middle of it.
      for (const [name, { places }] of sleep) left.push(...node.openCrashes(name, places));
      return { node, left, sleep };
    }
    this.isInCircle ||= this.frames.some((frame) => frame.node === known);
    if (this.isInCircle) return { node, left: [], sleep };
    const left = [...known.sleeping].filter((name) => !sleeping.has(name));
    const both = new Map([...sleep].filter(([name]) => known.sleeping.has(name)));
    known.sleeping = new Set(both.keys());
    return { node, left, sleep: both };
  }

  /** Has dying at each place of the event that was tried last be tried too. */
  addCrashes({ chosen, footprint, left, node }: Frame): void {
    left.push(...node.openCrashes(chosen, footprint.places));
  }

  /**
   * Goes back to the last state in which something is left to be tried. False when there is none.
   */
  goBack(): boolean {
    const { frames } = this;
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      frame.sleep.set(frame.chosen, frame.footprint);
      const next = frame.left.shift();
      if (next !== undefined) {
        frame.chosen = next;
        return true;
      }
      frames.pop();
    }
    return false;
  }

  /** Takes note of a run that went to its end; `digest` is that of the world there. */
  end(digest: string): void {
    const end = this.graph.known(digest) ??
      this.graph.add(digest, { open: [], sleeping: new Set() });
    const last = this.frames.at(-1);
    if (last !== undefined) last.node.after.set(last.chosen, end.id);
  }

  #note(node: StateNode, sleeping: ReadonlySet<string>): void {
    const before = this.frames.at(-1);
    if (before === undefined) return;
    before.node.after.set(before.chosen, node.id);
    for (const name of sleeping) {
      if (!node.slept.has(name)) {
        node.slept.set(name, { from: before.node.id, by: before.chosen });
      }
    }
  }
}
