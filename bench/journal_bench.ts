/**
 * How fast the journal is: durable turns a second against a bare SQLite loop, and how long a
 * library of 200,000 files takes to come back.
 *
 * `deno bench -A bench/journal_bench.ts` prints the numbers of `reportJournal` once, with their
 * limits, and then times the two loops. Compare the ratios: a disk that is shared moves everything
 * else.
 */

import {
  type ActorDefinition,
  type ActorId,
  type DurableStore,
  identifier,
  restoreState,
  type TurnRecord,
} from "@scenekeep/engine/core";
import { SqliteJournal } from "@scenekeep/engine/host";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";

/** A file as a library remembers it: some 300 bytes of JSON. */
interface FileRecord {
  readonly id: string;
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly name: string;
  readonly albums: readonly string[];
  readonly takenAtMs: number;
  readonly widthPixels: number;
  readonly heightPixels: number;
}

interface BenchTypes {
  readonly message: string;
  readonly event: { readonly kind: "fileAdded"; readonly file: FileRecord };
  readonly job: string;
  readonly result: string;
}

type Files = Map<string, FileRecord>;

const FILES = 200_000;
const TAIL = 20_000;
/** A library of `FILES` files is back after so long at most. */
const RESTART_LIMIT_MS = 5_000;
const LOOP_TURNS = 200;
const ROUNDS = 7;
const ACTOR = identifier<ActorId>("librarian");

const LIBRARY: ActorDefinition<Files, BenchTypes> = {
  kind: "bench",
  durability: "durable",
  mailboxCapacity: 1,
  invariants: [],
  initial: () => new Map(),
  receive: () => [],
  evolve: (files, { file }) => {
    files.set(file.id, file);
  },
  restored: () => [],
  encode: (files) => [...files.values()],
  decode: (snapshot) => new Map((snapshot as FileRecord[]).map((file) => [file.id, file])),
};

const folder = Deno.makeTempDirSync();
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

Deno.bench({ name: "report", n: 1, warmup: 0, fn: reportJournal });

const bare = bareLoop(join(folder, "bench_bare.sqlite"));
const journal = SqliteJournal.open({ path: join(folder, "bench_store.sqlite") });
const store = openStore(journal);

Deno.bench({ name: "bare SQLite, durable", group: "turn", baseline: true, fn: () => bare(1) });
Deno.bench({ name: "SqliteStore.commit()", group: "turn", fn: () => commitLoop(store, 1) });

let isReported = false;

/** Measures everything and prints it with its limits. Once: the runtime calls it more often. */
function reportJournal(): void {
  if (isReported) return;
  isReported = true;
  say(`one record: ${JSON.stringify(added(1)).length} bytes of JSON`);
  reportTurns(folder, "disk");
  // Without a disk to wait for, what is left is the work itself.
  const memory = memoryFolder();
  if (memory === null) say("memory: not measured, there is no /dev/shm");
  else {
    reportTurns(memory, "memory");
    Deno.removeSync(memory, { recursive: true });
  }
  const path = join(folder, "large.sqlite");
  const building = timed(() => build(path));
  say(`${FILES} events in turns of 500: ${rate(FILES, building)} events/s`);
  reportRestart(`replay of ${FILES} events`, path, FILES);
  const saving = saveSnapshot(path);
  say(`snapshot of ${FILES} files: ${ms(saving)}, file of ${mebibytes(path)} MiB`);
  reportRestart(`snapshot of ${FILES} files and ${TAIL} events`, path, FILES + TAIL);
}

function reportTurns(where: string, on: string): void {
  const loop = bareLoop(join(where, "report_bare.sqlite"));
  const own = SqliteJournal.open({ path: join(where, "report_store.sqlite") });
  const store = openStore(own);
  const [bareMs, storeMs]: [number[], number[]] = [[], []];
  // In turns, so that both meet the same disk.
  for (let round = 0; round < ROUNDS; round += 1) {
    bareMs.push(timed(() => loop(LOOP_TURNS)));
    storeMs.push(timed(() => commitLoop(store, LOOP_TURNS)));
  }
  const [bareBest, storeBest] = [Math.min(...bareMs), Math.min(...storeMs)];
  const share = (bareBest / storeBest).toFixed(2);
  say(`${on}: bare SQLite, one insert a transaction: ${rate(LOOP_TURNS, bareBest)} tx/s`);
  say(
    `${on}: SqliteStore.commit(), one event and one message: ${rate(LOOP_TURNS, storeBest)} tx/s`,
  );
  say(`${on}: ${share} of bare SQLite (1 is the limit)`);
  own.close();
}

