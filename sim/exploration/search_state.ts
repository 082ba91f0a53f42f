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

/** What a search knows between two runs. */
export class SearchState {
  readonly graph: StateGraph = new StateGraph();
  /** From the first choice on; the last one is where something new is tried. */
  readonly frames: Frame[] = [];
  /** Numbers of long names, see `CausalNames`. */
  readonly numbers: Map<string, number> = new Map<string, number>();
  /** Events that were tried. */
  events = 0;
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
   * Enters the state that the last event led to, and says what to try there; none when all was
   * tried. `digest` is that of the state.
   */
  enter(
    digest: string,
    state: { readonly open: readonly string[]; readonly sleep: ReadonlyMap<string, Footprint> },
  ): { readonly node: StateNode; readonly left: string[] } {
    const { open, sleep } = state;
    const known = this.#mergesStates ? this.graph.known(digest) : undefined;
    const sleeping = new Set(open.filter((name) => sleep.has(name)));
    const node = known ?? this.graph.add(this.#mergesStates ? digest : null, { open, sleeping });
    this.#note(node, sleeping);
    if (known === undefined) {
      const left = open.filter((name) => !sleep.has(name));
      // What sleeps is known from elsewhere, but for dying in the middle of it.
      for (const name of sleeping) left.push(...node.openCrashes(name, sleep.get(name)!.places));
      return { node, left };
    }
    const left = [...known.sleeping].filter((name) => !sleep.has(name));
    known.sleeping = new Set([...known.sleeping].filter((name) => sleep.has(name)));
    return { node, left };
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

  /** Takes note of a run that went to its end. */
  end(): void {
    const end = this.graph.add(null, { open: [], sleeping: new Set() });
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
