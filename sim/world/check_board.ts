import type { ActorTypes } from "@scenekeep/engine/core";
import type { Checker, Report, Violation, WorldView } from "./checker.ts";
import type { Observation } from "./observation.ts";

/** Shows every observation to every checker and keeps what they report. */
export class CheckBoard<Types extends ActorTypes> {
  readonly violations: Violation[] = [];
  readonly #checkers: readonly { checker: Checker<Types>; report: Report }[];
  /** Those of the checkers that look at every observation. */
  readonly #observers: readonly {
    observe(observation: Observation<Types>, report: Report, view: WorldView): void;
    readonly report: Report;
  }[];
  readonly #view: WorldView;
  readonly #drive: ((observation: Observation<Types>) => void) | null;

  constructor(
    checkers: readonly Checker<Types>[],
    options: { view: WorldView; drive: ((observation: Observation<Types>) => void) | null },
  ) {
    const { view } = options;
    this.#view = view;
    this.#drive = options.drive;
    this.#checkers = checkers.map((checker) => ({
      checker,
      report: (message, entity) => this.report({ checker: checker.id, message, entity }),
    }));
    for (const { checker, report } of this.#checkers) checker.attach?.(report);
    this.#observers = this.#checkers.flatMap(({ checker, report }) => {
      const observe = checker.observe?.bind(checker);
      return observe === undefined ? [] : [{ observe, report }];
    });
  }

  /** Folds one observation into every checker, then shows it to the workload's driver. */
  observe(observation: Observation<Types>): void {
    for (const { observe, report } of this.#observers) observe(observation, report, this.#view);
    if (this.#drive !== null) this.#drive(observation);
  }

  /** The costlier judgement of every checker that has one. */
  evaluate(): void {
    for (const { checker, report } of this.#checkers) checker.evaluate?.(report, this.#view);
  }

  /** Compares every fold with a full recomputation. */
  recompute(): void {
    for (const { checker } of this.#checkers) {
      const problem = checker.recompute?.(this.#view) ?? null;
      if (problem === null) continue;
      this.report({ checker: checker.id, message: `recomputed: ${problem}`, entity: "recompute" });
    }
  }

  /** The judgement of the world at rest. */
  settle(): void {
    for (const { checker, report } of this.#checkers) checker.settle?.(report, this.#view);
  }

  /** Keeps a violation, with where in the run it happened. */
  report(found: { checker: string; message: string; entity: string }): void {
    const { eventCount, nowMs } = this.#view;
    this.violations.push({ ...found, event: eventCount, virtualMs: nowMs });
  }

  /** How often each checker judged something. */
  evaluations(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { checker } of this.#checkers) counts[checker.id] = checker.evaluations;
    return counts;
  }
}
