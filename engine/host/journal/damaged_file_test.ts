import type {
  ActorId,
  ContractTypes,
  EffectId,
  MessageId,
  RequestKey,
  TimerKey,
  TurnRecord,
} from "@scenekeep/engine/core";
import { identifier } from "@scenekeep/engine/core";
import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "./journal_error.ts";
import { SqliteJournal } from "./sqlite_journal.ts";

const FILES = { read: true, write: true } as const;
const ACTOR = identifier<ActorId>("ledger");
const EMPTY: TurnRecord<ContractTypes> = {
  consumed: { kind: "nothing" },
  events: [],
  outbox: [],
  replies: [],
  timersSet: [],
  timersCancelled: [],
  wallMs: 1_700_000_000_000,
};

permittedTest({
  name: "SqliteStore names an event that is not as it was written, and changes nothing",
  needs: FILES,
  fn: inLibrary((path) => {
    damage(path, "UPDATE events SET json = replace(json, '77', '78') WHERE seq = 77");
    assertDamaged(path, "event 77 is not as it was written");
  }),
});

permittedTest({
  name: "SqliteStore names an event that is missing",
  needs: FILES,
  fn: inLibrary((path) => {
    damage(path, "DELETE FROM events WHERE seq = 77");
    assertDamaged(path, "event 77 is missing");
  }),
});

permittedTest({
  name: "SqliteStore falls back to the snapshot before a damaged one and loses nothing",
  needs: FILES,
  fn: inLibrary((path) => {
    const whole = picture(path);
    damage(path, "UPDATE snapshots SET data = zeroblob(9) WHERE seq = 60");
    const journal = SqliteJournal.open({ path });
    const opening = journal.storeFor<ContractTypes>(ACTOR).open();
    assertEquals(opening.snapshot, { upTo: 40 });
    assertEquals([...opening.events].length, 40);
    assertEquals(journal.warnings, [
      "ledger: the snapshot at event 60 is not as it was written; the one before is used",
    ]);
    const store = journal.storeFor<ContractTypes>(ACTOR);
    store.open();
    store.saveSnapshot({ upTo: 80 });
    journal.close();
    const after = picture(path);
    assertEquals(after.snapshot, '{"upTo":80}');
    assertEquals(after.rest, whole.rest);
    damage(path, "UPDATE snapshots SET checksum = 0");
    assertDamaged(path, "the snapshot at event 40 is not as it was written");
  }),
});

permittedTest({
  name: "SqliteStore never takes a flipped byte for the truth",
  needs: FILES,
  fn: inLibrary((path) => {
    const whole = picture(path);
    const bytes = Deno.readFileSync(path);
    const counts = { reported: 0, overcome: 0, harmless: 0 };
    // Every 97th byte: some 500 places over all pages, and the same ones each time.
    for (let at = 5; at < bytes.length; at += 97) {
      const flipped = Uint8Array.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      Deno.writeFileSync(path, flipped);
      const found = pictureOrError(path);
      if (found instanceof JournalError) {
        counts.reported += 1;
        continue;
      }
      const same = found.snapshot === whole.snapshot ? "harmless" : "overcome";
      counts[same] += 1;
      assertEquals(found.rest, whole.rest, `A flipped bit at byte ${at} went unnoticed`);
      assertEquals(found.last, whole.last, `A flipped bit at byte ${at} went unnoticed`);
    }
    assert(counts.reported > 100, JSON.stringify(counts));
  }),
});

permittedTest({
  name: "SqliteJournal.open() reports a file that was cut off",
  needs: FILES,
  fn: inLibrary((path) => {
    Deno.truncateSync(path, Math.floor(Deno.statSync(path).size / 2));
    const before = Deno.readFileSync(path);
    const error = assertThrows(() => SqliteJournal.open({ path }), JournalError);
    assertEquals(error.code, "JOURNAL_CORRUPT");
    assert(error.message.includes("put a backup in its place"), error.message);
    assertEquals(Deno.readFileSync(path), before);
  }),
});

