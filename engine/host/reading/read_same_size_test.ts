import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { createHash } from "node:crypto";
import { lookAt } from "../folder/look_at.ts";
import { type FileAccess, RUNTIME_FILES } from "./file_access.ts";
import { type ReadOutcome, SameSizeReader } from "./read_same_size.ts";
import { openSystemFiles } from "./system_files.ts";

const NEEDS = { read: true, write: true, ffi: true } as const;

/** Every way to read files that this machine has. */
function accesses(): FileAccess[] {
  const system = openSystemFiles();
  return system === null ? [RUNTIME_FILES] : [RUNTIME_FILES, system];
}

async function readAll(
  contents: readonly Uint8Array[],
  options: { readonly needsHash?: boolean; readonly spoil?: (path: string) => void } = {},
): Promise<ReadOutcome[][]> {
  const root = await Deno.makeTempDir({ prefix: "scenekeep-read-" });
  try {
    const files = await Promise.all(contents.map(async (bytes, index) => {
      const path = join(root, `${index}`);
      await Deno.writeFile(path, bytes);
      const look = await lookAt(path, `${index}`);
      if (look.kind !== "entry") throw new Error(look.reason);
      const needsHash = options.needsHash ?? false;
      return { path, identity: look.entry, knownHash: null, needsHash };
    }));
    options.spoil?.(join(root, "0"));
    return accesses().map((access) => {
      const outcomes = new SameSizeReader(access, () => createHash("blake2b512")).read(
        files,
        "hashes",
      );
      access.close();
      return outcomes;
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash("blake2b512").update(bytes).digest("base64");
}

function pattern(size: number, change: { at: number; by: number } = { at: 0, by: 0 }): Uint8Array {
  const bytes = new Uint8Array(size).map((_, index) => (index * 131 + (index >> 8)) & 255);
  bytes[change.at] = ((bytes[change.at] ?? 0) + change.by) & 255;
  return bytes;
}

permittedTest({
  name: "SameSizeReader tells head-and-tail twins apart and finds the copies of each",
  needs: NEEDS,
  fn: async () => {
    // Sizes around a page, a chunk and the size from which tails are read.
    for (const size of [1, 5, 4095, 4096, 262_144, 300_000, 1_048_576, 2_200_001]) {
      const middle = size >> 1;
      const contents = [0, 7, 0, 7, 9].map((by) => pattern(size, { at: middle, by }));
      for (const outcomes of await readAll(contents)) {
        assertEquals(
          outcomes.map(({ contentHash, failure }) => [contentHash, failure]),
          // A file that differs in its edges is not read any further.
          contents.map((bytes, index) => [
            index === 4 && middle < 4096 ? null : hashOf(bytes),
            null,
          ]),
          `${size} bytes`,
        );
      }
    }
  },
});

permittedTest({
  name: "SameSizeReader hashes a file without a copy when it is asked to",
  needs: NEEDS,
  fn: async () => {
    const contents = [pattern(300_000), pattern(300_000, { at: 299_999, by: 1 })];
    for (const outcomes of await readAll(contents, { needsHash: true })) {
      assertEquals(outcomes.map(({ contentHash }) => contentHash), contents.map(hashOf));
    }
  },
});

permittedTest({
  name: "SameSizeReader finds copies among more files than can be open at once",
  needs: NEEDS,
  fn: async () => {
    // 130 files of one head: 65 contents, each twice.
    const contents = Array.from(
      { length: 130 },
      (_, index) => pattern(9_000, { at: 8_000, by: index % 65 }),
    );
    for (const outcomes of await readAll(contents)) {
      assertEquals(outcomes.map(({ contentHash }) => contentHash), contents.map(hashOf));
    }
  },
});

permittedTest({
  name: "SameSizeReader reports a file that is not as it was seen, and goes on with the others",
  needs: NEEDS,
  fn: async () => {
    const contents = [pattern(5_000), pattern(5_000), pattern(5_000)];
    const hash = hashOf(pattern(5_000));
    const spoils: [(path: string) => void, ReadOutcome["failure"]][] = [
      [(path) => Deno.truncateSync(path, 4_000), "changed"],
      [(path) => Deno.removeSync(path), "missing"],
    ];
    for (const [spoil, failure] of spoils) {
      for (const outcomes of await readAll(contents, { spoil })) {
        assertEquals(
          outcomes.map((outcome) => [outcome.contentHash, outcome.failure]),
          [[null, failure], [hash, null], [hash, null]],
        );
      }
    }
  },
});
