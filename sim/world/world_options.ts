import type { ActorTypes, RestartIntensity } from "@scenekeep/engine/core";
import { DEFAULT_RESTART_INTENSITY } from "@scenekeep/engine/core";
import type { Checker } from "./checker.ts";
import type { Chooser } from "./chosen_scheduler.ts";
import type { ComputePort } from "./compute_port.ts";
import type { FaultPlanOptions } from "./faults/fault_plan.ts";
import type { Observation } from "./observation.ts";
import type { Operation, OutsideAct } from "./operation.ts";
import type { Payload, TimerDue } from "./records.ts";
import type { OrderingStrategy } from "./scheduler.ts";
import type { TraceSink } from "./trace_chain.ts";
import type { World } from "./world.ts";

const HOUR_MS = 3_600_000;

/** How much a world watches its actors. Each number is "every so many"; 0 switches off. */
export interface WatchOptions {
  /** An actor's invariants, per its turns. @default 1 */
  readonly invariantsEvery: number;
  /** That `receive` of a durable actor changes no state, per its turns. @default 16 */
  readonly purityEvery: number;
  /** That a restart brings back the state of the last commit. @default true */
  readonly restarts: boolean;
  /** That nobody changes a message once it was sent. @default true */
  readonly freezeMessages: boolean;
  /** Journals keep JSON copies, as a disk does, and refuse what is not plain JSON. @default true */
  readonly journalCopies: boolean;
  /** That what the trace says is plain data, per values written; at least 1. @default 1 */
  readonly plainDataEvery: number;
  /** Checkers' `evaluate`, per events. @default 1 */
  readonly evaluateEvery: number;
  /** Checkers' `recompute`, per events. @default 1_000 */
  readonly recomputeEvery: number;
}

/** Everything watched after each turn: for small worlds. */
export const WATCH_ALL: WatchOptions = {
  invariantsEvery: 1,
  purityEvery: 16,
  restarts: true,
  freezeMessages: true,
  journalCopies: true,
  plainDataEvery: 1,
  evaluateEvery: 1,
  recomputeEvery: 1_000,
};

/** Samples only: for large worlds, where a state is costly to encode. */
export const WATCH_SAMPLED: WatchOptions = {
  invariantsEvery: 1_000,
  purityEvery: 0,
  restarts: false,
  freezeMessages: false,
  journalCopies: false,
  plainDataEvery: 100,
  evaluateEvery: 100,
  recomputeEvery: 100_000,
};

/** The times by which the world moves things. None is drawn: what differs is a fault. */
export interface TimingOptions {
  readonly remoteLatencyMs: number;
  readonly durableLatencyMs: number;
  /** First wait before a durable message is sent again; doubles up to the last. */
  readonly redeliverFirstMs: number;
  readonly redeliverLastMs: number;
  /** First wait before a refused commit is tried again; doubles up to the last. */
  readonly commitRetryFirstMs: number;
  readonly commitRetryLastMs: number;
  /** First wait of a client before it asks again; doubles up to the last. */
  readonly clientRetryFirstMs: number;
  readonly clientRetryLastMs: number;
  /** How often a client asks before it gives up; 0 for no end. */
  readonly clientAttemptsMax: number;
}

/** The timing that a world has unless told otherwise. */
export const DEFAULT_TIMING: TimingOptions = {
  remoteLatencyMs: 20,
  durableLatencyMs: 1,
  redeliverFirstMs: 100,
  redeliverLastMs: 60_000,
  commitRetryFirstMs: 50,
  commitRetryLastMs: 5_000,
  clientRetryFirstMs: 2_000,
  clientRetryLastMs: 60_000,
  clientAttemptsMax: 0,
};

