import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { openCacheFile } from "./cache_file.ts";
import { DescriptionCache } from "./description_cache.ts";

const NEEDS = { read: true, write: true } as const;

function description(fill: number): string {
  return new Uint8Array(30_000).fill(fill).toBase64();
}

function inFile(use: (path: string) => void): void {
  const folder = Deno.makeTempDirSync({ prefix: "scenekeep-descriptions-" });
  try {
    use(`${folder}/scan.sqlite`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

permittedTest({
  name: "DescriptionCache keeps the last ones that it was given, in no file that has a name",
  needs: NEEDS,
  fn: () =>
    inFile((path) => {
      using database = openCacheFile(path);
      const cache = new DescriptionCache(database, 3);
      for (const fill of [1, 2, 3, 4]) cache.put(`hash${fill}`, description(fill));
      const known = [1, 2, 3, 4].map((fill) => cache.find(`hash${fill}`) === description(fill));
      assertEquals(known, [false, true, true, true]);
      assert(Deno.statSync(path).size + Deno.statSync(`${path}-wal`).size < 4 * 30_000);
      cache.clear();
      assertEquals(cache.find("hash2"), null);
    }),
});

permittedTest({
  name: "DescriptionCache goes without what the disk has no room for",
  needs: NEEDS,
  fn: () =>
    inFile((path) => {
      using database = openCacheFile(path);
      const cache = new DescriptionCache(database);
      database.exec("PRAGMA temp.max_page_count = 30");
      for (const fill of [1, 2, 3, 4, 5, 6]) cache.put(`hash${fill}`, description(fill));
      assertEquals(cache.find("hash1"), description(1));
      assertEquals(cache.find("hash6"), null);
    }),
});
