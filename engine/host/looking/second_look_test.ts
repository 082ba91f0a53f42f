import type { LookedPair } from "@scenekeep/engine/core";
import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import {
  asText,
  digestOf,
  DISTANCES,
  hashOf,
  LARGE,
  middleOf,
  NEEDS,
  OTHER,
  SCENE,
  turnedPicture,
  withBlocks,
  withPictures,
} from "../testing/shown_pictures.ts";

permittedTest({
  name: "SecondLook tells pictures of one thing from pictures that only look alike",
  needs: NEEDS,
  fn: () =>
    withPictures({
      a: { picture: SCENE, vector: [0, 0] },
      b: { picture: { ...SCENE, values: SCENE.values.map((v) => v * 0.8) }, vector: [45, 0] },
      c: { picture: OTHER, vector: [22, 18] },
      far: { picture: SCENE, vector: [900, 900] },
    }, async (place) => {
      const names = ["far", "c", "b", "a"].map(hashOf);
      const { pairs } = await place.look.look(names);
      assertEquals(asText(pairs), ["a b similar whole", "a c apart whole", "b c apart whole"]);
      assert(pairs[0]!.spots >= 8 && pairs[0]!.distance > DISTANCES.close);
      assertEquals(pairs[1]!.distance, DISTANCES.similar + 1, "farther than its vectors say");
      assertEquals(place.comparisons, 3);
      assertEquals((await place.look.look(names.toReversed())).pairs, pairs, "whatever the order");
      assertEquals(place.comparisons, 3, "what was compared is remembered");
    }),
});

permittedTest({
  name: "SecondLook finds what is turned, and compares what fits through a third",
  needs: NEEDS,
  fn: () =>
    withPictures({
      a: { picture: LARGE, vector: [0, 0] },
      b: { picture: turnedPicture(LARGE), vector: [500, 0] },
      c: { picture: middleOf(LARGE), vector: [0, 45] },
    }, async ({ look }) => {
      const { pairs } = await look.look(["a", "b", "c"].map(hashOf));
      assertEquals(asText(pairs), [
        "a b similar turned",
        "a c similar whole",
        "b c similar through",
      ]);
    }),
});

permittedTest({
  name: "SecondLook tells nothing of pictures that do not fit and are not near, but compares them",
  needs: NEEDS,
  fn: () =>
    withPictures({
      a: { picture: SCENE, vector: [0, 0] },
      b: { picture: OTHER, vector: [0, 30] },
      c: { picture: OTHER, vector: [0, -31] },
    }, async (place) => {
      const { pairs } = await place.look.look(["a", "b", "c"].map(hashOf));
      assertEquals(asText(pairs), ["a b apart whole"]);
      assertEquals(place.comparisons, 2, "b and c are too far apart to be compared");
    }),
});

permittedTest({
  name: "SecondLook believes vectors that are close, and those of a picture that is gone",
  needs: NEEDS,
  fn: () =>
    withPictures({
      a: { picture: SCENE, vector: [0, 0] },
      b: { picture: OTHER, vector: [5, 0] },
      gone: { picture: OTHER, vector: [25, 0] },
    }, async ({ look, described }) => {
      assertEquals((await look.look(["a", "b", "gone"].map(hashOf))).pairs, []);
      assertEquals(described.includes("/gone"), false);
    }),
});

permittedTest({
  name: "SecondLook compares a picture with a few at a time, again alone after a process died",
  needs: NEEDS,
  fn: async () => {
    const names = Array.from({ length: 30 }, (_, index) => `n${index + 10}`);
    const shown = names.map((name, index) => {
      const picture = index === 29 ? OTHER : SCENE;
      return [name, { picture, vector: [index * 45, 0] }] as const;
    });
    let undisturbed: readonly LookedPair[] = [];
    await withPictures(Object.fromEntries(shown), async (place) => {
      undisturbed = (await place.look.look(names.map(hashOf))).pairs;
      assertEquals(place.described.length, names.length, "each picture is described once");
      assert(place.largest > 1 && place.largest <= 8, `${place.largest} at once`);
    });
    await withPictures(Object.fromEntries(shown), async (place) => {
      place.deaths = 1;
      assertEquals((await place.look.look(names.map(hashOf))).pairs, undisturbed);
      assertEquals(place.uncompared, []);
    });
    await withPictures(Object.fromEntries(shown), async (place) => {
      place.poison = OTHER;
      const { pairs } = await place.look.look(names.map(hashOf));
      assertEquals(pairs, undisturbed.filter(({ second }) => second !== "n39"));
      assert(place.uncompared.length > 0, "each pair of it is told");
      assert(place.uncompared.every((pair) => pair.endsWith(" n39")));
    });
  },
});

