import { assert, assertEquals } from "@std/assert";
import { commitSeed, seedOf } from "./commit_seed.ts";
import { permittedTest } from "./permitted.ts";

Deno.test("seedOf() is a small whole number above 0, another for another commit", () => {
  assertEquals(seedOf("00000000aaaa"), 1);
  assertEquals(seedOf("0000000faaaa"), 16);
  assertEquals(seedOf("ffffffff"), 2);
});

permittedTest({
  name: "commitSeed() is the same for the same commit",
  needs: { run: ["git"] },
  fn: async () => {
    const seed = await commitSeed();
    assert(Number.isSafeInteger(seed) && seed >= 1 && seed < 2 ** 31);
    assertEquals(await commitSeed(), seed);
  },
});
