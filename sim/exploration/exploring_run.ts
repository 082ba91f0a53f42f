import { type ActorTypes, invariant } from "@scenekeep/engine/core";
import { crypto } from "@std/crypto";
import { type DueEntries, LATER } from "../world/chosen_scheduler.ts";
import type { Observation } from "../world/observation.ts";
import { pictureText } from "../world/picture_text.ts";
import type { Payload } from "../world/records.ts";
import type { RunReport } from "../world/run_report.ts";
import type { ScheduleEntry } from "../world/scheduler.ts";
import { CausalNames } from "./causal_names.ts";
import { eventName } from "../world/event_name.ts";
import { Footprint } from "./footprint.ts";
import { firstByName, isNothing, openEvents } from "./open_events.ts";
import type { SearchState } from "./search_state.ts";
import { readCrashName } from "./state_graph.ts";
import type { FoundOrder, Subject, SubjectRun } from "./subject.ts";

/** A run that has ended, or was ended. */
export interface EndedRun {
  readonly report: RunReport;
  /** A digest of the world; null for a run that led to what is known. */
  readonly endState: string | null;
  readonly failure: { readonly signature: string; readonly text: string } | null;
  readonly found: FoundOrder;
}

/** Turns after which a run is one without end. */
const EVENTS_MAX = 100_000;
/** Where a process may die. */
const CRASHES = ["processCrashBeforeCommit", "processCrashBeforeEffect"] as const;
/** A process is back at once: so its return comes before and after all else in this moment. */
const DOWN_MS = 0;
/** Stands for all that happens after the last choice. */
const REST = "the rest";

/** One run of an exploration: repeats what was chosen before, then tries something new. */
export class ExploringRun<Types extends ActorTypes> {
  readonly #subject: Subject<Types>;
  readonly #search: SearchState;
  readonly #run: SubjectRun<Types>;
  readonly #names: CausalNames;
  readonly #order: string[] = [];
  /** How many of the chosen events have happened. */
  #depth = 0;
  /** What the event that happens touches; null while nothing new is tried. */
  #footprint: Footprint | null = null;
  /** What something touches that happens at once; null while nothing does. */
  #private: Footprint | null = null;
  #isInTail = false;
  /** Places of the present event so far at which its process could have died. */
  #places = 0;
  /** The one at which it does; 0 for none. */
  #crashPlace = 0;
  #hasCrashed = false;
  /** How much was late so far. */
  #late = 0;

