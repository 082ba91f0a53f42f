/** How often an actor may be restarted before its supervisor gives up. */
export interface RestartIntensity {
  readonly restartsMax: number;
  readonly withinMs: number;
}

/** Erlang's idea with a wider window: a photo engine meets bursts of bad files. */
export const DEFAULT_RESTART_INTENSITY: RestartIntensity = { restartsMax: 5, withinMs: 10_000 };

/** What a supervisor remembers of one actor: when it was restarted, oldest first. */
export interface RestartHistory {
  readonly restartsAtMs: readonly number[];
}

/** No restart yet. */
export const NO_RESTARTS: RestartHistory = { restartsAtMs: [] };

/** What a supervisor does with a crashed actor. */
export type SupervisorDecision =
  | { readonly kind: "restart"; readonly history: RestartHistory }
  | { readonly kind: "escalate"; readonly reason: string };

/**
 * Decides on a crash at `monotonicMs`. Escalating means that the process restarts as a whole.
 *
 * @example
 * ```ts
 * import { NO_RESTARTS, superviseCrash } from "@scenekeep/engine/core";
 * const intensity = { restartsMax: 1, withinMs: 10 };
 * const decision = superviseCrash(NO_RESTARTS, { monotonicMs: 5, intensity });
 * if (decision.kind !== "restart") throw new Error("The first crash restarts");
 * ```
 */
export function superviseCrash(
  history: RestartHistory,
  crash: { monotonicMs: number; intensity: RestartIntensity },
): SupervisorDecision {
  const since = crash.monotonicMs - crash.intensity.withinMs;
  const recent = history.restartsAtMs.filter((atMs) => atMs > since);
  if (recent.length >= crash.intensity.restartsMax) {
    return {
      kind: "escalate",
      reason: `${recent.length} restarts within ${crash.intensity.withinMs} ms`,
    };
  }
  return { kind: "restart", history: { restartsAtMs: [...recent, crash.monotonicMs] } };
}
