import type { ActorTypes } from "@scenekeep/engine/core";
import { draw32, drawBetween, drawStream, hashText, hashWith } from "../world/draw.ts";
import type { Payload } from "../world/records.ts";
import type { OrderingStrategy } from "../world/scheduler.ts";

/**
 * How what is due at one instant is ordered, as each order finds bugs that another misses:
 *
 * - `fifo`: as it was asked for; messages are moved by named delays alone.
 * - `random`: every order is alike.
 * - `pct2`, `pct3`: actors have priorities, and at one or two drawn moments one falls to the last
 *   place (Burckhardt 2010): finds what needs one actor far behind.
 * - `fairTail`: random while faults strike, then as it was asked for.
 */
export const STRATEGIES = ["fifo", "random", "pct2", "pct3", "fairTail"] as const;

/** The name of one strategy. */
export type Strategy = (typeof STRATEGIES)[number];

/** The strategy of a seed: each equally often. */
export function strategyOf(seed: number): Strategy {
  const stream = drawStream(seed, "strategy");
  const place = drawBetween(stream, { entityHash: 1, n: 0, min: 0, max: STRATEGIES.length - 1 });
  return STRATEGIES[place]!;
}

/** Events among which the priority changes of PCT are drawn. */
const PCT_SPAN = 20_000;
/** A key behind every other one. */
const LAST = 2 ** 33;

/** The order that a strategy gives, drawn by seed. Keys are whole numbers; smaller go first. */
export function orderingOf<Types extends ActorTypes>(
  strategy: Strategy,
  options: { seed: number; chaosEndsMs: number; nowMs: () => number },
): OrderingStrategy<Payload<Types>> {
  const stream = drawStream(options.seed, `order/${strategy}`);
  switch (strategy) {
    case "fifo":
      return null;
    case "random":
      return (_payload, sequence) => draw32(stream, sequence, 0);
    case "fairTail":
      return (_payload, sequence) =>
        options.nowMs() < options.chaosEndsMs ? draw32(stream, sequence, 0) : LAST;
    case "pct2":
    case "pct3": {
      const changes = Array.from(
        { length: strategy === "pct2" ? 1 : 2 },
        (_, n) => drawBetween(stream, { entityHash: 7, n, min: 1, max: PCT_SPAN }),
      );
      const priorities = new Map<string, number>();
      return (payload, sequence) => {
        const who = receiverOf(payload);
        if (changes.includes(sequence)) priorities.set(who, LAST + sequence);
        return priorities.get(who) ?? draw32(stream, hashWith(hashText(who), 3), 0);
      };
    }
  }
}

/** Whom an entry of the schedule is for: what has one receiver keeps its order. */
export function receiverOf<Types extends ActorTypes>(payload: Payload<Types>): string {
  switch (payload.kind) {
    case "turn":
      return payload.id;
    case "item":
      return payload.to.id;
    case "flight":
      return payload.sender.id;
    case "timer":
    case "operation":
      return payload.actor.id;
    case "operationCrash":
    case "restart":
      return payload.process.id;
    case "request":
    case "clientArrival":
      return payload.envelope.from;
    case "workload":
      return "workload";
  }
}
