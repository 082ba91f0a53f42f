import type { Perturbation } from "../world/faults/fault.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { ddmin, smallestFailing } from "./ddmin.ts";
import type { Failure } from "./failure_signature.ts";
import { type TrialOptions, tryScenario } from "./scenario_trial.ts";
import { withVectors, writeOut } from "./write_out.ts";
import { shorterSpans } from "./shorter_span.ts";
import {
  isListed,
  type ListedScenario,
  simplerFiles,
  simplerOperations,
  withAlbums,
  withDevices,
  withFiles,
  withOperations,
} from "./smaller_world.ts";

/** How a failure is made smaller. */
export interface ShrinkOptions extends TrialOptions {
  /** Runs after which the best so far is taken. @default 2_000 */
  readonly trialsMax?: number;
  /** Other seeds that are tried where faults are needed and names have moved. @default 12 */
  readonly seedsMax?: number;
  /** Asked before each run; true ends the search. */
  readonly isOver?: () => boolean;
}

/** A failure, made small. */
export interface Shrunk {
  /** A scenario without draws: every decision is written out. */
  readonly scenario: ListedScenario;
  readonly failure: Failure;
  /** Runs that it took. */
  readonly trials: number;
  /** True when it fails in the same way under other seeds too, so that the seed says nothing. */
  readonly isSeedFree: boolean;
}

const TRIALS_MAX = 2_000;
const SEEDS_MAX = 12;

/**
 * Makes a failing scenario as small as it can, over five axes: operations, faults, delays, the
 * world (its span, devices, albums, files), and values; and a given order down to what matters of
 * it. The failure keeps its signature throughout.
 *
 * Structure goes first, with the faults drawn anew for each candidate, as names of messages follow
 * from what happened before; then what struck is written out, and made smaller together with the
 * rest until nothing can go.
 *
 * @returns Null when the scenario does not fail, or a world made from numbers does not fail alike
 * when it is written out.
 */
export function shrinkScenario(scenario: Scenario, options: ShrinkOptions): Shrunk | null {
  const first = tryScenario(scenario, options);
  if (first?.failure === null || first === null) return null;
  const shrinker = new Shrinker(first.failure, options, first.report.counts.events);
  if (isListed(scenario) && scenario.workload === undefined) {
    return shrinker.shrink(scenario, first.report.perturbations);
  }
  const written = writeOut(scenario, options);
  if (written === null) return null;
  const { perturbations = [] } = written.faults ?? {};
  const faults = scenario.faults ?? { profile: "off" };
  return shrinker.shrink({ ...written, faults }, perturbations);
}

/** Where faults come from while a candidate is tried. */
type Faults = { readonly kind: "drawn" } | { readonly kind: "listed" };

class Shrinker {
  readonly #failure: Failure;
  readonly #options: ShrinkOptions;
  readonly #eventsMax: number;
  readonly #trialsMax: number;
  /** The trial with which the present part of the search ends. */
  #trialsEnd: number;
  #trials = 1;

  constructor(failure: Failure, options: ShrinkOptions, events: number) {
    this.#trialsMax = options.trialsMax ?? TRIALS_MAX;
    this.#trialsEnd = this.#trialsMax;
    this.#failure = failure;
    this.#options = options;
    this.#eventsMax = events * 3 + 5_000;
  }

