import type { ActorId } from "@scenekeep/engine/core";
import { identifier } from "@scenekeep/engine/core";
import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { HELD } from "../testing/library_holder.ts";
import { startProgram } from "../testing/program.ts";
import { JournalError } from "./journal_error.ts";
import { SqliteJournal } from "./sqlite_journal.ts";

const FILES = { read: true, write: true } as const;
const PROGRAMS = { ...FILES, run: [Deno.execPath()] } as const;

permittedTest({
  name: "SqliteJournal.open() makes a library once and keeps its id",
  needs: FILES,
  fn: inFolder((folder) => {
    const path = join(folder, "library.sqlite");
    const first = SqliteJournal.open({ path });
    const { libraryId } = first;
    assertMatch(libraryId, /^[0-9a-f-]{36}$/);
    first.close();
    first.close();
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["library.sqlite"]);
    for (const wanted of [{}, { libraryId }]) {
      const again = SqliteJournal.open({ path, ...wanted });
      assertEquals(again.libraryId, libraryId);
      again.close();
    }
    assertEquals(refusal({ path, libraryId: "another" }).code, "JOURNAL_OTHER_LIBRARY");
  }),
});

permittedTest({
  name: "SqliteJournal.open() says who holds a library, in this process",
  needs: FILES,
  fn: inFolder((folder) => {
    const path = join(folder, "library.sqlite");
    const journal = SqliteJournal.open({ path });
    const link = join(folder, "other_name.sqlite");
    Deno.symlinkSync(path, link);
    for (const name of [path, link]) {
      const error = refusal({ path: name });
      assertEquals(error.code, "LIBRARY_BUSY");
      assertEquals(error.isRetryable, true);
    }
    assertMatch(refusal({ path }).message, /it is held by this process \d+ since 20\d\d-/);
    journal.close();
    SqliteJournal.open({ path }).close();
  }),
});

permittedTest({
  name: "SqliteJournal.open() says which process holds a library, until that is killed",
  needs: PROGRAMS,
  fn: inFolder(async (folder) => {
    const path = join(folder, "library.sqlite");
    const flags = [`--allow-read=${folder}`, `--allow-write=${folder}`];
    const holder = startProgram({ file: "library_holder.ts", args: [path], flags });
    assertEquals(await holder.nextLine(), HELD);
    const error = refusal({ path });
    assertEquals(error.code, "LIBRARY_BUSY");
    assert(error.message.includes(`it is held by process ${holder.pid} since `), error.message);
    const second = startProgram({ file: "library_holder.ts", args: [path], flags });
    assertEquals(await second.nextLine(), "LIBRARY_BUSY");
    await second.ended();
    holder.kill();
    await holder.ended();
    SqliteJournal.open({ path }).close();
  }),
});

permittedTest({
  name: "SqliteJournal.open() leaves a file of another program as it is",
  needs: FILES,
  fn: inFolder((folder) => {
    const path = join(folder, "notes.txt");
    for (const text of ["short", "long enough for a header. ".repeat(40)]) {
      Deno.writeTextFileSync(path, text);
      assertEquals(refusal({ path }).code, "JOURNAL_FOREIGN");
      assertEquals(Deno.readTextFileSync(path), text);
    }
    const other = join(folder, "other.sqlite");
    const database = new DatabaseSync(other);
    database.exec("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine')");
    database.close();
    const before = Deno.readFileSync(other);
    assertEquals(refusal({ path: other }).code, "JOURNAL_FOREIGN");
    assertEquals(Deno.readFileSync(other), before);
    assertEquals([...Deno.readDirSync(folder)].length, 2);
  }),
});

permittedTest({
  name: "SqliteJournal.open() says what is in the way of the file",
  needs: FILES,
  fn: inFolder((folder) => {
    const path = join(folder, "missing", "library.sqlite");
    const error = refusal({ path });
    assertEquals(error.code, "JOURNAL_UNREADABLE");
    assertMatch(
      error.message,
      /unable to open database file: .*: Make sure that its folder exists/,
    );
    assertEquals(refusal({ path: folder }).code, "JOURNAL_UNREADABLE");
  }),
});

permittedTest({
  name: "SqliteJournal.open() takes over a file whose making was cut short",
  needs: FILES,
  fn: inFolder((folder) => {
    const path = join(folder, "library.sqlite");
    Deno.writeFileSync(path, new Uint8Array(0));
    const journal = SqliteJournal.open({ path, libraryId: "new" });
    assertEquals(journal.libraryId, "new");
    journal.close();
  }),
});

permittedTest({
  name: "SqliteJournal.beginLife() never gives a number twice",
  needs: FILES,
  fn: inFolder((folder) => {
    const path = join(folder, "library.sqlite");
    const lives: number[] = [];
    const actors = ["hashing", "embedding"].map((name) => identifier<ActorId>(name));
    for (let round = 0; round < 3; round += 1) {
      const journal = SqliteJournal.open({ path });
      for (const actor of actors) lives.push(journal.beginLife(actor));
      journal.close();
    }
    assertEquals(lives, [1, 1, 2, 2, 3, 3]);
  }),
});

function refusal(options: { path: string; libraryId?: string }): JournalError {
  return assertThrows(() => SqliteJournal.open(options).close(), JournalError);
}

function inFolder(body: (folder: string) => void | Promise<void>): () => Promise<void> {
  return async () => {
    const folder = await Deno.makeTempDir();
    try {
      await body(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  };
}
