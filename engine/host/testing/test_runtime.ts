import type { ActorId, CommitFailure } from "@scenekeep/engine/core";
import { identifier } from "@scenekeep/engine/core";
import { setImmediate } from "node:timers";
import { hostActor } from "../runtime/hosted_actor.ts";
import type { BusOutput } from "../runtime/library_bus.ts";
import { Runtime } from "../runtime/runtime.ts";
import type { RuntimeLimits } from "../runtime/runtime_limits.ts";
import { loggingActor, type LoggingActorOptions, type LoggingTypes } from "./logging_actor.ts";
import { MemoryJournal } from "./memory_journal.ts";
import { type TestPorts, testPorts } from "./test_ports.ts";

/** A library of logging actors, and what a test needs to look at it. */
export interface TestLibrary {
  readonly runtime: Runtime<LoggingTypes>;
  readonly ports: TestPorts;
  readonly outputs: BusOutput<string>[];
  /** What `actor` has received, read from its own state. */
  log(actor: ActorId): readonly string[];
  /** Waits until nothing moves any more without the clock or a port. */
  quiet(): Promise<void>;
  /** Leaves this process as a crash would, and starts the next on the same records. */
  crash(): TestLibrary;
}

/** What a test library is made of. */
export interface TestLibraryOptions {
  readonly actors: Readonly<Record<string, LoggingActorOptions>>;
  readonly limits?: Partial<RuntimeLimits>;
  /** Asked before each commit. */
  readonly refusal?: () => CommitFailure | null;
}

/** The id of an actor of a test. */
export function actorId(name: string): ActorId {
  return identifier(name);
}

/** Starts a library of logging actors. */
export function testLibrary(options: TestLibraryOptions): TestLibrary {
  const { refusal } = options;
  return start(options, new MemoryJournal(refusal === undefined ? {} : { refusal }));
}

function start(options: TestLibraryOptions, journal: MemoryJournal): TestLibrary {
  const logs = new Map<ActorId, string[]>();
  const ports = testPorts();
  const outputs: BusOutput<string>[] = [];
  const actors = Object.entries(options.actors).map(([name, behaviour]) => {
    const id = actorId(name);
    const definition = loggingActor(behaviour);
    return hostActor({
      id,
      definition: {
        ...definition,
        restored(log, context) {
          logs.set(id, log);
          return definition.restored(log, context);
        },
      },
    });
  });
  const runtime = Runtime.start<LoggingTypes>({
    journal,
    actors,
    ports,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    listener: (output) => outputs.push(output),
  });
  return {
    runtime,
    ports,
    outputs,
    log: (actor) => logs.get(actor) ?? [],
    quiet: () => quiet(runtime),
    crash: () => start(options, journal.reopen()),
  };
}

/** A turn and a port's answer take one round of the event loop; several quiet ones are the end. */
async function quiet(runtime: Runtime<LoggingTypes>): Promise<void> {
  let before = -1;
  for (let still = 0; still < 4;) {
    // deno-lint-ignore no-await-in-loop -- each round follows the one before
    await new Promise((resolve) => setImmediate(() => resolve(null)));
    const { turns } = runtime.counts;
    still = turns === before ? still + 1 : 0;
    before = turns;
  }
}
