import type { Violation } from "./checker.ts";
import type { FaultCount, FaultId, Perturbation } from "./faults/fault.ts";
import type { WorldCounts } from "./kernel.ts";

/** How a run ended. */
export type Verdict =
  /** All work is done and every promise held. */
  | { readonly kind: "clean" }
  | { readonly kind: "violation"; readonly violations: readonly Violation[] }
  /** Work was left when the budget of virtual time was used up. */
  | { readonly kind: "noProgress"; readonly outstanding: readonly string[] }
  /** An assertion of an actor, or of the world, did not hold. */
  | {
    readonly kind: "crash";
    readonly code: string;
    readonly message: string;
    readonly where: string;
  }
  /** The run stopped where it was asked to, and can go on. */
  | { readonly kind: "paused" };

/** What is known at the end of a run. */
export interface RunReport {
  readonly verdict: Verdict;
  /** Faults that were drawn and never delivered, and checkers that judged nothing. */
  readonly vacuous: readonly string[];
  readonly virtualMs: number;
  readonly traceHash: string;
  readonly blockHashes: readonly string[];
  readonly traceLines: number;
  /** Hash of the encoded state of every actor, in the order in which they were added. */
  readonly stateHash: string;
  readonly counts: WorldCounts;
  readonly faults: Readonly<Record<FaultId, FaultCount>>;
  readonly checks: Readonly<Record<string, number>>;
  /** Everything that struck; with draws off, this list repeats the run. */
  readonly perturbations: readonly Perturbation[];
}
