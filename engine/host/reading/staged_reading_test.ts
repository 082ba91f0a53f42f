import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { openCacheFile } from "../cache/cache_file.ts";
import { HashCache } from "../cache/hash_cache.ts";
import type { FolderEntry } from "../folder/folder_entry.ts";
import { walkFolder } from "../folder/walk_folder.ts";
import { RUNTIME_FILES } from "./file_access.ts";
import { type ReadingDepth, SameSizeReader, type SizedFile } from "./read_same_size.ts";
import { listedFiles } from "./staged_files.ts";
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
  options: {
    readonly cache?: HashCache;
    readonly verifies?: boolean;
    readonly signs?: boolean;
    readonly needsHash?: (entry: FolderEntry) => boolean;
  },
): Promise<Read> {
  const { entries } = await walkFolder(root);
  const opened = new Set<string>();
  const reader = new SameSizeReader({
    ...RUNTIME_FILES,
    open: (path) => {
      opened.add(path.slice(root.length + 1));
      return RUNTIME_FILES.open(path);
    },
  }, () => createHash("blake2b512"));
  const pool = {
    read: (groups: readonly (readonly SizedFile[])[], depth: ReadingDepth) =>
      Promise.resolve(groups.map((files) => reader.read(files, depth))),
  };
  const hashes = new Map<string, string | null>();
  const staged = new StagedReading({
    root,
    files: listedFiles(entries, (place) => {
      const entry = entries[place];
      return entry !== undefined && (options.needsHash?.(entry) ?? false);
    }),
    cache: options.cache ?? null,
    verifies: options.verifies ?? false,
    hashes: !(options.signs ?? false),
    pool: () => pool,
    nowMs: () => Date.now() + LATER_MS,
    onResults: (results) => {
      for (const { place, contentHash } of results) {
        hashes.set(entries[place]?.path ?? "", contentHash);
      }
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

permittedTest({
  name: "StagedReading without hashes tells equal files by a sign, and twins apart",
  needs: { read: true, write: true },
  fn: async () => {
    const place = await Deno.makeTempDir({ prefix: "scenekeep-staged-" });
    try {
      const folders = ["a", "b"].map((name) => join(place, "photos", name));
      for (const folder of folders) writeTwins(folder);
      using database = openCacheFile(join(place, "cache.sqlite"));
      const cache = new HashCache(database);
      const isHash = (name: string | null | undefined): boolean => name?.endsWith("==") ?? false;
      // Each folder by itself: two signs of equal files.
      for (const folder of folders) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        const first = await read(folder, { cache, signs: true });
        assertEquals(first.hashes.get("1")?.startsWith("="), true);
        assertEquals(first.hashes.get("1"), first.hashes.get("2"));
        assertEquals([...first.hashes.keys()].sort(), ["1", "2"]);
        // deno-lint-ignore no-await-in-loop -- one after the other
        const second = await read(folder, { cache, signs: true });
        assertEquals(second.opened, ["twin 0", "twin 1"]);
        assertEquals([...second.hashes].sort(), [...first.hashes].sort());
      }
      // Both together: signs that differ say nothing, so all files are compared once more.
      const both = join(place, "photos");
      const whole = await read(both, { cache, signs: true });
      assertEquals(whole.opened.length, 8);
      assertEquals(new Set(["a/1", "a/2", "b/1", "b/2"].map((id) => whole.hashes.get(id))).size, 1);
      assertEquals(whole.hashes.get("a/twin 0"), whole.hashes.get("b/twin 0"));
      assertEquals(whole.hashes.get("a/twin 1"), whole.hashes.get("b/twin 1"));
      assertEquals(new Set(whole.hashes.values()).size, 3);
      const twins = ["a/twin 0", "a/twin 1", "b/twin 0", "b/twin 1"];
      assertEquals((await read(both, { cache, signs: true })).opened, twins);
      // A sign is no hash for whoever asks for one.
      const hashed = await read(both, { cache });
      assertEquals([...hashed.hashes.values()].every(isHash), true);
      assertEquals(hashed.hashes.size, 8);
    } finally {
      await Deno.remove(place, { recursive: true });
    }
  },
});

permittedTest({
  name: "StagedReading parts many files of one size by their edges, and forgets none of them",
  needs: { read: true, write: true },
  fn: async () => {
    const place = await Deno.makeTempDir({ prefix: "scenekeep-staged-" });
    try {
      const root = join(place, "photos");
      await Deno.mkdir(root);
      // 300 alone, three pairs, and 60 of one content: more than are compared side by side.
      const contents = [
        ...Array.from({ length: 300 }, (_, index) => `alone ${index}`),
        ...Array.from({ length: 6 }, (_, index) => `pair ${index >> 1}`),
        ...Array.from({ length: 60 }, () => "many"),
      ];
      const pathOf = (index: number): string => join(root, `${index}`);
      const write = (index: number, text: string): Promise<void> =>
        Deno.writeTextFile(pathOf(index), text.padEnd(40));
      await Promise.all(contents.map((text, index) => write(index, text)));
      using database = openCacheFile(join(place, "cache.sqlite"));
      const cache = new HashCache(database);
      for (const signs of [true, false]) {
        // deno-lint-ignore no-await-in-loop -- one after the other
        const first = await read(root, { cache, signs });
        assertEquals(first.opened.length, signs ? contents.length : 6);
        assertEquals(first.hashes.size, 66);
        assertEquals(new Set(first.hashes.values()).size, 4);
        const namesOf = (text: string): Set<string | null | undefined> =>
          new Set(
            contents.flatMap((each, index) => each === text ? [first.hashes.get(`${index}`)] : []),
          );
        for (const text of ["pair 0", "pair 1", "pair 2", "many"]) {
          assertEquals(namesOf(text).size, 1);
        }
        // deno-lint-ignore no-await-in-loop -- as above
        const second = await read(root, { cache, signs });
        assertEquals(second.opened, []);
        assertEquals([...second.hashes].sort(), [...first.hashes].sort());
      }
      // One more of those: its edges are read, and it is compared with those that have the same.
      await write(0, "pair 1");
      const changed = await read(root, { cache, signs: true });
      assertEquals(changed.opened, ["0", "302", "303"]);
      assertEquals(changed.hashes.get("0"), changed.hashes.get("303"));
      await Deno.remove(pathOf(1));
      assertEquals((await read(root, { cache, signs: true })).opened, []);
    } finally {
      await Deno.remove(place, { recursive: true });
    }
  },
});

/** Two files of equal bytes, and two that differ beyond the first page alone. */
function writeTwins(folder: string): void {
  Deno.mkdirSync(folder, { recursive: true });
  for (const name of ["1", "2"]) Deno.writeTextFileSync(join(folder, name), "the same bytes");
  for (const byte of [0, 1]) {
    const bytes = new Uint8Array(9000).fill(7);
    bytes[6000] = byte;
    Deno.writeFileSync(join(folder, `twin ${byte}`), bytes);
  }
}
