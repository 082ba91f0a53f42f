import { createApp } from "@scenekeep/api";
import {
  type ActorDefinition,
  type EngineTypes,
  identifier,
  LIBRARIAN,
  LIBRARIAN_ACTOR,
  type LibraryState,
} from "@scenekeep/engine/core";
import {
  hostActor,
  LibraryRegistry,
  Recorder,
  Runtime,
  SqliteJournal,
  SYSTEM_CLOCK,
} from "@scenekeep/engine/host";
import { runReplay } from "@scenekeep/sim";
import { permittedTest } from "@scenekeep/tools/permitted";
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { MAKE_CATALOG, makeAlbum } from "./testing/catalog_commands.ts";
import { linesOf } from "./testing/recorded_clean_up.ts";

const NEEDS = { read: true, write: true, run: true } as const;
const HOME = "/v1/libraries/home";

// deno-lint-ignore no-explicit-any -- tests read answers field by field
type Json = any;

type Journal = Parameters<typeof Runtime.start>[0]["journal"];

/** A client of the API of a registry. */
function clientOf(
  registry: LibraryRegistry,
  folders: { readonly foldersUnder: string; readonly cache: string } | null = null,
): (path: string, body?: Json) => Promise<Json> {
  const app = createApp({
    registry,
    foldersUnder: folders?.foldersUnder ?? null,
    cache: folders?.cache ?? null,
    token: null,
    failed: (_, error) => console.error(error),
  });
  return async (path, body) => {
    const response = await app.request(`http://127.0.0.1${path}`, {
      method: body === undefined ? "GET" : "POST",
      ...(body === undefined
        ? {}
        : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    assert(response.ok, JSON.stringify(answer));
    return answer;
  };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  // deno-lint-ignore no-await-in-loop -- it asks until it is so
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "scenekeep-recorded-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function file(id: string, content: string, album: string): Json {
  const sizes = { original: 1000, thumbnail: 10 };
  return { id, name: `${id}.jpg`, contentHash: content, sizes, albums: [album] };
}

permittedTest({
  name: "a catalog that is cleaned over the API, put to sleep and undone is replayed as it was",
  needs: NEEDS,
  fn: () =>
    inFolder(async (folder) => {
      const options = { directory: join(folder, "data"), record: join(folder, "recordings") };
      const first = new LibraryRegistry(options);
      const ask = clientOf(first);
      const thresholds = { close: 0.001, similar: 0.02, related: 0.04 };
      const model = { id: "test-model/1", dimensions: 8, thresholds };
      await ask("/v1/libraries", { kind: "catalog", id: "home", limitBytes: 1_000_000, model });
      await ask(`${HOME}/catalog/albums`, {
        albums: [{ id: "summer", name: "Summer" }, { id: "winter", name: "Winter" }],
      });
      const files = [
        file("a1", "A", "summer"),
        file("a2", "A", "winter"),
        file("b", "B", "summer"),
      ];
      await ask(`${HOME}/catalog/files`, { files });
      const vector = new Uint8Array(Int16Array.of(0, 0, 0, 32_767, 0, 0, 0, 0).buffer).toBase64();
      const embeddings = ["A", "B"].map((contentHash) => ({ contentHash, vector }));
      await ask(`${HOME}/catalog/embeddings`, { model: model.id, embeddings });
      const review = await ask(`${HOME}/reviews`, { tier: "similar" });
      assertEquals(review.total, 1);
      const plan = `${HOME}/plans/${(await ask(`${HOME}/plans`, { cleanup: "exact" })).id}`;
      await ask(`${plan}/confirm`, {});
      await until(async () => (await ask(`${plan}/items?state=toCarryOut`)).items.length > 0);
      await ask(`${plan}/items/reports`, { reports: [{ index: 0, outcome: "done" }] });
      await first.close();
      const second = new LibraryRegistry(options);
      const later = clientOf(second);
      await later(`${plan}/undo`, {});
      await until(async () => (await later(plan)).phase === "undone");
      await second.close();

      const recording = join(options.record, "home.recording.jsonl");
      const { ending, library, reasons, report } = runReplay(linesOf(recording));
      assertEquals([ending, reasons], ["clean", []]);
      assertEquals([report.runs, report.beginnings, report.leftOut], [2, 1, ["grouping"]]);
      assertEquals([library?.kind, library?.files, library?.trashBytes], ["catalog", 3, 0]);
      const text = linesOf(recording).join("\n");
      for (const secret of ["vector", "32767", vector]) assert(!text.includes(secret), secret);
      assert((report.checks["INV-UNDO-1"] ?? 0) > 0);
      assertEquals(await simulated([recording]), { code: 0, last: `deno task sim ${recording}` });
      assertEquals((await simulated([recording, "--seed", "3"])).code, 2);
    }),
});

permittedTest({
  name: "a folder that is scanned over the API, twice, is replayed with the actor that hashes",
  needs: { ...NEEDS, env: true, ffi: true, sys: true },
  fn: () =>
    inFolder(async (place) => {
      const folder = await Deno.realPath(place);
      const root = join(folder, "photos");
      await Deno.mkdir(join(root, "summer"), { recursive: true });
      for (const name of ["a.jpg", "b.jpg", "summer/c.jpg"]) {
        // deno-lint-ignore no-await-in-loop -- three of them
        await Deno.writeTextFile(join(root, name), name === "b.jpg" ? "other" : "one");
      }
      const record = join(folder, "recordings");
      const registry = new LibraryRegistry({ directory: join(folder, "data"), record });
      const ask = clientOf(registry, { foldersUnder: root, cache: join(folder, "cache") });
      await ask("/v1/libraries", { kind: "folder", id: "home", folder: root });
      for (const round of [1, 2]) {
        // deno-lint-ignore no-await-in-loop -- one scan after the other
        await ask(`${HOME}/scans`, { exactOnly: true });
        // deno-lint-ignore no-await-in-loop -- as above
        await until(async () => (await ask(`${HOME}/scans/current`)).phase === "finished");
        // deno-lint-ignore no-await-in-loop -- as above
        const plan = await ask(`${HOME}/plans`, { cleanup: "exact" });
        assertEquals(plan.items.total, 1, `${round}`);
      }
      await registry.close();
      const { ending, library, reasons, report } = runReplay(
        linesOf(join(record, "home.recording.jsonl")),
      );
      assertEquals([ending, reasons], ["clean", []]);
      assertEquals([library?.kind, library?.files], ["folder", 3]);
      assert((report.actors[identifier<never>("hashing")]?.turns ?? 0) > 2);
    }),
});

permittedTest({
  name: "what a journal refused, answered again or lost to a crash is replayed as it was",
  needs: NEEDS,
  fn: () =>
    inFolder(async (folder) => {
      const recording = join(folder, "recording");
      const journal = SqliteJournal.open({ path: join(folder, "library.sqlite") });
      const { ask, runtime } = startLibrarian(journal, new Recorder({ path: recording }));
      const answers = [
        await ask("make", MAKE_CATALOG),
        await ask("1", makeAlbum("a")),
        await ask("1", makeAlbum("a")),
      ];
      journal.limitSize(1);
      answers.push(await ask("2", makeAlbum("b", "long ".repeat(20_000))));
      journal.limitSize(null);
      answers.push(await ask("3", makeAlbum("crash")), await ask("3", makeAlbum("crash")));
      await runtime.close();
      const refused = "refused";
      assertEquals(answers, ["accepted", "accepted", "accepted", refused, "crashed", "accepted"]);

      const lines = linesOf(recording);
      for (const outcome of ["duplicate", "refused", "threw"]) {
        assert(lines.some((line) => line.includes(`"outcome":"${outcome}"`)), outcome);
      }
      const same = runReplay(lines, { actors: { librarian: failsOnce() } });
      assertEquals([same.ending, same.reasons, same.report.beginnings], ["clean", [], 1]);
      const mended = runReplay(lines);
      assertEquals(mended.report.divergence?.field, "outcome");
      assertEquals(mended.report.divergence?.recorded, '"threw"');
      const worse = runReplay(lines, { actors: { librarian: failsOnce("a") } });
      assertEquals([worse.ending, worse.report.crash?.actor], ["crash", LIBRARIAN]);
    }),
});

permittedTest({
  name: "of a turn whose commit threw, what was to be committed is compared too",
  needs: NEEDS,
  fn: () =>
    inFolder(async (folder) => {
      const recording = join(folder, "recording");
      const journal = SqliteJournal.open({ path: join(folder, "library.sqlite") });
      const next = { breaks: false };
      const broken = breaksAtCommit(journal, next);
      const { ask, runtime } = startLibrarian(broken, new Recorder({ path: recording }));
      assertEquals(await ask("make", MAKE_CATALOG), "accepted");
      next.breaks = true;
      assertEquals(await ask("1", makeAlbum("a")), "crashed");
      assertEquals(await ask("1", makeAlbum("a")), "accepted");
      await runtime.close();
      const lines = linesOf(recording);
      const at = lines.findIndex((line) => line.includes('"thrownBy":"commit"'));
      const same = runReplay(lines);
      assertEquals([same.ending, same.reasons], ["clean", []]);
      const turn = JSON.parse(lines[at] ?? "");
      turn.events[0].kind = "somethingElse";
      const { ending, report } = runReplay(lines.with(at, JSON.stringify(turn)));
      assertEquals([ending, report.divergingTurns], ["notDeterministic", 1]);
      assertEquals([report.divergence?.field, report.divergence?.line], ["events[0].kind", at + 1]);
    }),
});

/** A journal whose next commit throws when that is asked for. */
function breaksAtCommit(journal: SqliteJournal, next: { breaks: boolean }): Journal {
  return {
    libraryId: journal.libraryId,
    warnings: [],
    storeFor: (actor, format) => {
      const store = journal.storeFor(actor, format);
      const commit = store.commit.bind(store);
      store.commit = (turn) => {
        if (!next.breaks) return commit(turn);
        next.breaks = false;
        throw new RangeError("The disk is gone");
      };
      return store;
    },
    beginLife: (actor) => journal.beginLife(actor),
    close: () => journal.close(),
  };
}

permittedTest({
  name: "what was committed before a process was killed is in the record that the next one finds",
  needs: NEEDS,
  fn: () =>
    inFolder(async (folder) => {
      for (let kills = 0; kills < 2; kills += 1) {
        // deno-lint-ignore no-await-in-loop -- one process after the other
        await killedWhenRecorded(folder);
      }
      const { ending, reasons, report } = runReplay(linesOf(join(folder, "recording")));
      assertEquals([ending, reasons], ["clean", []]);
      assertEquals([report.runs, report.runsWithoutEnd, report.recordsCompared], [2, 2, 1]);
      assert(report.turns > 10, `${report.turns}`);
    }),
});

/** Runs the recorded program and kills it once something of it is in the recording. */
async function killedWhenRecorded(folder: string): Promise<void> {
  const program = fromFileUrl(new URL("./testing/recorded_program.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-all", program, folder],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  const { done } = await reader.read();
  assertEquals(done, false, "It ended by itself");
  child.kill("SIGKILL");
  reader.releaseLock();
  await child.stdout.cancel();
  await child.status;
}

permittedTest({
  name: "a recording that has reached its bound is replayed up to there, and says so",
  needs: NEEDS,
  fn: () =>
    inFolder(async (folder) => {
      const path = join(folder, "recording");
      const journal = SqliteJournal.open({ path: join(folder, "library.sqlite") });
      const { ask, runtime } = startLibrarian(journal, new Recorder({ path, maxBytes: 16_384 }));
      await ask("make", MAKE_CATALOG);
      for (let index = 0; index < 40; index += 1) {
        // deno-lint-ignore no-await-in-loop -- one command after the other
        assertEquals(await ask(`${index}`, makeAlbum(`album ${index}`)), "accepted");
      }
      await runtime.close();
      assert((await Deno.stat(path)).size <= 16_384);
      const { ending, library, report } = runReplay(linesOf(path));
      assertEquals([ending, report.runsWithoutEnd], ["clean", 1]);
      assert(report.cut?.includes("16384 bytes"), `${report.cut}`);
      assert(library !== null && library.albums > 5 && library.albums < 42, `${library?.albums}`);
    }),
});

/** Starts a library of a librarian alone, which fails once. */
function startLibrarian(
  journal: Journal,
  recorder: Recorder,
): {
  readonly runtime: Runtime<EngineTypes>;
  /** Sends a command; the kind of the answer, or what else came of it. */
  readonly ask: (name: string, body: EngineTypes["message"]) => Promise<string>;
} {
  const runtime = Runtime.start<EngineTypes>({
    journal,
    actors: [hostActor({ id: LIBRARIAN, definition: failsOnce(), settings: {} })],
    ports: { clock: SYSTEM_CLOCK, objects: NOTHING, compute: NOTHING },
    recorder,
  });
  return {
    runtime,
    ask: async (name, body) => {
      const outcome = await runtime.request(LIBRARIAN, body, { commandId: identifier(name) });
      return outcome.kind === "reply" ? outcome.body.kind : outcome.kind;
    },
  };
}

/** A librarian that fails the first time it is asked to make an album of this name. */
function failsOnce(name = "crash"): ActorDefinition<LibraryState, EngineTypes> {
  let failures = 0;
  return {
    ...LIBRARIAN_ACTOR,
    receive: (state, incoming, context) => {
      const body = incoming.kind === "message" ? incoming.envelope.body : null;
      if (body?.kind === "makeAlbum" && body.name === name && failures === 0) {
        failures += 1;
        throw new RangeError("It fails once");
      }
      return LIBRARIAN_ACTOR.receive(state, incoming, context);
    },
  };
}

function refuses(): Promise<{ readonly kind: "failed"; readonly error: "refused" }> {
  return Promise.resolve({ kind: "failed", error: "refused" });
}

/** Nothing in these libraries has bytes. */
const NOTHING = {
  readObject: refuses,
  writeObject: refuses,
  link: refuses,
  remove: refuses,
  compute: refuses,
};

/** Runs the simulator's program; its exit code, and the last line that it prints. */
async function simulated(words: readonly string[]): Promise<{ code: number; last: string }> {
  const program = fromFileUrl(new URL("../sim/main.ts", import.meta.url));
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", program, ...words],
  }).output();
  return { code, last: new TextDecoder().decode(stdout).trimEnd().split("\n").at(-1) ?? "" };
}
