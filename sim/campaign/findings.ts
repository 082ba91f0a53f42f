/** What a process hands over. */
export interface Batch {
  readonly runs: number;
  readonly events: number;
  readonly strategies: Readonly<Record<string, number>>;
  readonly cells: readonly (readonly [string, number])[];
  readonly drawn: readonly string[];
  readonly noticed: readonly string[];
  readonly failures: readonly {
    readonly seed: number;
    readonly strategy: string;
    readonly signature: string;
    readonly text: string;
    /** The small scenario, or null when only the strategy's own order shows the failure. */
    readonly small: unknown;
  }[];
}

/** All that a campaign has found so far. */
export class Findings {
  runs = 0;
  events = 0;
  readonly cells: Map<string, number> = new Map<string, number>();
  readonly drawn: Set<string> = new Set<string>();
  readonly noticed: Set<string> = new Set<string>();
  readonly strategies: Map<string, number> = new Map<string, number>();
  readonly failures: Map<string, Batch["failures"][number][]> = new Map();

  /** Takes in what a process found; the failures whose signature is new come back. */
  add(found: Batch): Batch["failures"][number][] {
    this.runs += found.runs;
    this.events += found.events;
    for (const [cell, times] of found.cells) {
      this.cells.set(cell, (this.cells.get(cell) ?? 0) + times);
    }
    for (const fault of found.drawn) this.drawn.add(fault);
    for (const fault of found.noticed) this.noticed.add(fault);
    for (const [name, runs] of Object.entries(found.strategies)) {
      this.strategies.set(name, (this.strategies.get(name) ?? 0) + runs);
    }
    return found.failures.filter((failure) => {
      const known = this.failures.get(failure.signature);
      if (known === undefined) this.failures.set(failure.signature, [failure]);
      else known.push(failure);
      return known === undefined;
    });
  }
}
