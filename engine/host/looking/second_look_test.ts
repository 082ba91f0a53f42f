import { type ContentHash, identifier, type LookedPair } from "@scenekeep/engine/core";
import {
  comparePictures,
  compressionSteps,
  decodeFeatures,
  encodeFeatures,
  type GreyPicture,
  type ImageFacts,
  localFeatures,
  plainRowProducts,
} from "@scenekeep/models";
import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { openCacheFile } from "../cache/cache_file.ts";
import { DescriptionCache } from "../cache/description_cache.ts";
import { EmbeddingCache } from "../cache/embedding_cache.ts";
import { FitCache } from "../cache/fit_cache.ts";
import { TraceCache } from "../cache/trace_cache.ts";
import { LookDesk } from "./look_desk.ts";
import type { PictureComparer } from "./pair_comparison.ts";
import { SecondLook } from "./second_look.ts";

const NEEDS = { read: true, write: true } as const;
const DISTANCES = { close: 100, similar: 900, related: 2500 };
const FACTS = {} as ImageFacts;

/** A picture: its features are found and compared in earnest, its vectors are given. */
interface Shown {
  readonly picture: GreyPicture;
  readonly vector: readonly [number, number];
  readonly turned?: readonly [number, number];
}

interface Place {
  readonly look: SecondLook;
  readonly described: string[];
  readonly measured: string[];
  comparisons: number;
  /** Most pictures that one was compared with at once. */
  largest: number;
  /** Comparisons with several at once whose process is still to die. */
  deaths: number;
  /** What no process survives comparing with others. */
  poison: GreyPicture | null;
  /** Why nothing can be compared at all. */
  unavailable: string | null;
  /** Pairs that were told to be left to their vectors. */
  readonly uncompared: string[];
}

/** Blots that no other seed has. */
function blots(seed: number, width = 160, height = 120): GreyPicture {
  const values = new Float32Array(width * height).fill(0.5);
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  for (let blot = 0; blot < 160; blot++) {
    const [x, y, radius] = [next(width), next(height), 2 + next(7)];
    const strength = (next(2) === 0 ? -1 : 1) * (0.1 + next(30) / 100);
    for (let row = Math.max(0, y - radius); row <= Math.min(height - 1, y + radius); row++) {
      for (let at = Math.max(0, x - radius); at <= Math.min(width - 1, x + radius); at++) {
        const apart = ((row - y) / radius) ** 2 + ((at - x) / (0.6 * radius)) ** 2;
        if (apart < 1) values[row * width + at]! += strength * (1 - apart);
      }
    }
  }
  return { values, width, height };
}

function featuresOf(picture: GreyPicture): string {
  return encodeFeatures(localFeatures(picture, 128));
}

function hashOf(name: string): ContentHash {
  return identifier<ContentHash>(name);
}

function stepsOf({ height, values, width }: GreyPicture): number | null {
  const quarters = Uint16Array.from(values, (value) => Math.round(1020 * value));
  return compressionSteps({ quarters, widthPixels: width, heightPixels: height });
}

/** The picture with the edges of blocks on it. */
function withBlocks(picture: GreyPicture): GreyPicture {
  const values = picture.values.map((value, at) => {
    const square = (at % picture.width >> 3) + (Math.floor(at / picture.width) >> 3);
    return value + square % 2 * 0.05;
  });
  return { ...picture, values };
}

/** Describes, measures and compares in earnest, and fails as its place says. */
function comparerIn(
  place: () => Place,
  pictures: Readonly<Record<string, Shown>>,
): PictureComparer {
  return {
    describe: (path) => {
      place().described.push(path);
      const picture = pictures[path.slice(1)]?.picture;
      return Promise.resolve(
        picture === undefined
          ? { kind: "failed", code: "NOT_FOUND", reason: "Cannot find the file" }
          : { kind: "described", features: featuresOf(picture) },
      );
    },
    measure: (path) => {
      place().measured.push(path);
      const picture = pictures[path.slice(1)]?.picture;
      return Promise.resolve(
        picture === undefined
          ? { kind: "failed", code: "NOT_FOUND", reason: "Cannot find the file" }
          : { kind: "measured", compressionSteps: stepsOf(picture), imageData: null },
      );
    },
    compare: async (one, others) => {
      const now = place();
      now.comparisons += others.length;
      now.largest = Math.max(now.largest, others.length);
      if (now.unavailable !== null) {
        const reason = now.unavailable;
        return { kind: "failed", code: "MODEL_UNAVAILABLE", reason };
      }
      const poison = now.poison === null ? null : featuresOf(now.poison);
      const dies = now.deaths > 0 && others.length > 1;
      if (dies) now.deaths -= 1;
      if (dies || others.some((other) => other === poison)) {
        return { kind: "failed", code: "PROCESS_DIED", reason: "It died" };
      }
      const rights = others.map(decodeFeatures);
      const fits = await comparePictures(decodeFeatures(one), rights, plainRowProducts);
      return { kind: "compared", fits };
    },
  };
}

async function withPictures(
  pictures: Readonly<Record<string, Shown>>,
  use: (place: Place) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "scenekeep-look-" });
  try {
    using database = openCacheFile(`${folder}/scan.sqlite`);
    const vectors = new EmbeddingCache(database, { model: "m", preprocessing: "p" });
    for (const [name, { turned, vector }] of Object.entries(pictures)) {
      const views = {
        turned: turned === undefined ? null : Int16Array.from(turned),
        inside: null,
      };
      vectors.put(name, {
        kind: "embedded",
        vector: Int16Array.from(vector),
        views,
        facts: FACTS,
      });
    }
    const comparer = comparerIn(() => place, pictures);
    const look = new SecondLook({
      comparer: () => comparer,
      vectors,
      fits: new FitCache(database, "test"),
      descriptions: new DescriptionCache(database),
      traces: new TraceCache(database, "test"),
      pathOf: (hash) => hash === "gone" ? null : `/${hash}`,
      dimensions: 2,
      distances: DISTANCES,
      atOnce: 2,
      isStopped: () => false,
      onUncompared: ({ first, second }) => place.uncompared.push(`${first} ${second}`),
    });
    const place: Place = {
      look,
      described: [],
      measured: [],
      comparisons: 0,
      largest: 0,
      deaths: 0,
      poison: null,
      unavailable: null,
      uncompared: [],
    };
    await use(place);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function asText(pairs: readonly LookedPair[]): string[] {
  return pairs.map(({ distance, first, second, view }) => {
    const verdict = distance <= DISTANCES.similar ? "similar" : "apart";
    return `${first} ${second} ${verdict} ${view}`;
  });
}

const SCENE = blots(1);
const OTHER = blots(2);
const LARGE = blots(3, 320, 240);

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
      a: { picture: SCENE, vector: [0, 0] },
      b: { picture: SCENE, vector: [500, 0], turned: [30, 0] },
      c: { picture: SCENE, vector: [0, 45] },
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
