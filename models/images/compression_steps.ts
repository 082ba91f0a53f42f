/** A part of a picture at its own size, row by row. */
export interface BrightPart {
  /** Brightness in quarters of a level, from 0 to 1,020. */
  readonly quarters: Uint16Array;
  /** Pixels in a row. */
  readonly widthPixels: number;
  /** Rows. */
  readonly heightPixels: number;
}

/** Side of the blocks that JPEG works on, in pixels. */
const BLOCK_PIXELS = 8;

/**
 * Whole blocks that a part must have each way: of fewer, a few edges of what is shown may weigh
 * more than all that compression left.
 */
const BLOCKS_MIN = 16;

/**
 * Differences this large between neighbours hide the same again at the edges of blocks; in quarters
 * of a level. Without it the last bit of a plain sky would count for as much as visible blocks.
 */
const HIDING_QUARTERS = 2 * 4;

/**
 * The first step: a quarter of what hides it. `deno task bench-compression` chooses it on half of
 * the sources of labelled photos, and says what it does on the others.
 */
export const FIRST_STEP_DIVISOR = 4;

/**
 * How much lossy compression has left on a picture: a step is twice as much, 0 is nothing that can
 * be told from what is shown; null for a part of fewer than 16 blocks either way, of which
 * nothing is known.
 *
 * [Note: Traces of compression] JPEG rounds each block of 8 by 8 pixels by itself, so where two
 * blocks meet, neighbours differ more than inside of them. That stays when the picture is saved
 * once more, without loss or at a high quality, and no header tells of it. The mean difference of
 * neighbours is taken for each of the eight places that the edges may have, as a crop moves them;
 * the largest is compared with the mean of the others. What the others have hides as much: the same
 * edges are less of a loss on a meadow than on a wall. Edges run both ways, a fence only one: the
 * weaker direction counts.
 *
 * Whole numbers throughout, so each machine says the same of the same pixels. What resizes a
 * picture, or smooths it as decoders of WebP and AVIF do, takes the traces away with the edges: a
 * picture without any is not proven to be the first of its kind.
 *
 * Source of the measure: blockiness and activity of Wang, Sheikh and Bovik, "No-reference
 * perceptual quality assessment of JPEG compressed images", ICIP 2002. Their fit to opinions of
 * viewers is left out, and places of edges other than 0 are added. O(pixels).
 *
 * @param firstStepDivisor The first step is one in so many parts of what hides it.
 */
export function compressionSteps(
  part: BrightPart,
  firstStepDivisor: number = FIRST_STEP_DIVISOR,
): number | null {
  const { heightPixels, widthPixels } = part;
  // The last pixel of the last block needs a neighbour.
  const columns = Math.floor((widthPixels - 1) / BLOCK_PIXELS) * BLOCK_PIXELS;
  const rows = Math.floor((heightPixels - 1) / BLOCK_PIXELS) * BLOCK_PIXELS;
  if (Math.min(columns, rows) < BLOCKS_MIN * BLOCK_PIXELS) return null;
  const across = differencesAcross(part, columns);
  const down = differencesDown(part, rows);
  return Math.min(
    stepsOf(across, columns / BLOCK_PIXELS * heightPixels, firstStepDivisor),
    stepsOf(down, rows / BLOCK_PIXELS * widthPixels, firstStepDivisor),
  );
}

/** Sums of the differences of neighbours in a row, for each place modulo the side of a block. */
function differencesAcross({ heightPixels, quarters, widthPixels }: BrightPart, columns: number) {
  const sums = new Float64Array(BLOCK_PIXELS);
  for (let row = 0; row < heightPixels; row++) {
    const start = row * widthPixels;
    for (let place = 0; place < BLOCK_PIXELS; place++) {
      let sum = 0;
      for (let at = start + place; at < start + columns; at += BLOCK_PIXELS) {
        sum += Math.abs(quarters[at + 1]! - quarters[at]!);
      }
      sums[place]! += sum;
    }
  }
  return sums;
}

/** The same for neighbours one below the other. */
function differencesDown({ quarters, widthPixels }: BrightPart, rows: number): Float64Array {
  const sums = new Float64Array(BLOCK_PIXELS);
  for (let row = 0; row < rows; row++) {
    const start = row * widthPixels;
    let sum = 0;
    for (let at = start; at < start + widthPixels; at++) {
      sum += Math.abs(quarters[at + widthPixels]! - quarters[at]!);
    }
    sums[row % BLOCK_PIXELS]! += sum;
  }
  return sums;
}

/** @param count Differences that each sum is of. */
function stepsOf(sums: Float64Array, count: number, firstStepDivisor: number): number {
  const most = Math.max(...sums);
  const others = sums.reduce((sum, one) => sum + one, 0) - most;
  // Both sides are seven times what they say, so that the mean of seven sums needs no division.
  const excess = (BLOCK_PIXELS - 1) * most - others;
  const hiding = others + (BLOCK_PIXELS - 1) * count * HIDING_QUARTERS;
  let steps = 0;
  for (let least = hiding; firstStepDivisor * excess >= least; least *= 2) steps += 1;
  return steps;
}