  constructor(subject: Subject<Types>, search: SearchState) {
    this.#subject = subject;
    this.#search = search;
    this.#run = subject.begin({
      choose: (due) => this.#choose(due),
      asked: { faults: search.crashes ? CRASHES : [], at: () => this.#crashAt() },
      observe: (observation) => this.#observe(observation),
    });
    this.#names = new CausalNames(this.#run.world.actors(), search.numbers);
  }

  /** Runs until all has happened, or until nothing new can come. */
  toItsEnd(): EndedRun {
    const report = this.#run.world.run({ untilEvent: EVENTS_MAX });
    invariant(
      report.counts.events < EVENTS_MAX,
      "EXPLORED_WITHOUT_END",
      `${report.counts.events} events and no end: the world is not a small one`,
    );
    invariant(
      !this.#search.isInCircle,
      "EXPLORED_WITHOUT_END",
      `"${this.#order.at(-1)}" leads back to a state before it: the world is not a small one`,
    );
    invariant(
      report.counts.mailboxesFull === 0,
      "EXPLORED_MAILBOX_FULL",
      "A mailbox was full, so that who waits for whom is not what independence is told by",
    );
    const found = { order: this.#order, perturbations: report.perturbations };
    if (report.verdict.kind === "paused") return { report, endState: null, failure: null, found };
    const failure = this.#run.failure(report, found);
    // A run that failed did not carry out all that its last event does.
    if (failure !== null && this.#footprint !== null) this.#footprint.touchesAll = true;
    this.#endEvent();
    const endState = this.#digest(this.#run.world.picture());
    this.#search.end(endState);
    return { report, endState, failure, found };
  }

  #choose(
    { atMs, entries, laterMs }: DueEntries<Payload<Types>>,
  ): ScheduleEntry<Payload<Types>> | typeof LATER | null {
    this.#endPrivate();
    const [oldest] = entries;
    invariant(oldest !== undefined, "NOTHING_DUE", "A choice among nothing");
    if (atMs < this.#subject.fromMs) return oldest;
    if (atMs >= this.#subject.untilMs && !this.#isInTail) {
      this.#isInTail = this.#decide([REST]) !== null;
      if (!this.#isInTail) return null;
    }
    const open = openEvents(entries, {
      isPrivate: this.#subject.isPrivate,
      rename: (name) => this.#names.rename(name),
    });
    if (this.#isInTail) return this.#take(firstByName(open), this.#footprint);
    const { byName, first, mayBeLate } = open;
    if (first !== null) {
      this.#private = new Footprint();
      return this.#take(first, this.#private);
    }
    const isLate = mayBeLate && laterMs !== null &&
      this.#late + byName.size <= this.#search.lateMax;
    const chosen = this.#decide(isLate ? [...byName.keys(), LATER] : [...byName.keys()]);
    if (chosen === null) return null;
    const entry = byName.get(chosen);
    if (entry !== undefined) return this.#take(entry, this.#footprint);
    this.#late += byName.size;
    if (this.#footprint !== null) this.#footprint.touchesAll = true;
    this.#order.push(LATER);
    return LATER;
  }

  /** The name of what happens next; null when all of it was tried. */
  #decide(open: readonly string[]): string | null {
    const { frames } = this.#search;
    if (this.#depth === frames.length) {
      this.#endEvent();
      const last = frames.at(-1);
      if (!this.#run.world.recompute()) {
        // Nothing comes after it in this run, so no other order leads to where it has led.
        if (last !== undefined) last.footprint.touchesAll = true;
        return null;
      }
      const sleep = last === undefined ? new Map() : this.#search.sleepAfter(last);
      const entered = this.#search.enter(this.#stateDigest(), { open, sleep });
      const chosen = entered.left.shift();
      if (chosen === undefined) return null;
      frames.push({ ...entered, chosen, footprint: new Footprint() });
    }
    const frame = frames[this.#depth]!;
    const { event, place } = readCrashName(frame.chosen);
    invariant(
      open.includes(event),
      "NOT_REPEATABLE",
      `"${event}" was possible when the same was done before, now only ${open.join(", ")}`,
    );
    this.#depth += 1;
    this.#crashPlace = this.#hasCrashed ? 0 : place;
    this.#places = 0;
    if (this.#depth === frames.length) {
      this.#search.events += 1;
      this.#footprint = frame.footprint = new Footprint();
      if (event === REST) frame.footprint.touchesAll = true;
    }
    return event;
  }

  /** Ends the event that was tried. */
  #endEvent(): void {
    const frame = this.#search.frames.at(-1);
    if (frame === undefined || this.#footprint === null) return;
    if (this.#search.crashes && !this.#hasCrashed && !this.#isInTail) {
      this.#footprint.places = this.#places;
      this.#search.addCrashes(frame);
    }
    this.#footprint = null;
  }

  /** Asked at each place at which a process could die. */
  #crashAt(): number | undefined {
    this.#places += 1;
    if (this.#hasCrashed || this.#places !== this.#crashPlace) return undefined;
    this.#hasCrashed = true;
    return DOWN_MS;
  }

  #stateDigest(): string {
    const { world } = this.#run;
    return this.#digest([world.picture(), this.#run.memory(), this.#hasCrashed, this.#late]);
  }

  #take(
    entry: ScheduleEntry<Payload<Types>>,
    footprint: Footprint | null,
  ): ScheduleEntry<Payload<Types>> {
    if (!isNothing(entry.payload)) footprint?.addPayload(entry.payload);
    this.#order.push(eventName(entry.payload));
    return entry;
  }

  #observe(observation: Observation<Types>): void {
    if (observation.kind === "turn") this.#names.learn(observation, this.#run.world.nowMs);
    const footprint = this.#private ?? this.#footprint;
    if (footprint === null) return;
    footprint.addObservation(observation);
    for (const thing of this.#subject.touches(observation)) footprint.changes.add(thing);
  }

  /** What happened at once belongs to the event before it. */
  #endPrivate(): void {
    const footprint = this.#private;
    if (footprint === null) return;
    this.#private = null;
    const things = [...footprint.changes, ...footprint.reads];
    const other = things.find((thing) => !/^(request|client) /.test(thing));
    invariant(
      other === undefined && !footprint.touchesAll,
      "NOT_PRIVATE",
      `"${this.#order.at(-1)}" touched ${other ?? "everything"} and is no private matter`,
    );
    for (const thing of things) this.#footprint?.changes.add(thing);
  }

  #digest(picture: unknown): string {
    const text = pictureText(picture, (name) => this.#names.rename(name));
    const bytes = new TextEncoder().encode(text);
    return new Uint8Array(crypto.subtle.digestSync("SHA-256", bytes)).toHex();
  }
}
