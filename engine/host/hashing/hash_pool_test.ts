import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { permittedTest } from "@scenekeep/tools/permitted";
import { HashPool } from "./hash_pool.ts";

permittedTest({
  name: "HashPool hashes like BLAKE2b-512 and reports what it cannot read",
  needs: { read: true, write: true },
  fn: async () => {
    const root = await Deno.makeTempDir({ prefix: "scenekeep-hash-" });
    await using pool = new HashPool(2);
    try {
      const sizes = [1, 1000, 1 << 20, (1 << 20) + 1, 5_000_000];
      const written = sizes.map((size, index) => {
        const bytes = new Uint8Array(size).map((_, at) => (at * 31 + index) & 255);
        Deno.writeFileSync(join(root, `${index}`), bytes);
        return {
          sizeBytes: size,
          contentHash: createHash("blake2b512").update(bytes).digest("base64"),
        };
      });
      const outcomes = await Promise.all(
        sizes.map((_, index) => pool.hash(join(root, `${index}`))),
      );
      assertEquals(outcomes, written.map((facts) => ({ kind: "hashed", ...facts })));
      assertEquals(await pool.hash(join(root, "none")), { kind: "failed", error: "missing" });
      const folder = await pool.hash(root);
      assertEquals(folder.kind, "failed");
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
});

permittedTest({
  name: "HashPool knows the published vector of BLAKE2b-512",
  needs: { read: true, write: true },
  fn: async () => {
    const file = await Deno.makeTempFile();
    await using pool = new HashPool(1);
    try {
      await Deno.writeTextFile(file, "abc");
      assertEquals(await pool.hash(file), {
        kind: "hashed",
        sizeBytes: 3,
        contentHash:
          "uoClP5gcTQ1qJ5e2nxL26UwhLxRoWsS3SxK7b9v/otF9h8U5Kqt5LcJS1d5FM8yVGNOKqNvxklq5" +
          "I4bt1ACZIw==",
      });
    } finally {
      await Deno.remove(file);
    }
  },
});
