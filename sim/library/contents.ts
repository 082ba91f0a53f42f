import {
  type ContentDigests,
  type ContentHash,
  type LookedPair,
  type PictureDigests,
  sameDigests,
} from "@scenekeep/engine/core";
import type { ListedDigests, ListedLook, ListedPair } from "../scenario/scenario.ts";
import { draw32, type DrawStream, drawStream, hashText } from "../world/draw.ts";
import { LookVectors } from "./look_vectors.ts";
import type { Moments } from "./moments.ts";
import type { VirtualModel } from "./virtual_model.ts";

/** What is known of the look of listed content. */
export interface ListedContent {
  readonly vector: Int16Array | null;
  readonly look: ListedLook | null;
  readonly isEmbeddable: boolean;
  /** 0 to 1000; null for a drawn one. */
  readonly sharpness: number | null;
}

/** Hash of a generated shot's picture: `p`, or `r` for its RAW; the moment, the shot, the edit. */
const SHOT = /^[pr]([0-9a-z]+)-([0-9a-z]+)(?:e([0-9a-z]+))?$/;

/** Distance of an edit from what it was made of, in thousandths of the close distance. */
const EDIT_OFFSET = 800;

/** The hash of a shot's bytes. Short, as there are many and each is said often. */
export function shotHash(
  shot: { part: "p" | "r" | "v" | "m"; group: number; shot: number; edit: number },
): string {
  const edit = shot.edit === 0 ? "" : `e${shot.edit.toString(36)}`;
  return `${shot.part}${shot.group.toString(36)}-${shot.shot.toString(36)}${edit}`;
}

/**
 * What every picture of a virtual world looks like, by the hash of its bytes: listed ones as
 * listed, generated ones as their moment says, all others like nothing else.
 */
export class Contents {
  readonly #looks: LookVectors;
  readonly #moments: Moments | null;
  readonly #listed = new Map<string, ListedContent>();
  readonly #sharpness: DrawStream;
  readonly #looked: readonly LookedPair[];
  readonly #digests: ReadonlyMap<ContentHash, ContentDigests>;
  readonly #knownDistances = new Map<string, number>();

  constructor(
    options: {
      seed: number;
      model: VirtualModel;
      moments: Moments | null;
      looked?: readonly ListedPair[];
      digests?: readonly ListedDigests[];
    },
  ) {
    this.#looks = new LookVectors(options.seed, options.model);
    this.#moments = options.moments;
    this.#sharpness = drawStream(options.seed, "sharpness");
    this.#looked = (options.looked ?? []).map(([first, second, distance, spots]) => ({
      first: first as ContentHash,
      second: second as ContentHash,
      distance,
      spots,
      isMirrored: false,
      view: "whole",
    }));
    this.#digests = new Map((options.digests ?? []).map(([hash, imageData, pixels]) => {
      const contentHash = hash as ContentHash;
      return [contentHash, { contentHash, digests: { imageData, pixels } }];
    }));
    for (const { distance, first, second } of this.#looked) {
      this.#knownDistances.set(`${first} ${second}`, distance);
    }
  }

  /** The pairs that were compared, of contents that are in one crowd. */
  lookedPairs(crowds: readonly (readonly ContentHash[])[]): LookedPair[] {
    const found = new Set<LookedPair>();
    for (const crowd of crowds) {
      const inside = new Set(crowd);
      for (const pair of this.#looked) {
        if (inside.has(pair.first) && inside.has(pair.second)) found.add(pair);
      }
    }
    return [...found];
  }

  /** The digests of contents whose picture is that of another one in their crowd. */
  digests(crowds: readonly (readonly ContentHash[])[]): ContentDigests[] {
    if (this.#digests.size === 0) return [];
    const found = new Set<ContentDigests>();
    for (const crowd of crowds) {
      const present = crowd.flatMap((hash) => this.#digests.get(hash) ?? []);
      for (const one of present) {
        const isShared = present.some((other) =>
          other !== one && sameDigests(one.digests, other.digests) !== null
        );
        if (isShared) found.add(one);
      }
    }
    return [...found];
  }

  /** What tells a picture from others; null where nothing was said of it. */
  digestsOf(hash: ContentHash): PictureDigests | null {
    return this.#digests.get(hash)?.digests ?? null;
  }

  /** The distance of a pair that was compared; null where its vectors speak for it. */
  knownDistance(left: ContentHash, right: ContentHash): number | null {
    if (this.#knownDistances.size === 0) return null;
    const key = left < right ? `${left} ${right}` : `${right} ${left}`;
    return this.#knownDistances.get(key) ?? null;
  }

  /** Says what listed content looks like. */
  list(imageHash: string, content: ListedContent): void {
    this.#listed.set(imageHash, content);
  }

  /** The vector of a picture, or null when no model can embed it. */
  vectorOf(imageHash: string): Int16Array | null {
    const listed = this.#listed.get(imageHash);
    if (listed !== undefined) return this.#listedVector(imageHash, listed);
    if (imageHash.includes("~")) return null;
    const [, group, shot, edit] = SHOT.exec(imageHash) ?? [];
    if (this.#moments === null || group === undefined || shot === undefined) {
      return this.#looks.vector(imageHash, { kind: "line", place: 0 });
    }
    const moment = parseInt(group, 36);
    if (!this.#moments.moment(moment).isEmbeddable) return null;
    const stance = this.#moments.stance(moment, parseInt(shot, 36));
    if (edit === undefined) return this.#looks.vector(group, stance);
    // An edit stays near the moment, in a direction of its own.
    const member = 1_000_000 + hashText(`${shot}e${edit}`) % 1_000_000;
    return this.#looks.vector(group, { kind: "around", member, offset: EDIT_OFFSET });
  }

  /** Sharpness of a picture, 0 to 1000. */
  sharpnessOf(imageHash: string): number {
    const said = this.#listed.get(imageHash)?.sharpness ?? null;
    if (said !== null) return said;
    return draw32(this.#sharpness, hashText(imageHash), 0) % 1001;
  }

  #listedVector(imageHash: string, listed: ListedContent): Int16Array | null {
    if (!listed.isEmbeddable) return null;
    if (listed.vector !== null) return listed.vector;
    const { look } = listed;
    if (look === null) return this.#looks.vector(imageHash, { kind: "line", place: 0 });
    return this.#looks.vector(look.scene, { kind: "line", place: look.place });
  }
}
