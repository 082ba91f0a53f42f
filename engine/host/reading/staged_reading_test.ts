import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { openCacheFile } from "../cache/cache_file.ts";
import { HashCache } from "../cache/hash_cache.ts";
import type { FolderEntry } from "../folder/folder_entry.ts";
import { walkFolder } from "../folder/walk_folder.ts";
import type { ReadingPool } from "./reading_pool.ts";
import { RUNTIME_FILES } from "./file_access.ts";
import { SameSizeReader, type SizedFile } from "./read_same_size.ts";
import { StagedReading } from "./staged_reading.ts";

/** Far enough in the future that every file has come to rest. */
const LATER_MS = 60_000;

interface Read {
  readonly hashes: ReadonlyMap<string, string | null>;
  /** The files that were opened. */
  readonly opened: readonly string[];
}

async function read(
  root: string,
  options: { cache?: HashCache; verifies?: boolean; needsHash?: (entry: FolderEntry) => boolean },
): Promise<Read> {
  const { entries } = await walkFolder(root);
  const opened = new Set<string>();
  const reader = new SameSizeReader({
    ...RUNTIME_FILES,
    open: (path) => {
      opened.add(path.slice(root.length + 1));
      return RUNTIME_FILES.open(path);
    },
  });
  const pool = {
    read: (groups: readonly (readonly SizedFile[])[]) =>
      Promise.resolve(groups.map((files) => reader.read(files))),
  } as unknown as ReadingPool;
  const hashes = new Map<string, string | null>();
  const staged = new StagedReading<string>({
    root,
    files: entries.map((entry) => ({
      id: entry.path,
      entry,
      needsHash: options.needsHash?.(entry) ?? false,
    })),
    cache: options.cache ?? null,
    verifies: options.verifies ?? false,
    pool: () => pool,
    nowMs: () => Date.now() + LATER_MS,
    onResults: (results) => {
      for (const { id, contentHash } of results) hashes.set(id, contentHash);
    },
  });
  await staged.run();
  assertEquals(staged.left, 0);
  return { hashes, opened: [...opened].sort() };
}

permittedTest({
  name: "StagedReading opens no file of a size of its own, and none again that it remembers",
  needs: { read: true, write: true },
  fn: async () => {
    const place = await Deno.makeTempDir({ prefix: "scenekeep-staged-" });
    try {
      const root = join(place, "photos");
      await Deno.mkdir(root);
      const files = {
        "alone.jpg": "of a size of its own",
        "one.jpg": "the same bytes",
        "one copy.jpg": "the same bytes",
        "other.jpg": "not the same b",
      };
      await Promise.all(
        Object.entries(files).map(([name, text]) => Deno.writeTextFile(join(root, name), text)),
      );
      using database = openCacheFile(join(place, "cache.sqlite"));
      const cache = new HashCache(database);
      const first = await read(root, { cache });
      assertEquals(first.opened, ["one copy.jpg", "one.jpg", "other.jpg"]);
      assertEquals([...first.hashes.keys()].sort(), ["one copy.jpg", "one.jpg"]);
      assertEquals(first.hashes.get("one.jpg"), first.hashes.get("one copy.jpg"));
      const second = await read(root, { cache });
      assertEquals(second, { hashes: second.hashes, opened: [] });
      assertEquals([...second.hashes].sort(), [...first.hashes].sort());
      const verified = await read(root, { cache, verifies: true });
      assertEquals(verified.opened, ["one copy.jpg", "one.jpg"]);
      assertEquals([...verified.hashes].sort(), [...first.hashes].sort());
      const needed = await read(root, { cache, needsHash: ({ path }) => path === "alone.jpg" });
      assertEquals(needed.opened, ["alone.jpg"]);
      assertEquals(needed.hashes.size, 3);
      await Deno.writeTextFile(join(root, "other.jpg"), "the same bytes");
      assertEquals((await read(root, { cache })).hashes.size, 3);
    } finally {
      await Deno.remove(place, { recursive: true });
    }
  },
});
