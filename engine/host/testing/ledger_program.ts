/**
 * Runs the ledger for the crash loop: `ledger_program.ts LIBRARY RECORD [BUG]`.
 *
 * Writes `ready`, then takes one command a line, `{ "id", "body" }`, and writes one line for each
 * outcome, `{ "id", "outcome" }`. Ends when its input ends.
 */

import { identifier, type MessageId } from "@scenekeep/engine/core";
import { SqliteJournal } from "../journal/sqlite_journal.ts";
import { hostActor } from "../runtime/hosted_actor.ts";
import type { CommandOutcome } from "../runtime/library_bus.ts";
import type { ObjectPort } from "../runtime/ports.ts";
import { Runtime } from "../runtime/runtime.ts";
import { SYSTEM_CLOCK } from "../runtime/system_clock.ts";
import { AUDITOR_ACTOR, LEDGER_ACTOR } from "./ledger_actor.ts";
import { AUDITOR, LEDGER, type LedgerMessage, type LedgerTypes } from "./ledger_types.ts";
import { type PlantedBug, plantedBug, withBug } from "./planted_bug.ts";
import { recordedEffects, recordPort } from "./record_port.ts";

/** A line that the program takes. */
export interface LedgerCommand {
  readonly id: string;
  readonly body: LedgerMessage;
}

/** A line that it writes. */
export interface LedgerAnswer {
  readonly id: string;
  readonly outcome: CommandOutcome<LedgerMessage>;
}

/** Small, so that many snapshots meet a kill. */
const SNAPSHOT_EVENTS = 150;

if (import.meta.main) {
  const [path = "", record = "", bug = ""] = Deno.args;
  await main({ path, record, bug: plantedBug(bug) });
}

async function main(
  { path, record, bug }: { path: string; record: string; bug: PlantedBug | null },
): Promise<void> {
  const journal = SqliteJournal.open({ path });
  const known = bug === "doublesEffects" ? new Set<string>() : recordedEffects(record);
  const runtime = Runtime.start<LedgerTypes>({
    journal: bug === null ? journal : withBug(journal, bug),
    actors: [
      hostActor({ id: LEDGER, definition: LEDGER_ACTOR }),
      hostActor({ id: AUDITOR, definition: AUDITOR_ACTOR }),
    ],
    ports: { clock: SYSTEM_CLOCK, objects: noObjects(), compute: recordPort(record, known) },
    limits: { snapshotEvents: SNAPSHOT_EVENTS },
  });
  runtime.stopped.then((reason) => {
    if (reason.kind === "failed") throw reason.error;
  });
  say("ready");
  let rest = "";
  for await (const part of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) answer(runtime, JSON.parse(line));
  }
  await runtime.close();
}

function answer(runtime: Runtime<LedgerTypes>, { id, body }: LedgerCommand): void {
  const commandId = identifier<MessageId>(id);
  runtime.request(LEDGER, body, { commandId })
    .then((outcome) => say(JSON.stringify({ id, outcome } satisfies LedgerAnswer)));
}

/** At once: what is said here is acknowledged, and a kill a moment later must not unsay it. */
function say(line: string): void {
  let bytes = new TextEncoder().encode(`${line}\n`);
  while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
}

function noObjects(): ObjectPort {
  const refuse = () => Promise.resolve({ kind: "failed", error: "refused" } as const);
  return { readObject: refuse, writeObject: refuse, link: refuse, remove: refuse };
}
