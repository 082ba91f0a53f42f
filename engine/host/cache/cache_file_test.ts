import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import type { FolderEntry } from "../folder/folder_entry.ts";
import { openCacheFile } from "./cache_file.ts";
import { EmbeddingCache } from "./embedding_cache.ts";
import { HashCache } from "./hash_cache.ts";
import { TraceCache } from "./trace_cache.ts";

const ENTRY: FolderEntry = {
  path: "a.jpg",
  kind: "file",
  sizeBytes: 10,
  device: 1,
  inode: 2,
  linkCount: 1,
  modifiedMs: 1000.5,
  changedMs: 1000.5,
  target: null,
};

function inFile(use: (path: string) => void): void {
  const root = Deno.makeTempDirSync({ prefix: "scenekeep-cache-" });
  try {
    use(join(root, "deep", "cache.sqlite"));
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

permittedTest({
  name: "HashCache misses as soon as anything that the file system says has changed",
  needs: { read: true, write: true },
  fn: () =>
    inFile((path) => {
      using database = openCacheFile(path);
      const cache = new HashCache(database);
      cache.put(ENTRY, { contentHash: "H", nowMs: 10_000 });
      assertEquals(cache.find({ ...ENTRY, path: "moved.jpg" }), "H");
      const changes: Partial<FolderEntry>[] = [
        { sizeBytes: 11 },
        { device: 3 },
        { inode: 3 },
        { modifiedMs: 1001 },
        { changedMs: 1001 },
      ];
      for (const change of changes) assertEquals(cache.find({ ...ENTRY, ...change }), null);
    }),
});

permittedTest({
  name: "HashCache does not remember a file that was changed a moment ago",
  needs: { read: true, write: true },
  fn: () =>
    inFile((path) => {
      using database = openCacheFile(path);
      const cache = new HashCache(database);
      cache.put(ENTRY, { contentHash: "H", nowMs: 1500 });
      assertEquals(cache.find(ENTRY), null);
    }),
});

permittedTest({
  name: "EmbeddingCache keeps what was recorded first, apart by model, and no passing fault",
  needs: { read: true, write: true },
  fn: () =>
    inFile((path) => {
      using database = openCacheFile(path);
      const cache = new EmbeddingCache(database, { model: "m1", preprocessing: "p1" });
      const facts = {} as never;
      const vector = Int16Array.of(-32767, 0, 32767);
      const prints = { whole: Int16Array.of(7, 8, 9), inside: null };
      cache.put("H", { kind: "embedded", vector, prints, facts });
      cache.put("H", { kind: "embedded", vector: Int16Array.of(1, 2, 3), prints, facts });
      assertEquals(cache.find("H"), { kind: "embedded", vector, prints, facts });
      const other = new EmbeddingCache(database, { model: "m2", preprocessing: "p1" });
      assertEquals(other.find("H"), null);
      cache.put("T", { kind: "failed", code: "TIMED_OUT", reason: "slow" });
      cache.put("C", { kind: "failed", code: "CORRUPT", reason: "broken" });
      assertEquals(cache.find("T"), null);
      assertEquals(cache.find("C"), { kind: "failed", code: "CORRUPT", reason: "broken" });
    }),
});

permittedTest({
  name: "TraceCache keeps what was recorded first, apart by maker, until the content goes",
  needs: { read: true, write: true },
  fn: () =>
    inFile((path) => {
      using database = openCacheFile(path);
      const cache = new TraceCache(database, "one");
      cache.put("H", 3);
      cache.put("H", 0);
      cache.put("small", null);
      assertEquals([cache.find("H"), cache.find("small"), cache.find("I")], [3, null, undefined]);
      assertEquals(new TraceCache(database, "other").find("H"), undefined);
      new EmbeddingCache(database, { model: "m", preprocessing: "p" }).erase("H");
      assertEquals([cache.find("H"), cache.find("small")], [undefined, null]);
    }),
});

permittedTest({
  name: "openCacheFile() keeps what a cache from before there were traces holds",
  needs: { read: true, write: true },
  fn: () =>
    inFile((path) => {
      {
        using database = openCacheFile(path);
        new HashCache(database).put(ENTRY, { contentHash: "H", nowMs: 10_000 });
        database.exec("DROP TABLE traces");
      }
      using database = openCacheFile(path);
      assertEquals(new HashCache(database).find(ENTRY), "H");
      new TraceCache(database, "one").put("H", 2);
      assertEquals(new TraceCache(database, "one").find("H"), 2);
    }),
});

permittedTest({
  name: "openCacheFile() replaces a damaged cache: nothing in it is worth a failure",
  needs: { read: true, write: true },
  fn: () =>
    inFile((path) => {
      openCacheFile(path).close();
      Deno.writeTextFileSync(path, "this is no database".repeat(1000));
      using database = openCacheFile(path);
      assertEquals(new HashCache(database).find(ENTRY), null);
    }),
});
