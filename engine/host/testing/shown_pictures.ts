import { type ContentHash, identifier, type LookedPair } from "@scenekeep/engine/core";
import {
  brightnessPrint,
  comparePictures,
  compressionSteps,
  decodeFeatures,
  type EmbeddingFault,
  encodeFeatures,
  type GreyPicture,
  type ImageFacts,
  localFeatures,
  plainRowProducts,
} from "@scenekeep/models";
import { openCacheFile } from "../cache/cache_file.ts";
import { DescriptionCache } from "../cache/description_cache.ts";
import { DigestCache } from "../cache/digest_cache.ts";
import { EmbeddingCache } from "../cache/embedding_cache.ts";
import { FitCache } from "../cache/fit_cache.ts";
import { TraceCache } from "../cache/trace_cache.ts";
import type { PictureComparer } from "../looking/pair_comparison.ts";
import { SecondLook } from "../looking/second_look.ts";

/** What tests with shown pictures need. */
export const NEEDS = { read: true, write: true } as const;
/** The tiers of the vectors that are given. */
export const DISTANCES = { close: 100, similar: 900, related: 2500 };
const FACTS = {} as ImageFacts;

/** A picture: its features are found and compared in earnest, its vectors are given. */
export interface Shown {
  readonly picture: GreyPicture;
  readonly vector: readonly [number, number];
  /** The digest of its compressed data. */
  readonly imageData?: string;
}

/** A second look, what it asked for, and what goes wrong. */
export interface Place {
  readonly look: SecondLook;
  readonly described: string[];
  readonly measured: string[];
  readonly digested: string[];
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

/** A content hash. */
export function hashOf(name: string): ContentHash {
  return identifier<ContentHash>(name);
}

function stepsOf({ height, values, width }: GreyPicture): number | null {
  const quarters = Uint16Array.from(values, (value) => Math.round(1020 * value));
  return compressionSteps({ quarters, widthPixels: width, heightPixels: height });
}

function printOf({ height, values, width }: GreyPicture): Int16Array<ArrayBuffer> | null {
  const sidePixels = 64;
  const grey = Uint8Array.from({ length: sidePixels ** 2 }, (_, at) => {
    const row = Math.floor(Math.floor(at / sidePixels) * height / sidePixels);
    const column = Math.floor(at % sidePixels * width / sidePixels);
    return Math.round(255 * values[row * width + column]!);
  });
  return brightnessPrint({ grey, sidePixels });
}

/** The middle of the picture, three quarters of it each way. */
export function middleOf(picture: GreyPicture): GreyPicture {
  const [width, height] = [picture.width, picture.height].map((side) => Math.floor(side * 3 / 4));
  const values = new Float32Array(width! * height!);
  for (const at of values.keys()) {
    const row = Math.floor(at / width!) + (picture.height >> 3);
    values[at] = picture.values[row * picture.width + at % width! + (picture.width >> 3)]!;
  }
  return { values, width: width!, height: height! };
}

/** The picture turned by a quarter. */
export function turnedPicture({ height, values, width }: GreyPicture): GreyPicture {
  const turned = new Float32Array(values.length);
  for (const [at, value] of values.entries()) {
    const [row, column] = [Math.floor(at / width), at % width];
    turned[column * height + height - 1 - row] = value;
  }
  return { values: turned, width: height, height: width };
}

/** What tells a picture from others. */
export function digestOf({ height, values, width }: GreyPicture): string {
  return `${width} ${height} ${values.reduce((sum, value, at) => sum + value * (1 + at % 97), 0)}`;
}

/** The picture with the edges of blocks on it. */
export function withBlocks(picture: GreyPicture): GreyPicture {
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
  const look = <Found>(
    path: string,
    into: string[],
    found: (shown: Shown) => Found,
  ): Promise<Found | EmbeddingFault> => {
    into.push(path);
    const shown = pictures[path.slice(1)];
    return Promise.resolve(
      shown === undefined
        ? { kind: "failed", code: "NOT_FOUND", reason: "Cannot find the file" }
        : found(shown),
    );
  };
  return {
    describe: (path) =>
      look(path, place().described, ({ picture }) => ({
        kind: "described" as const,
        features: featuresOf(picture),
      })),
    measure: (path) =>
      look(path, place().measured, ({ imageData = null, picture }) => ({
        kind: "measured" as const,
        compressionSteps: stepsOf(picture),
        imageData,
      })),
    pixels: (path) =>
      look(path, place().digested, ({ picture }) => ({
        kind: "pixelsDigested" as const,
        pixels: digestOf(picture),
      })),
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

/** Looks at pictures, with a cache of its own. */
export async function withPictures(
  pictures: Readonly<Record<string, Shown>>,
  use: (place: Place) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "scenekeep-look-" });
  try {
    using database = openCacheFile(`${folder}/scan.sqlite`);
    const vectors = new EmbeddingCache(database, { model: "m", preprocessing: "p" });
    for (const [name, { picture, vector }] of Object.entries(pictures)) {
      vectors.put(name, {
        kind: "embedded",
        vector: Int16Array.from(vector),
        prints: { whole: printOf(picture), inside: null },
        facts: { ...FACTS, widthPixels: picture.width, heightPixels: picture.height },
      });
    }
    const comparer = comparerIn(() => place, pictures);
    const look = new SecondLook({
      comparer: () => comparer,
      vectors,
      fits: new FitCache(database, "test"),
      descriptions: new DescriptionCache(database),
      traces: new TraceCache(database, "test"),
      digests: new DigestCache(database, "test"),
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
      digested: [],
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

/** Pairs and what was found of them. */
export function asText(pairs: readonly LookedPair[]): string[] {
  return pairs.map(({ distance, first, second, view }) => {
    const verdict = distance <= DISTANCES.similar ? "similar" : "apart";
    return `${first} ${second} ${verdict} ${view}`;
  });
}

/** Three pictures. */
export const SCENE: GreyPicture = blots(1);
export const OTHER: GreyPicture = blots(2);
export const LARGE: GreyPicture = blots(3, 320, 240);
