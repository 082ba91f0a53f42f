import type { ActorId, EffectId, MessageId } from "@scenekeep/engine/core";
import { identifier } from "@scenekeep/engine/core";
import { permittedTest } from "@scenekeep/tools/permitted";
import { assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "./journal_error.ts";
import type { RecordFormat } from "./record_format.ts";
import { SqliteJournal } from "./sqlite_journal.ts";

const FILES = { read: true, write: true } as const;
const LEDGER = identifier<ActorId>("ledger");

interface FixtureTypes {
  readonly message: { readonly amount: number };
  readonly event: { readonly kind: "added"; readonly account: string; readonly amount: number };
  readonly job: { readonly amount: number };
  readonly result: null;
}

/** Format 2 of a ledger: what was called `sum` is called `amount`. */
const FORMAT: RecordFormat<FixtureTypes> = {
  version: 2,
  upgradeEvent: (event) => renamed(event) as FixtureTypes["event"],
  upgradeSnapshot: (snapshot) => ({
    amounts: (snapshot as { readonly sums: unknown }).sums,
  }),
  upgradeEffect: (effect) => renamed(effect) as never,
};

permittedTest({
  name: "SqliteJournal reads a file of format 1 and brings it forward",
  needs: FILES,
  fn: () =>
    withFixture("journal_format_1.sql", (path) => {
      checkFixture(path, 8);
      // Once forward, it stays readable; the numbers of lives go on.
      checkFixture(path, 9);
      assertEquals(pragma(path, "user_version"), 2);
      assertEquals(tables(path), tables(freshFile(path)));
    }),
});

permittedTest({
  name: "SqliteJournal reads a file of format 2 as this version writes it",
  needs: FILES,
  fn: () =>
    withFixture("journal_format_2.sql", (path) => {
      assertEquals(tables(path), tables(freshFile(path)));
      checkFixture(path, 8);
    }),
});

permittedTest({
  name: "SqliteJournal leaves a file of a newer format alone",
  needs: FILES,
  fn: () =>
    withFixture("journal_format_2.sql", (path) => {
      const database = new DatabaseSync(path);
      database.exec("PRAGMA user_version = 3");
      database.close();
      const before = Deno.readFileSync(path);
      const error = assertThrows(() => SqliteJournal.open({ path }), JournalError);
      assertEquals(error.code, "JOURNAL_NEWER");
      assertEquals(
        error.message,
        `Cannot use library "${path}": the file has format 3, which this version does not know: ` +
          "Use the version that wrote it, or a later one",
      );
      assertEquals(Deno.readFileSync(path), before);
    }),
});

permittedTest({
  name: "SqliteStore leaves a record of a newer format alone",
  needs: FILES,
  fn: () =>
    withFixture("journal_format_2.sql", (path) => {
      checkFixture(path, 8);
      const journal = SqliteJournal.open({ path });
      const store = journal.storeFor<FixtureTypes>(LEDGER, FORMAT);
      store.open();
      store.saveSnapshot({ amounts: [] });
      const older = { ...FORMAT, version: 1 };
      const error = assertThrows(() => journal.storeFor(LEDGER, older).open(), JournalError);
      assertEquals(error.code, "JOURNAL_NEWER");
      assertEquals(journal.storeFor<FixtureTypes>(LEDGER, FORMAT).open().incarnation, 10);
      journal.close();
    }),
});

function checkFixture(path: string, incarnation: number): void {
  const journal = SqliteJournal.open({ path });
  try {
    assertEquals(journal.libraryId, "6f1d7c0e-5a57-4b3e-9d5e-0d2f6c1b8a90");
    const store = journal.storeFor<FixtureTypes>(LEDGER, FORMAT);
    const opening = store.open();
    assertEquals({ ...opening, events: [...opening.events] } as unknown, {
      incarnation,
      snapshot: { amounts: [["rent", 40]] },
      events: [
        { kind: "added", account: "rent", amount: 2 },
        { kind: "added", account: "café 😀", amount: -7 },
      ],
      outbox: [
        {
          id: "ledger/7/2/2",
          effect: { kind: "compute", key: "late", job: { amount: 1 } },
        },
        {
          id: "ledger/7/1/0",
          effect: { kind: "send", to: "auditor", channel: "durable", body: { amount: 2 } },
        },
      ],
      timers: ["sweep"],
    });
    assertEquals(store.isOutstanding(identifier<EffectId>("ledger/7/1/0")), true);
    assertEquals(store.isOutstanding(identifier<EffectId>("auditor/3/1/0")), false);
    assertEquals(store.repliesTo(identifier<MessageId>("command-10")), []);
    assertEquals(
      store.repliesTo(identifier<MessageId>("command-9"))?.map(({ effect }) => effect.body),
      [{ amount: 42 }],
    );
  } finally {
    journal.close();
  }
}

function renamed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(`"sum":`, `"amount":`));
}

function withFixture(name: string, body: (path: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    const path = join(folder, "library.sqlite");
    const fixture = new URL(`fixtures/${name}`, import.meta.url);
    const database = new DatabaseSync(path);
    database.exec(Deno.readTextFileSync(fromFileUrl(fixture)));
    database.close();
    body(path);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function freshFile(beside: string): string {
  const path = `${beside}.fresh`;
  SqliteJournal.open({ path }).close();
  return path;
}

/** Names and definitions of all tables, without their comments and spaces. */
function tables(path: string): unknown[] {
  const database = new DatabaseSync(path);
  try {
    return database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all()
      .map((row) => [row["name"], plainSql(String(row["sql"]))]);
  } finally {
    database.close();
  }
}

function plainSql(sql: string): string {
  return sql.replaceAll(/--.*$/gm, "").replaceAll(/[\s"]+/g, "");
}

function pragma(path: string, name: string): unknown {
  const database = new DatabaseSync(path);
  try {
    return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  } finally {
    database.close();
  }
}
