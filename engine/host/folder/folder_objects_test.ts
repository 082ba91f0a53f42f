import {
  identifier,
  type ObjectName,
  type PortError,
  type ReadObject,
} from "@scenekeep/engine/core";
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { HashCache } from "../cache/hash_cache.ts";
import { openCacheFile } from "../cache/cache_file.ts";
import { type FileHashOutcome, hashFileSync, readBuffer } from "../hashing/file_hash.ts";
import type { PortContext } from "../runtime/ports.ts";
import { FolderObjects, type FolderObjectsOptions } from "./folder_objects.ts";
import { lookAt } from "./look_at.ts";

const CONTEXT: PortContext = { effectId: identifier("e"), signal: new AbortController().signal };

/** A folder with one file `a`, and what reads it. */
interface Place {
  readonly root: string;
  /** How many files have been hashed. */
  readonly hashed: () => number;
  readonly objects: (options?: Partial<FolderObjectsOptions>) => FolderObjects;
}

async function inFolder(use: (place: Place) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "scenekeep-objects-" });
  try {
    await Deno.writeTextFile(join(root, "a"), "bytes of a");
    let hashed = 0;
    const hash = (path: string): Promise<FileHashOutcome> => {
      hashed += 1;
      return Promise.resolve(hashFileSync(path, readBuffer()));
    };
    await use({
      root,
      hashed: () => hashed,
      objects: (options = {}) =>
        new FolderObjects({ root, hasher: { hash }, cache: null, nowMs: Date.now, ...options }),
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function read(path: string, how: "stat" | "hash"): ReadObject {
  const object = identifier<ObjectName>(path);
  return { kind: "readObject", key: identifier("k"), object, read: how };
}

permittedTest({
  name: "FolderObjects tells size and content hash of a file",
  needs: { read: true, write: true },
  fn: () =>
    inFolder(async ({ objects }) => {
      assertEquals(await objects().readObject(read("folder/a", "stat"), CONTEXT), {
        kind: "done",
        result: { kind: "objectFacts", sizeBytes: 10, contentHash: null },
      });
      const hashed = await objects().readObject(read("folder/a", "hash"), CONTEXT);
      assertEquals(hashed.kind === "done" && hashed.result.contentHash?.length, 88);
    }),
});

permittedTest({
  name: "FolderObjects answers with what is wrong with a name",
  needs: { read: true, write: true },
  fn: () =>
    inFolder(async ({ objects, root }) => {
      await Deno.mkdir(join(root, "d"));
      const wrong = new Map<string, PortError>([
        ["folder/none", "missing"],
        ["folder/a/below", "missing"],
        ["folder/d", "refused"],
        ["folder/../outside", "refused"],
        ["other/a", "refused"],
      ]);
      for (const [name, error] of wrong) {
        // deno-lint-ignore no-await-in-loop -- one after the other is easier to read in a failure
        const outcome = await objects().readObject(read(name, "hash"), CONTEXT);
        assertEquals(outcome, { kind: "failed", error }, name);
      }
    }),
});

permittedTest({
  name: "FolderObjects says `changed` of a file that is not as the walk saw it",
  needs: { read: true, write: true },
  fn: () =>
    inFolder(async ({ hashed, objects, root }) => {
      const look = await lookAt(join(root, "a"), "a");
      const seen = () => look.kind === "entry" ? look.entry : undefined;
      const before = await objects({ seen }).readObject(read("folder/a", "hash"), CONTEXT);
      assertEquals(before.kind, "done");
      await Deno.writeTextFile(join(root, "b"), "bytes of b");
      await Deno.rename(join(root, "b"), join(root, "a"));
      const after = await objects({ seen }).readObject(read("folder/a", "hash"), CONTEXT);
      assertEquals(after, { kind: "failed", error: "changed" });
      assertEquals(hashed(), 1, "the other file was not read");
    }),
});

permittedTest({
  name: "FolderObjects says `changed` of a file that is replaced while it is read",
  needs: { read: true, write: true },
  fn: () =>
    inFolder(async ({ objects, root }) => {
      const replacing = (path: string): Promise<FileHashOutcome> => {
        const outcome = hashFileSync(path, readBuffer());
        Deno.writeTextFileSync(join(root, "b"), "bytes of c");
        Deno.renameSync(join(root, "b"), path);
        return Promise.resolve(outcome);
      };
      const outcome = await objects({ hasher: { hash: replacing } })
        .readObject(read("folder/a", "hash"), CONTEXT);
      assertEquals(outcome, { kind: "failed", error: "changed" });
    }),
});

permittedTest({
  name: "FolderObjects reads a file once and remembers its hash",
  needs: { read: true, write: true },
  fn: () =>
    inFolder(async ({ hashed, objects, root }) => {
      using database = openCacheFile(join(root, "cache", "scan.sqlite"));
      const cache = new HashCache(database);
      // As if the file had been there for a minute: a fresh one may still change unseen.
      const port = objects({ cache, nowMs: () => Date.now() + 60_000 });
      const first = await port.readObject(read("folder/a", "hash"), CONTEXT);
      assertEquals(await port.readObject(read("folder/a", "hash"), CONTEXT), first);
      assertEquals(hashed(), 1);
    }),
});

permittedTest({
  name: "FolderObjects changes nothing",
  needs: { read: true, write: true },
  fn: () =>
    inFolder(async ({ objects, root }) => {
      const port = objects();
      const object = identifier<ObjectName>("folder/a");
      const key = identifier<ReadObject["key"]>("k");
      const outcomes = await Promise.all([
        port.writeObject(
          { kind: "writeObject", key, object, source: object, sizeBytes: 10 },
          CONTEXT,
        ),
        port.link(
          {
            kind: "link",
            key,
            steps: [{
              action: "discard",
              path: "a",
              target: null,
              slot: "1",
              expectedHash: null,
              sameAs: null,
            }],
          },
          CONTEXT,
        ),
        port.remove({ kind: "remove", key, object, expectedHash: null }, CONTEXT),
      ]);
      for (const outcome of outcomes) {
        assertEquals(outcome, { kind: "failed", error: "refused" });
      }
      assertEquals(await Deno.readTextFile(join(root, "a")), "bytes of a");
    }),
});
