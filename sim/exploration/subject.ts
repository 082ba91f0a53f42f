import type { ActorTypes } from "@scenekeep/engine/core";
import type { Chooser } from "../world/chosen_scheduler.ts";
import type { Perturbation } from "../world/faults/fault.ts";
import type { AskedStrikes } from "../world/faults/fault_plan.ts";
import type { Observation } from "../world/observation.ts";
import type { Payload } from "../world/records.ts";
import type { RunReport } from "../world/run_report.ts";
import type { World } from "../world/world.ts";

/** How a run is to be begun. */
export interface RunHooks<Types extends ActorTypes> {
  readonly choose: Chooser<Payload<Types>>;
  /** Decides crashes. */
  readonly asked: AskedStrikes;
  /** To be shown everything that happens, in order. */
  readonly observe: (observation: Observation<Types>) => void;
}

/** What was chosen in one run. */
export interface FoundOrder {
  /** The names of all events from the first choice on. */
  readonly order: readonly string[];
  /** The crash, if there was one. */
  readonly perturbations: readonly Perturbation[];
}

/** One run of a small world. */
export interface SubjectRun<Types extends ActorTypes> {
  readonly world: World<Types>;
  /**
   * What has a say in what comes and is not in the world's own picture: what checkers remember, and
   * those who drive the workload. See `pictureText` for what it may hold.
   */
  memory(): unknown;
  /** What a run that ended has failed in; null when nothing. */
  failure(
    report: RunReport,
    found: FoundOrder,
  ): { readonly signature: string; readonly text: string } | null;
}

/** A small world, as exploration wants it. Every run must be the same but for what is chosen. */
export interface Subject<Types extends ActorTypes> {
  /**
   * From here on everything is tried that may happen next; before, what was added first goes first.
   */
  readonly fromMs: number;
  /** From here on only one order is run, up to the end: that of the names of what is due. */
  readonly untilMs: number;
  begin(hooks: RunHooks<Types>): SubjectRun<Types>;
  /**
   * The things that checkers and those who drive the workload touch when they see this, by name.
   * See [Note: Independence].
   */
  touches(observation: Observation<Types>): readonly string[];
  /**
   * True for what touches nothing but the client's request that it is about, whenever it happens.
   * It happens at once: another moment would make no difference to anybody.
   */
  isPrivate(payload: Payload<Types>): boolean;
}
