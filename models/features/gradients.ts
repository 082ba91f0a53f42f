import type { GreyPicture } from "./scale_space.ts";

/** How brightness changes at each pixel. The border has no change. */
export interface Gradients {
  /** How much. */
  readonly sizes: Float32Array;
  /** In which direction it rises: 0 to 1, where 1 is a whole turn. */
  readonly turns: Float32Array;
}

/** The gradients of a picture by central differences. */
export function gradientsOf({ values, width, height }: GreyPicture): Gradients {
  const sizes = new Float32Array(values.length);
  const turns = new Float32Array(values.length);
  for (let row = 1; row < height - 1; row++) {
    for (let column = 1; column < width - 1; column++) {
      const at = row * width + column;
      const dx = values[at + 1]! - values[at - 1]!;
      const dy = values[at + width]! - values[at - width]!;
      sizes[at] = Math.sqrt(dx * dx + dy * dy);
      const turn = Math.atan2(dy, dx) / (2 * Math.PI);
      turns[at] = turn < 0 ? turn + 1 : turn;
    }
  }
  return { sizes, turns };
}

const STEPS_PER_UNIT = 64;
const TABLE_END = 16;

/** `exp(-x)` by steps of a 64th. */
const FALL: Float64Array = Float64Array.from(
  { length: TABLE_END * STEPS_PER_UNIT + 1 },
  (_, step) => Math.exp(-(step + 0.5) / STEPS_PER_UNIT),
);

/** `exp(-x)` for `x` from 0, to a hundredth; 0 beyond 16. */
export function fall(x: number): number {
  return x >= TABLE_END ? 0 : FALL[(x * STEPS_PER_UNIT) | 0]!;
}