interface Picture {
  readonly snapshot: unknown;
  /** The last event, whatever the snapshot covers. */
  readonly last: unknown;
  readonly rest: unknown;
}

function picture(path: string): Picture {
  // On a copy, so that every look finds the same incarnation.
  const copy = `${path}.copy`;
  Deno.copyFileSync(path, copy);
  try {
    const journal = SqliteJournal.open({ path: copy });
    try {
      return read(journal);
    } finally {
      journal.close();
    }
  } finally {
    Deno.removeSync(copy);
  }
}

function read(journal: SqliteJournal): Picture {
  const store = journal.storeFor<ContractTypes>(ACTOR);
  const opening = store.open();
  const ids = ["m1", "m40", "m80", "unknown"].map((id) => identifier<MessageId>(id));
  const effects = ["e1", "e2", "e79", "e80"].map((id) => identifier<EffectId>(id));
  const from = (opening.snapshot as { upTo: number } | null)?.upTo ?? 0;
  const events = [...opening.events];
  return {
    snapshot: JSON.stringify(opening.snapshot),
    last: { event: events.at(-1), number: from + events.length },
    rest: {
      libraryId: journal.libraryId,
      outbox: opening.outbox,
      timers: [...opening.timers].sort(),
      applied: ids.map((id) => store.repliesTo(id)),
      outstanding: effects.map((id) => store.isOutstanding(id)),
    },
  };
}

function pictureOrError(path: string): Picture | JournalError {
  try {
    return picture(path);
  } catch (error) {
    if (error instanceof JournalError) return error;
    throw error;
  }
}

function assertDamaged(path: string, found: string): void {
  const before = rows(path);
  const error = pictureOrErrorInPlace(path);
  assertEquals(error.code, "JOURNAL_CORRUPT");
  assert(error.message.includes(`${found}: Keep this file as it is`), error.message);
  assertEquals(rows(path), before);
}

function pictureOrErrorInPlace(path: string): JournalError {
  const journal = SqliteJournal.open({ path });
  try {
    return assertThrows(() => journal.storeFor(ACTOR).open(), JournalError);
  } finally {
    journal.close();
  }
}

function rows(path: string): unknown {
  const database = new DatabaseSync(path);
  try {
    return ["actors", "events", "applied", "outbox", "timers", "snapshots"].map((table) =>
      database.prepare(`SELECT * FROM ${table}`).all()
    );
  } finally {
    database.close();
  }
}

function damage(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

/** Eighty turns, a snapshot after each twenty up to the sixtieth; half of all requests answered. */
function fill(path: string): void {
  const journal = SqliteJournal.open({ path, libraryId: "damaged" });
  const store = journal.storeFor<ContractTypes>(ACTOR);
  store.open();
  for (let at = 1; at <= 80; at += 1) {
    const id = identifier<MessageId>(`m${at}`);
    const to = identifier<ActorId>("client");
    store.commit({
      ...EMPTY,
      consumed: { kind: "message", id },
      events: [{ kind: "added", at, note: `a note of some length, the one of turn ${at}` }],
      outbox: [{
        id: identifier<EffectId>(`e${at}`),
        effect: { kind: "compute", key: identifier<RequestKey>(`k${at}`), job: `job ${at}` },
      }],
      replies: [{
        id: identifier<EffectId>(`r${at}`),
        effect: { kind: "reply", inReplyTo: id, to, channel: "remote", body: { at } },
      }],
      timersSet: [{ key: identifier<TimerKey>(`t${at % 7}`), afterMs: at }],
    });
    if (at % 2 === 1) {
      const effectId = identifier<EffectId>(`e${at}`);
      store.commit({ ...EMPTY, consumed: { kind: "completion", effectId } });
    }
    if (at % 20 === 0 && at < 80) store.saveSnapshot({ upTo: at });
  }
  journal.close();
}

function inLibrary(body: (path: string) => void): () => void {
  return () => {
    const folder = Deno.makeTempDirSync();
    try {
      const path = join(folder, "library.sqlite");
      fill(path);
      body(path);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  };
}
