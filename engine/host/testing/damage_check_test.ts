import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { checkDamage, drawnOriginals } from "./damage_check.ts";
import { DAMAGE_KINDS, damagedPicture } from "./damaged_picture.ts";

Deno.test("damagedPicture() gives the same bytes for the same numbers, and each damage", () => {
  const [first, second] = drawnOriginals() as [Uint8Array, Uint8Array];
  const made = Array.from({ length: 30 }, (_, seed) => damagedPicture(seed, [first, second]));
  assertEquals(
    made,
    Array.from({ length: 30 }, (_, seed) => damagedPicture(seed, [first, second])),
  );
  assertEquals(new Set(made.map(({ how }) => how)), new Set(DAMAGE_KINDS));
});

permittedTest({
  name: "scanFolder() names every damaged picture that it cannot show, and groups no wrong ones",
  needs: { read: true, write: true, run: true, env: true },
  timeoutMs: 120_000,
  fn: async () => {
    const outcome = await checkDamage({ count: 45, seed: 1, originals: drawnOriginals() });
    assertEquals(outcome.problems, []);
    assert(outcome.shown > 0 && outcome.named > 10, JSON.stringify(outcome));
  },
});