permittedTest({
  name: "SecondLook measures traces of compression on what shows the same as another, once",
  needs: NEEDS,
  fn: () =>
    withPictures({
      a: { picture: LARGE, vector: [0, 0] },
      b: { picture: withBlocks(LARGE), vector: [45, 0] },
      close: { picture: withBlocks(LARGE), vector: [4, 0] },
      gone: { picture: LARGE, vector: [1, 0] },
      other: { picture: withBlocks(OTHER), vector: [22, 18] },
    }, async (place) => {
      const names = ["other", "gone", "close", "b", "a"].map(hashOf);
      const { traces } = await place.look.look(names);
      assertEquals(traces.map(({ contentHash }) => contentHash), ["b", "close"].map(hashOf));
      assert(traces[0]!.compressionSteps > 0);
      assertEquals(place.measured.toSorted(), ["/a", "/b", "/close"]);
      assertEquals((await place.look.look(names.toReversed())).traces, traces);
      assertEquals(place.measured.length, 3, "what was measured is remembered");
    }),
});

permittedTest({
  name: "SecondLook finds the same picture in other bytes, and looks at few pixels for it",
  needs: NEEDS,
  fn: () =>
    withPictures({
      // One picture, as it was and without its words; then without loss; then nearly.
      a: { picture: LARGE, vector: [0, 0], imageData: "one" },
      b: { picture: LARGE, vector: [0, 0], imageData: "one" },
      c: { picture: LARGE, vector: [1, 1], imageData: "two" },
      d: { picture: withBlocks(LARGE), vector: [1, 0], imageData: "three" },
      // Nobody can tell what their data is.
      e: { picture: OTHER, vector: [60, 60] },
      f: { picture: OTHER, vector: [60, 60] },
      // Near enough to be trusted, and too far for equal pixels.
      g: { picture: SCENE, vector: [-60, 0], imageData: "four" },
      h: { picture: SCENE, vector: [-60, 9], imageData: "five" },
      // Of another size, and a file that is gone.
      small: { picture: SCENE, vector: [1, 2] },
      gone: { picture: LARGE, vector: [0, 1] },
    }, async (place) => {
      const names = ["a", "b", "c", "d", "e", "f", "g", "h", "small", "gone"].map(hashOf);
      const { digests } = await place.look.look(names);
      const [large, other] = [digestOf(LARGE), digestOf(OTHER)];
      const expected = [
        ["a", "one", large],
        ["b", "one", large],
        ["c", "two", large],
        ["e", null, other],
        ["f", null, other],
      ];
      const told = digests.map(({ contentHash, digests: { imageData, pixels } }) =>
        [contentHash, imageData, pixels] as const
      );
      assertEquals(told, expected as never);
      assertEquals(place.digested.toSorted(), ["/a", "/c", "/d", "/e", "/f"]);
      assertEquals((await place.look.look(names.toReversed())).digests, digests);
      assertEquals(place.digested.length, 5, "what was digested is remembered");
      // What was found beside others says nothing here.
      assertEquals((await place.look.look(["a", "d"].map(hashOf))).digests, []);
      const pair = (await place.look.look(["a", "b"].map(hashOf))).digests;
      assertEquals(pair.map(({ digests }) => digests), [
        { imageData: "one", pixels: null },
        { imageData: "one", pixels: null },
      ]);
    }),
});