  shrink(scenario: ListedScenario, struck: readonly Perturbation[]): Shrunk {
    const bare = this.#withoutExpectations(scenario);
    const quiet = withPerturbations(bare, []);
    let small: ListedScenario;
    if (this.#fails(quiet)) small = this.#structure(quiet, { kind: "listed" });
    else {
      // What struck in the run itself is the way back, should drawing anew lead nowhere.
      const asItWas = withPerturbations(bare, struck);
      this.#trialsEnd = this.#trials + (this.#trialsMax >> 1);
      const drawn = this.#structure(this.#kinds(bare, struck), { kind: "drawn" });
      this.#trialsEnd = this.#trialsMax;
      const written = this.#writtenOut(drawn);
      small = this.#faults(written !== null && this.#fails(written) ? written : asItWas);
    }
    small = this.#orderFromTheStart(small);
    let before = Number.MAX_SAFE_INTEGER;
    while (sizeOf(small) < before) {
      before = sizeOf(small);
      const smaller = this.#structure(small, { kind: "listed" });
      small = this.#delays(this.#faults(this.#order(smaller)));
    }
    return this.#finish(this.#values(small));
  }

  #finish(small: ListedScenario): Shrunk {
    // The checks at the end are few, and are made whatever the search has used up.
    this.#trialsEnd = Number.MAX_SAFE_INTEGER;
    const plain = { ...small, seed: 0 };
    const scenario = [plain, withVectors(small)].find((end) => this.#fails(end)) ?? small;
    const isSeedFree = [1, 2, 3].every((seed) => this.#fails({ ...scenario, seed }));
    const failure = tryScenario(scenario, this.#limits())?.failure ?? this.#failure;
    return { scenario, failure, trials: this.#trials, isSeedFree };
  }

  /** Fewer kinds of fault, as long as some seed still shows the failure. */
  #kinds(scenario: ListedScenario, struck: readonly Perturbation[]): ListedScenario {
    const { faults } = scenario;
    if (faults === undefined) return scenario;
    let small = scenario;
    ddmin([...new Set(struck.map(({ fault }) => fault))], (enabled) => {
      const found = this.#seedOf({ ...small, faults: { ...faults, enabled } });
      small = found ?? small;
      return found !== null;
    });
    return small;
  }

  /** Operations, then the world, span first as it makes all else cheap. */
  #structure(scenario: ListedScenario, faults: Faults): ListedScenario {
    let small = scenario;
    const fails = (candidate: ListedScenario): boolean => {
      const isListed = faults.kind === "listed";
      const found = isListed && this.#fails(candidate) ? candidate : null;
      const kept = isListed ? found : this.#seedOf(candidate);
      small = kept ?? small;
      return kept !== null;
    };
    shorterSpans(small).some(fails);
    ddmin(small.operations ?? [], (list) => fails(withOperations(small, list)));
    ddmin(small.world.devices ?? [], (list) => fails(withDevices(small, list)));
    ddmin(small.world.files, (list) => fails(withFiles(small, list)));
    ddmin(small.world.albums, (list) => fails(withAlbums(small, list)));
    return small;
  }

  /** The candidate with a seed under which it fails, the one it has first. */
  #seedOf(candidate: ListedScenario): ListedScenario | null {
    const seedsMax = this.#options.seedsMax ?? SEEDS_MAX;
    for (let tried = 0; tried < seedsMax; tried += 1) {
      const seed = tried === 0 ? candidate.seed : tried;
      const seeded = { ...candidate, seed };
      if (this.#fails(seeded)) return seeded;
    }
    return null;
  }

  #faults(scenario: ListedScenario): ListedScenario {
    const { perturbations = [] } = scenario.faults ?? {};
    const kept = ddmin(perturbations, (list) => this.#fails(withPerturbations(scenario, list)));
    return withPerturbations(scenario, kept);
  }

  /** A given order as one of all events, so that it holds in shorter spans too. */
  #orderFromTheStart(scenario: ListedScenario): ListedScenario {
    const { order, ...plain } = scenario;
    if (order === undefined) return scenario;
    const wider = { ...scenario, order: { ...order, fromMs: 0 } };
    return [plain, wider].find((candidate) => this.#fails(candidate)) ?? scenario;
  }

  /** Only the events of a given order whose place matters. */
  #order(scenario: ListedScenario): ListedScenario {
    const { order } = scenario;
    if (order === undefined) return scenario;
    const withEvents = (events: readonly string[]): ListedScenario => ({
      ...scenario,
      order: { ...order, events },
    });
    return withEvents(ddmin(order.events, (list) => this.#fails(withEvents(list))));
  }

  /** Weaker faults: shorter delays, shorter down times, smaller jumps. */
  #delays(scenario: ListedScenario): ListedScenario {
    let small = scenario;
    for (const [index, { value }] of (scenario.faults?.perturbations ?? []).entries()) {
      if (value <= 1) continue;
      const weaker = (size: number): ListedScenario =>
        withPerturbations(
          small,
          small.faults!.perturbations!.map((other, place) =>
            place === index ? { ...other, value: size } : other
          ),
        );
      const smallest = smallestFailing(value, 1, (size) => this.#fails(weaker(size)));
      const shorter = weaker(smallest);
      if (this.#fails(shorter)) small = shorter;
    }
    return small;
  }

  #values(scenario: ListedScenario): ListedScenario {
    let small = scenario;
    for (const [index] of scenario.world.files.entries()) {
      const put = (file: ListedScenario["world"]["files"][number]): ListedScenario =>
        withFiles(small, small.world.files.with(index, file));
      small = this.#simplest(small, {
        variants: (now) => simplerFiles(now.world.files[index]!).map(put),
      });
    }
    for (const [index] of (scenario.operations ?? []).entries()) {
      small = this.#simplest(small, {
        variants: (now) =>
          simplerOperations(now.operations![index]!).map((operation) =>
            withOperations(now, now.operations!.with(index, operation))
          ),
      });
    }
    return small;
  }

  #simplest(
    scenario: ListedScenario,
    { variants }: { variants: (now: ListedScenario) => ListedScenario[] },
  ): ListedScenario {
    let small = scenario;
    while (true) {
      const simpler = variants(small).find((variant) => this.#fails(variant));
      if (simpler === undefined) return small;
      small = simpler;
    }
  }

  /** The scenario with all that its draws decided written out, if it then fails alike. */
  #writtenOut(scenario: ListedScenario): ListedScenario | null {
    const trial = tryScenario(scenario, this.#limits());
    this.#trials += 1;
    if (trial === null) return null;
    return withPerturbations(scenario, trial.report.perturbations);
  }

  #fails(candidate: ListedScenario): boolean {
    if (this.#trials >= this.#trialsEnd || this.#options.isOver?.() === true) return false;
    this.#trials += 1;
    const failure = tryScenario(candidate, this.#limits())?.failure;
    return failure?.signature === this.#failure.signature;
  }

  #limits(): TrialOptions {
    return { ...this.#options, eventsMax: this.#eventsMax };
  }

  #withoutExpectations(scenario: ListedScenario): ListedScenario {
    const { expect, ...rest } = scenario;
    if (!this.#failure.signature.startsWith("unmet")) return rest;
    return expect?.final === undefined ? rest : { ...rest, expect: { final: expect.final } };
  }
}

/** The scenario with these faults and no draws. */
export function withPerturbations(
  scenario: ListedScenario,
  perturbations: readonly Perturbation[],
): ListedScenario {
  return { ...scenario, faults: { profile: "off", perturbations } };
}

/** How large a scenario is: what a reader has to take in. */
export function sizeOf({ faults, operations, order, world }: ListedScenario): number {
  return (operations ?? []).length + (faults?.perturbations ?? []).length +
    (order?.events ?? []).length + world.files.length + world.albums.length +
    (world.devices ?? []).length;
}
