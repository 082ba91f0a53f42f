import type { WorldRatios } from "../scenario/scenario.ts";
import { ratioOf } from "../scenario/scenario.ts";
import { draw32, type DrawStream, drawStream, hitThreshold } from "../world/draw.ts";
import { shotHash } from "./contents.ts";
import type { Moments } from "./moments.ts";

/** One item as a camera or another program made it. */
export interface Shot {
  /** Counts the items of the world. */
  readonly index: number;
  readonly group: number;
  readonly kind: "photo" | "live" | "video";
  /** Hash of the picture, or of the film of a video. */
  readonly imageHash: string;
  readonly sizeBytes: number;
  /** The second half of a live photo. */
  readonly video: { readonly hash: string; readonly sizeBytes: number } | null;
  /** The RAW that was written with the picture. */
  readonly raw: { readonly hash: string; readonly sizeBytes: number } | null;
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** True for a copy of an earlier item, as messengers and imports make them. */
  readonly isCopy: boolean;
}

const MEGABYTE = 1_000_000;
const DRAW = { copy: 0, source: 1, size: 2, video: 3, width: 4 } as const;

/** Hash of the content of a shot: `image:video` for a live photo. */
export function contentHashOf(shot: Pick<Shot, "imageHash" | "video">): string {
  return shot.video === null ? shot.imageHash : `${shot.imageHash}:${shot.video.hash}`;
}

/**
 * All items of a generated world, one after the other, in the order in which they are made. Copies
 * repeat an earlier item. Remembers which shot each item is, 8 bytes an item.
 */
export class Shots {
  readonly #moments: Moments;
  readonly #stream: DrawStream;
  readonly #copies: number;
  /** Moment and shot of each item that is no copy. */
  readonly #originals: number[] = [];
  #group = -1;
  #shot = 0;
  #shots = 0;
  #made = 0;

  constructor(seed: number, moments: Moments, ratios: WorldRatios) {
    this.#moments = moments;
    this.#stream = drawStream(seed, "shot");
    this.#copies = hitThreshold(ratioOf(ratios.exactCopies));
  }

  /** The next item. Constant time. */
  next(): Shot {
    const index = this.#made;
    this.#made += 1;
    const draw = (n: number): number => draw32(this.#stream, index, n);
    const mayCopy = this.#copies > 0 && this.#originals.length > 0 && this.#shot === this.#shots;
    if (mayCopy && draw(DRAW.copy) < this.#copies) {
      const source = draw(DRAW.source) % (this.#originals.length >> 1);
      const group = this.#originals[source * 2]!;
      return this.#describe({ index, group, shot: this.#originals[source * 2 + 1]!, isCopy: true });
    }
    if (this.#shot === this.#shots) {
      this.#group += 1;
      this.#shot = 0;
      this.#shots = this.#moments.moment(this.#group).shots;
    }
    const shot = this.#shot;
    this.#shot += 1;
    this.#originals.push(this.#group, shot);
    return this.#describe({ index, group: this.#group, shot, isCopy: false });
  }

  #describe(
    item: { index: number; group: number; shot: number; isCopy: boolean },
  ): Shot {
    const { group, shot } = item;
    const moment = this.#moments.moment(group);
    // Bytes follow from the content, never from the item: a copy has the same.
    const size = draw32(this.#stream, group * 64 + shot, DRAW.size + 100);
    const part = (letter: "p" | "r" | "v" | "m"): string =>
      shotHash({ part: letter, group, shot, edit: 0 });
    const kind = moment.isVideo ? "video" : moment.isLive ? "live" : "photo";
    const wide = size % 2 === 0;
    return {
      ...item,
      kind,
      imageHash: part(kind === "video" ? "m" : "p"),
      sizeBytes: kind === "video" ? 20 * MEGABYTE + size % (80 * MEGABYTE) : photoBytes(size),
      video: kind === "live" ? { hash: part("v"), sizeBytes: MEGABYTE + size % MEGABYTE } : null,
      raw: moment.isRawPair ? { hash: part("r"), sizeBytes: 20 * MEGABYTE + size % 1000 } : null,
      widthPixels: wide ? 4032 : 3024,
      heightPixels: wide ? 3024 : 4032,
    };
  }
}

function photoBytes(draw: number): number {
  return MEGABYTE + draw % (6 * MEGABYTE);
}
