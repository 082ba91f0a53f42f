import type { Compute, Outcome } from "@scenekeep/engine/core";
import type { ObjectPort, PortContext, Ports } from "../runtime/ports.ts";
import type { LoggingTypes } from "./logging_actor.ts";
import { ManualClock } from "./manual_clock.ts";

/** A computation that a test answers when it likes. */
export interface PendingComputation {
  readonly request: Compute<string>;
  readonly context: PortContext;
  readonly answer: (outcome: Outcome<string>) => void;
  readonly reject: (error: Error) => void;
}

/** Ports in a test's hand. */
export interface TestPorts extends Ports<LoggingTypes> {
  readonly clock: ManualClock;
  /** Computations that have begun and are not answered, oldest first. */
  readonly pending: PendingComputation[];
  /** Every request that ever began, by effect id. */
  readonly begun: string[];
}

/** Makes ports; objects answer at once, computations when the test says so. */
export function testPorts(): TestPorts {
  const pending: PendingComputation[] = [];
  const begun: string[] = [];
  const acknowledged: Outcome<{ kind: "acknowledged" }> = {
    kind: "done",
    result: { kind: "acknowledged" },
  };
  const objects: ObjectPort = {
    readObject: ({ object }) =>
      Promise.resolve({
        kind: "done",
        result: { kind: "objectFacts", sizeBytes: object.length, contentHash: null },
      }),
    writeObject: (_, { effectId }) => {
      begun.push(effectId);
      return Promise.resolve(acknowledged);
    },
    link: () => Promise.resolve(acknowledged),
    remove: () => Promise.resolve(acknowledged),
  };
  return {
    clock: new ManualClock(),
    pending,
    begun,
    objects,
    compute: {
      compute: (request, context) => {
        const { promise, resolve, reject } = Promise.withResolvers<Outcome<string>>();
        begun.push(context.effectId);
        pending.push({ request, context, answer: resolve, reject });
        return promise;
      },
    },
  };
}
