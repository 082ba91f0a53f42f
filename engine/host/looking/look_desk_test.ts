import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { digestOf, hashOf, NEEDS, SCENE, withPictures } from "../testing/shown_pictures.ts";
import { LookDesk } from "./look_desk.ts";

/** Asks for crowds: how many pairs were compared, -1 where the look failed. */
async function askFor(desk: LookDesk, ...crowds: readonly string[]): Promise<number> {
  const outcome = await desk.answer(crowds.map((names) => names.split("").map(hashOf)));
  return outcome.kind === "done" && outcome.result.kind === "lookedAgain"
    ? outcome.result.pairs.length
    : -1;
}

const THREE = {
  a: { picture: SCENE, vector: [0, 0] },
  b: { picture: SCENE, vector: [45, 0] },
  c: { picture: SCENE, vector: [0, 45] },
} as const;

permittedTest({
  name: "LookDesk answers once for one question, ends it for another, and tells each pair once",
  needs: NEEDS,
  fn: () =>
    withPictures(THREE, async ({ look }) => {
      let rests = 0;
      const never = (reason: string): void => assert(false, reason);
      const onDone = (): void => void (rests += 1);
      const desk = new LookDesk(look, { onDone, onFailed: never, onUnavailable: never });
      const counts = await Promise.all([
        askFor(desk, "ab"),
        askFor(desk, "ab"),
        askFor(desk, "abc"),
      ]);
      assertEquals([...counts, rests], [-1, -1, 3, 1], "nobody waits for the first any more");
      assertEquals(desk.pairs.length, 3);
      assertEquals(await askFor(desk, "abc", "ab"), 3, "a content may be in two crowds");
    }),
});

permittedTest({
  name: "LookDesk says that nothing can be compared when no process can be started",
  needs: NEEDS,
  fn: () =>
    withPictures(THREE, async (place) => {
      const told: string[] = [];
      const desk = new LookDesk(place.look, {
        onDone: () => {},
        onFailed: (reason) => told.push(`failed: ${reason}`),
        onUnavailable: (reason) => told.push(`unavailable: ${reason}`),
      });
      place.unavailable = "no memory";
      assertEquals([await askFor(desk, "abc"), told], [-1, ["unavailable: no memory"]]);
    }),
});

permittedTest({
  name: "LookDesk tells what it knows of a picture that two crowds have, in either order",
  needs: NEEDS,
  fn: () =>
    withPictures({
      a: { picture: SCENE, vector: [0, 0], imageData: "one" },
      b: { picture: SCENE, vector: [0, 0], imageData: "one" },
      c: { picture: SCENE, vector: [1, 0], imageData: "two" },
    }, async ({ look }) => {
      const never = (reason: string): void => assert(false, reason);
      const desk = new LookDesk(look, { onDone: () => {}, onFailed: never, onUnavailable: never });
      const pixels = digestOf(SCENE);
      for (const crowds of [["ab", "ac"], ["ac", "ab"]]) {
        // deno-lint-ignore no-await-in-loop -- one question after the other
        await askFor(desk, ...crowds);
        const told = desk.digests.map(({ contentHash, digests }) =>
          `${contentHash} ${digests.imageData} ${digests.pixels}`
        );
        assertEquals(told.sort(), [`a one ${pixels}`, `b one ${pixels}`, `c two ${pixels}`]);
      }
    }),
});