function memoryFolder(): string | null {
  try {
    return Deno.makeTempDirSync({ dir: "/dev/shm" });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function reportRestart(what: string, path: string, files: number): void {
  let found = 0;
  const restartMs = timed(() => {
    const again = SqliteJournal.open({ path });
    found = restoreState(LIBRARY, again.storeFor<BenchTypes>(ACTOR).open()).size;
    again.close();
  });
  if (found !== files) throw new Error(`${found} files came back of ${files}`);
  const share = (restartMs / RESTART_LIMIT_MS).toFixed(2);
  say(`restart by ${what}: ${ms(restartMs)}, ${share} of the limit of ${ms(RESTART_LIMIT_MS)}`);
  say(`  ${rate(files, restartMs)} files/s`);
}

function build(path: string): void {
  const journal = SqliteJournal.open({ path });
  const store = openStore(journal);
  for (let at = 0; at < FILES; at += 500) {
    store.commit(turn(Array.from({ length: 500 }, (_, index) => added(at + index))));
  }
  journal.close();
}

/** Saves a snapshot of all files, then adds a tail. Returns how long the snapshot took. */
function saveSnapshot(path: string): number {
  const journal = SqliteJournal.open({ path });
  const store = journal.storeFor<BenchTypes>(ACTOR);
  const files = restoreState(LIBRARY, store.open());
  const savingMs = timed(() => store.saveSnapshot(LIBRARY.encode(files)));
  for (let at = FILES; at < FILES + TAIL; at += 500) {
    store.commit(turn(Array.from({ length: 500 }, (_, index) => added(at + index))));
  }
  journal.close();
  return savingMs;
}

function openStore(journal: SqliteJournal): DurableStore<BenchTypes> {
  const store = journal.storeFor<BenchTypes>(ACTOR);
  store.open();
  return store;
}

let turns = 0;

function commitLoop(store: DurableStore<BenchTypes>, count: number): void {
  for (let index = 0; index < count; index += 1) {
    turns += 1;
    store.commit({
      ...turn([added(turns)]),
      consumed: { kind: "message", id: identifier(`m${turns}`) },
    });
  }
}

/** The same bytes as one row of one table, without anything around it: the limit. */
function bareLoop(path: string): (count: number) => void {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec("CREATE TABLE events (seq INTEGER PRIMARY KEY, json TEXT NOT NULL) STRICT");
  const begin = database.prepare("BEGIN IMMEDIATE");
  const insert = database.prepare("INSERT INTO events (json) VALUES (?)");
  const commit = database.prepare("COMMIT");
  return (count) => {
    for (let index = 0; index < count; index += 1) {
      turns += 1;
      begin.run();
      insert.run(JSON.stringify(added(turns)));
      commit.run();
    }
  };
}

function turn(events: readonly BenchTypes["event"][]): TurnRecord<BenchTypes> {
  return {
    consumed: { kind: "nothing" },
    events,
    outbox: [],
    replies: [],
    timersSet: [],
    timersCancelled: [],
    wallMs: 1_700_000_000_000,
  };
}

function added(number: number): BenchTypes["event"] {
  return {
    kind: "fileAdded",
    file: {
      id: `file-${number}`,
      contentHash: hashText(number),
      sizeBytes: 2_000_000 + (number * 7919) % 3_000_000,
      name: `IMG_${String(number).padStart(6, "0")}.JPG`,
      albums: [`album-${number % 997}`, `album-${number % 13}`],
      takenAtMs: 1_600_000_000_000 + number * 61_000,
      widthPixels: 4032,
      heightPixels: 3024,
    },
  };
}

/** As long as a content hash, and as hard to compress. */
function hashText(number: number): string {
  let text = "";
  for (let word = number + 1; text.length < 86;) {
    word = Math.imul(word ^ (word >>> 15), 2_246_822_519) + text.length;
    text += (word >>> 0).toString(36).padStart(6, "0").slice(-6);
  }
  return `${text.slice(0, 86)}==`;
}

function timed(work: () => void): number {
  const fromMs = performance.now();
  work();
  return performance.now() - fromMs;
}

function rate(count: number, durationMs: number): string {
  return Math.round(count / (durationMs / 1000)).toLocaleString("en");
}

function ms(durationMs: number): string {
  return `${Math.round(durationMs)} ms`;
}

function mebibytes(path: string): number {
  return Math.round(Deno.statSync(path).size / 1_048_576);
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