/** How a virtual world is set up. */
export interface WorldOptions<Types extends ActorTypes> {
  /** What strikes; `chaosEndsMs` starts the quiet tail. */
  readonly faults: FaultPlanOptions;
  /** The world runs at least until here, for the sake of timers. @default chaosEndsMs */
  readonly endsMs?: number;
  /** Virtual time after `endsMs` within which all work must end. @default one hour */
  readonly budgetMs?: number;
  /** Wall clock at virtual time 0, in ms since 1970. @default 1_700_000_000_000 */
  readonly startWallMs?: number;
  readonly checkers?: readonly Checker<Types>[];
  readonly watch?: Partial<WatchOptions>;
  readonly timing?: Partial<TimingOptions>;
  readonly compute?: ComputePort<Types>;
  readonly operations?: readonly Operation<Types>[];
  /** Carries out the workload's acts outside of all actors. */
  readonly act?: (act: OutsideAct, world: World<Types>) => void;
  /** Sees every observation and may submit further operations. */
  readonly drive?: (observation: Observation<Types>, world: World<Types>) => void;
  /** The content hash of damaged bytes. @default appends `~damaged` */
  readonly damagedHash?: (contentHash: string, salt: number) => string;
  /** True for timers without whose end the world is not at rest. @default none */
  readonly isTimerWork?: (timer: TimerDue<Types>) => boolean;
  readonly ordering?: OrderingStrategy<Payload<Types>>;
  /** Says what happens next, instead of the order in time; see `ChosenScheduler`. */
  readonly choose?: Chooser<Payload<Types>>;
  readonly trace?: TraceSink;
  /** Keep the list of what struck, so that the run can be repeated without seed. @default true */
  readonly recordPerturbations?: boolean;
  /** Hash every actor's state at the end; costs as much as the states are large. @default true */
  readonly hashStates?: boolean;
  readonly restartIntensity?: RestartIntensity;
  /** Wall time for which answers to applied messages are kept. @default seven days */
  readonly appliedKeptMs?: number;
  /** The first so many violations end the run. @default 1 */
  readonly violationsMax?: number;
  /** Turns within one virtual millisecond that count as no progress. @default 2_000_000 */
  readonly turnsPerInstantMax?: number;
}

/** Options without which the world does something else, not the usual thing. */
type Nullable = "act" | "choose" | "compute" | "drive" | "trace";

/** Options with nothing left open. */
export type ResolvedOptions<Types extends ActorTypes> =
  & Required<Omit<WorldOptions<Types>, Nullable | "watch" | "timing">>
  & {
    readonly watch: WatchOptions;
    readonly timing: TimingOptions;
    readonly choose: Chooser<Payload<Types>> | null;
    readonly compute: ComputePort<Types> | null;
    readonly trace: TraceSink | null;
    readonly act: ((act: OutsideAct, world: World<Types>) => void) | null;
    readonly drive: ((observation: Observation<Types>, world: World<Types>) => void) | null;
  };

/** Fills in what was left open. */
export function resolveOptions<Types extends ActorTypes>(
  options: WorldOptions<Types>,
): ResolvedOptions<Types> {
  return {
    faults: options.faults,
    endsMs: Math.max(options.endsMs ?? 0, options.faults.chaosEndsMs),
    budgetMs: options.budgetMs ?? HOUR_MS,
    startWallMs: options.startWallMs ?? 1_700_000_000_000,
    checkers: options.checkers ?? [],
    watch: { ...WATCH_ALL, ...options.watch },
    timing: { ...DEFAULT_TIMING, ...options.timing },
    compute: options.compute ?? null,
    operations: options.operations ?? [],
    act: options.act ?? null,
    drive: options.drive ?? null,
    damagedHash: options.damagedHash ?? ((contentHash) => `${contentHash}~damaged`),
    isTimerWork: options.isTimerWork ?? (() => false),
    ordering: options.ordering ?? null,
    choose: options.choose ?? null,
    trace: options.trace ?? null,
    recordPerturbations: options.recordPerturbations ?? true,
    hashStates: options.hashStates ?? true,
    restartIntensity: options.restartIntensity ?? DEFAULT_RESTART_INTENSITY,
    appliedKeptMs: options.appliedKeptMs ?? 7 * 24 * HOUR_MS,
    violationsMax: options.violationsMax ?? 1,
    turnsPerInstantMax: options.turnsPerInstantMax ?? 2_000_000,
  };
}
