import type { ActorId, ContractTypes, DurableStoreSubject } from "@scenekeep/engine/core";
import { identifier, runDurableStoreContract } from "@scenekeep/engine/core";
import { permittedTest } from "@scenekeep/tools/permitted";
import { join } from "@std/path";
import { SqliteJournal } from "./sqlite_journal.ts";

const FILES = { read: true, write: true } as const;
const ACTOR = identifier<ActorId>("ledger");

runDurableStoreContract("SqliteStore", {
  register: (name, fn) => permittedTest({ name, needs: FILES, fn }),
  make: () => subject(Deno.makeTempDirSync()),
});

function subject(folder: string): DurableStoreSubject {
  const path = join(folder, "library.sqlite");
  let journal = SqliteJournal.open({ path });
  return {
    life: () => journal.storeFor<ContractTypes>(ACTOR),
    restart: () => {
      journal.close();
      journal = SqliteJournal.open({ path });
      return journal.storeFor<ContractTypes>(ACTOR);
    },
    refuseLargeCommits: (state) => journal.limitSize(state === "refuse" ? 1 : null),
    dispose: () => {
      journal.close();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}
