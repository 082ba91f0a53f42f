import type { ActorTypes, RecordedTurn } from "@scenekeep/engine/core";
import type { TraceChain } from "../world/trace_chain.ts";
import { writeHappening, writeTurn } from "../world/trace_line.ts";
import type { ReplayedActor, ReplayedTurn } from "./replayed_actor.ts";

/** Writes a replayed turn into the trace, as a run writes its own. */
export function writeReplayed<Types extends ActorTypes>(
  trace: TraceChain,
  replayed: {
    readonly line: RecordedTurn<Types>;
    readonly actor: ReplayedActor<Types>;
    readonly turn: ReplayedTurn<Types>;
    /** Number of the turn among all of the replay. */
    readonly event: number;
    readonly virtualMs: number;
  },
): void {
  const { actor, event, line, turn, virtualMs } = replayed;
  const head = { event, virtualMs, who: line.actor };
  const { incoming } = line;
  if (turn.outcome === "threw") {
    const detail = { reason: turn.crash ?? line.reason };
    return writeHappening(trace, { ...head, what: "threw", detail });
  }
  const outcome = turn.outcome === "committed" && incoming === null ? "restored" : turn.outcome;
  const ran = turn.outcome === "committed" || turn.outcome === "refused";
  writeTurn(trace, { ...head, outcome, incoming, effects: ran ? actor.runner.effects : [] });
}
