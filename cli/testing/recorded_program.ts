/**
 * A program that makes albums in a recorded library until it is killed: it says so once some of it
 * is in the recording.
 *
 * @module
 */

import { type EngineTypes, identifier, LIBRARIAN, LIBRARIAN_ACTOR } from "@scenekeep/engine/core";
import { hostActor, Recorder, Runtime, SqliteJournal, SYSTEM_CLOCK } from "@scenekeep/engine/host";
import { join } from "@std/path";
import { MAKE_CATALOG, makeAlbum } from "./catalog_commands.ts";

const [folder = ""] = Deno.args;
const recorder = new Recorder({ path: join(folder, "recording") });
const { sizeBytes } = recorder;
const refuses = () => Promise.resolve({ kind: "failed", error: "refused" } as const);
const nothing = { readObject: refuses, writeObject: refuses, link: refuses, remove: refuses };
const runtime = Runtime.start<EngineTypes>({
  journal: SqliteJournal.open({ path: join(folder, "library.sqlite") }),
  actors: [hostActor({ id: LIBRARIAN, definition: LIBRARIAN_ACTOR, settings: {} })],
  ports: { clock: SYSTEM_CLOCK, objects: nothing, compute: { compute: refuses } },
  recorder,
});
const run = crypto.randomUUID();
await runtime.request(LIBRARIAN, MAKE_CATALOG, { commandId: identifier(`${run}/make`) });
let isSaid = false;
for (let index = 0;; index += 1) {
  const name = `${run}/${index}`;
  // deno-lint-ignore no-await-in-loop -- one after the other, until it is killed
  await runtime.request(LIBRARIAN, makeAlbum(name), { commandId: identifier(name) });
  if (!isSaid && Deno.statSync(join(folder, "recording")).size > sizeBytes) {
    isSaid = true;
    // deno-lint-ignore no-console -- whoever started it waits for this
    console.log("recorded");
  }
}
