/**
 * How long the librarian of 200,000 files takes to come back from its file on disk: the real actor,
 * its own snapshot, and a tail of 20,000 events. `deno bench -A bench/restart_bench.ts` prints the
 * parts and their share of the limit. Compare the shares in one run: they move with the machine.
 */

import {
  type EngineTypes,
  identifier,
  LIBRARIAN,
  LIBRARIAN_ACTOR,
  type LibraryEvent,
  type LibraryState,
  NO_METADATA,
  type ObjectName,
  restoreState,
} from "@scenekeep/engine/core";
import { SqliteJournal } from "@scenekeep/engine/host";
import { join } from "@std/path";

const FILES = 200_000;
const ALBUMS = 3_000;
const TAIL = 20_000;
const EVENTS_PER_TURN = 500;
const ROUNDS = 5;
/** A library of `FILES` files is back after so long at most. */
const LIMIT_MS = 5_000;

Deno.bench({ name: "report", n: 1, warmup: 0, fn: reportRestart });

let isReported = false;

/** Measures and prints. Once: the runtime calls it more often. */
function reportRestart(): void {
  if (isReported) return;
  isReported = true;
  const folder = Deno.makeTempDirSync({ prefix: "scenekeep-restart-" });
  try {
    const path = join(folder, "library.sqlite");
    const savingMs = build(path);
    say(`snapshot of ${FILES} files: ${Math.round(savingMs)} ms, ${mebibytes(path)} MiB on disk`);
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS; round += 1) best = Math.min(best, restart(path));
    say(`back after ${Math.round(best)} ms at best, ${(best / LIMIT_MS).toFixed(2)} of the limit`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** One restart in milliseconds, told in parts. */
function restart(path: string): number {
  const fromMs = performance.now();
  const journal = SqliteJournal.open({ path });
  const opening = journal.storeFor<EngineTypes>(LIBRARIAN).open();
  const readMs = performance.now();
  const state = LIBRARIAN_ACTOR.decode(opening.snapshot);
  const decodedMs = performance.now();
  for (const event of opening.events) LIBRARIAN_ACTOR.evolve(state, event);
  const endMs = performance.now();
  journal.close();
  if (state.files.size !== FILES) throw new Error(`${state.files.size} files came back`);
  const parts = [readMs - fromMs, decodedMs - readMs, endMs - decodedMs].map(Math.round);
  say(`read ${parts[0]} ms, decode ${parts[1]} ms, ${TAIL} events ${parts[2]} ms`);
  return endMs - fromMs;
}

/** Writes the library and its tail; returns how long the snapshot took. */
function build(path: string): number {
  const journal = SqliteJournal.open({ path });
  const store = journal.storeFor<EngineTypes>(LIBRARIAN);
  const state: LibraryState = restoreState(LIBRARIAN_ACTOR, store.open());
  for (const event of libraryEvents()) LIBRARIAN_ACTOR.evolve(state, event);
  const fromMs = performance.now();
  store.saveSnapshot(LIBRARIAN_ACTOR.encode(state));
  const savingMs = performance.now() - fromMs;
  const tail = Array.from({ length: TAIL }, (_, index) => entryEvent(index * 7, index * 7 + 1));
  for (let at = 0; at < TAIL; at += EVENTS_PER_TURN) {
    store.commit({
      consumed: { kind: "nothing" },
      events: tail.slice(at, at + EVENTS_PER_TURN),
      outbox: [],
      replies: [],
      timersSet: [],
      timersCancelled: [],
      wallMs: 1_700_000_000_000,
    });
  }
  journal.close();
  return savingMs;
}

function* libraryEvents(): Generator<LibraryEvent> {
  yield {
    kind: "libraryMade",
    library: identifier("library"),
    libraryKind: "stored",
    owner: identifier("me"),
    limitBytes: 4_000_000_000_000,
  };
  for (let index = 0; index < ALBUMS; index += 1) {
    yield {
      kind: "albumMade",
      album: identifier(`album-${index}`),
      albumKind: "regular",
      owner: identifier("me"),
      name: `Album ${index}`,
      visibleToOthers: false,
      mayAdd: true,
    };
  }
  for (let index = 0; index < FILES; index += 1) {
    yield fileEvent(index);
    yield entryEvent(index, index);
    yield {
      kind: "hashVerified",
      file: identifier(`file-${index}`),
      version: 1,
      contentHash: identifier(hashText(index)),
    };
  }
}

function fileEvent(index: number): LibraryEvent {
  const object = (role: "original" | "thumbnail", sizeBytes: number) => ({
    role,
    name: identifier<ObjectName>(`store/file-${index}/1/${role}`),
    sizeBytes,
  });
  return {
    kind: "fileAdded",
    file: identifier(`file-${index}`),
    owner: identifier("me"),
    fileKind: "photo",
    name: `IMG_${index}.JPG`,
    capture: null,
    contentHash: identifier(hashText(index)),
    objects: [
      object("original", 2_000_000 + (index * 7919) % 3_000_000),
      object("thumbnail", 9_000),
    ],
    facts: {
      widthPixels: 4032,
      heightPixels: 3024,
      sharpness: 700,
      takenAtMs: 1_600_000_000_000 + index * 61_000,
      raw: false,
      reencoded: false,
    },
    metadata: NO_METADATA,
  };
}

function entryEvent(file: number, index: number): LibraryEvent {
  return {
    kind: "entryAdded",
    album: identifier(`album-${(index * 13 + 5) % ALBUMS}`),
    file: identifier(`file-${file % FILES}`),
    name: null,
  };
}

/** As long as a content hash, and as hard to compress. One content in seven is there twice. */
function hashText(index: number): string {
  let text = "";
  for (let word = (index % 7 === 0 ? index - 6 : index) + 100; text.length < 86;) {
    word = Math.imul(word ^ (word >>> 15), 2_246_822_519) + text.length;
    text += (word >>> 0).toString(36).padStart(6, "0").slice(-6);
  }
  return `${text.slice(0, 86)}==`;
}

function mebibytes(path: string): number {
  return Math.round(Deno.statSync(path).size / 1_048_576);
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
