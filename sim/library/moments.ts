import type { WorldRatios } from "../scenario/scenario.ts";
import { ratioOf } from "../scenario/scenario.ts";
import { draw32, type DrawStream, drawStream, hitThreshold } from "../world/draw.ts";
import type { Stance } from "./look_vectors.ts";

/** How the shots of one moment are related. */
export type MomentKind = "single" | "burst" | "dense" | "chain" | "twins";

/** A moment: one or more shots of one scene, taken one after the other. */
export interface Moment {
  readonly kind: MomentKind;
  readonly shots: number;
  readonly isVideo: boolean;
  readonly isLive: boolean;
  readonly isRawPair: boolean;
  readonly isEmbeddable: boolean;
}

/** Shots of an ordinary burst. */
const BURST_SHOTS = { min: 2, max: 12 } as const;
/** Shots of a dense burst. */
const DENSE_SHOTS = { min: 30, max: 60 } as const;
/**
 * Thousandths of the close distance between neighbours of a chain: beyond close, within related.
 */
const CHAIN_STEP = 1_500;
/** Largest distance of a burst's shots from their scene, in thousandths of the close distance. */
const BURST_OFFSETS = [150, 350, 600, 900, 1_300, 1_700] as const;

/** Numbers of the draws of one moment. */
const DRAW = {
  kind: 0,
  dense: 1,
  chain: 2,
  twins: 3,
  shots: 4,
  video: 5,
  live: 6,
  raw: 7,
  embeddable: 8,
  offset: 9,
} as const;

/**
 * Every moment of a generated world, by its number. Each is a function of the seed and the number.
 */
export class Moments {
  readonly #stream: DrawStream;
  readonly #burst: number;
  readonly #dense: number;
  readonly #chain: number;
  readonly #video: number;
  readonly #live: number;
  readonly #raw: number;
  readonly #unembeddable: number;

  constructor(seed: number, ratios: WorldRatios) {
    this.#stream = drawStream(seed, "moment");
    this.#burst = hitThreshold(ratioOf(ratios.bursts));
    this.#dense = hitThreshold(ratioOf(ratios.denseBursts));
    this.#chain = hitThreshold(ratioOf(ratios.chains));
    this.#video = hitThreshold(ratioOf(ratios.videos));
    this.#live = hitThreshold(ratioOf(ratios.live));
    this.#raw = hitThreshold(ratioOf(ratios.rawPairs));
    this.#unembeddable = hitThreshold(ratioOf(ratios.unembeddable));
  }

  /** What moment number `group` is like. Constant time. */
  moment(group: number): Moment {
    const kind = this.#kindOf(group);
    const isVideo = kind === "single" && this.#hits(group, DRAW.video, this.#video);
    const isLive = !isVideo && this.#hits(group, DRAW.live, this.#live);
    return {
      kind,
      shots: this.#shotsOf(group, kind),
      isVideo,
      isLive,
      isRawPair: !isVideo && !isLive && kind === "single" && this.#hits(group, DRAW.raw, this.#raw),
      isEmbeddable: !this.#hits(group, DRAW.embeddable, this.#unembeddable),
    };
  }

  /** Where a shot stands in its moment. Twins come in pairs with the very same look: they tie. */
  stance(group: number, shot: number): Stance {
    const kind = this.#kindOf(group);
    if (kind === "chain") return { kind: "line", place: shot * CHAIN_STEP };
    const number = draw32(this.#stream, group, DRAW.offset);
    const offset = kind === "dense" ? 120 : BURST_OFFSETS[number % BURST_OFFSETS.length]!;
    const member = kind === "twins" ? shot >> 1 : shot;
    return { kind: "around", member, offset };
  }

  #kindOf(group: number): MomentKind {
    if (!this.#hits(group, DRAW.kind, this.#burst)) return "single";
    if (this.#hits(group, DRAW.dense, this.#dense)) return "dense";
    if (this.#hits(group, DRAW.chain, this.#chain)) return "chain";
    return draw32(this.#stream, group, DRAW.twins) % 8 === 0 ? "twins" : "burst";
  }

  #shotsOf(group: number, kind: MomentKind): number {
    if (kind === "single") return 1;
    const { min, max } = kind === "dense" ? DENSE_SHOTS : BURST_SHOTS;
    return min + draw32(this.#stream, group, DRAW.shots) % (max - min + 1);
  }

  #hits(group: number, n: number, threshold: number): boolean {
    return threshold > 0 && draw32(this.#stream, group, n) < threshold;
  }
}
