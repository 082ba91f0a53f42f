/** A picture of brightness: one number a pixel from 0 to 1, row by row. */
export interface GreyPicture {
  /** Brightness, row by row. */
  readonly values: Float32Array;
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/** One octave: pictures ever more blurred, and the differences of neighbours. */
export interface Octave {
  /** Pixels of the whole picture that one pixel of this octave stands for. */
  readonly pixelSize: number;
  /** Blurred pictures, {@linkcode LEVELS_PER_OCTAVE} + 3 of them. */
  readonly blurred: readonly GreyPicture[];
  /** Each blurred picture but the first, minus the one before it. */
  readonly differences: readonly Float32Array[];
}

/** Scales that are searched within one doubling. Source: Lowe 2004, section 3.2. */
export const LEVELS_PER_OCTAVE = 3;

/** Blur of the first level, in pixels of its octave. Source: Lowe 2004, section 3.3. */
export const BASE_BLUR = 1.6;

/** Blur that a well-shrunk picture has already. */
const PRESENT_BLUR = 0.5;

/** An octave with a shorter side than this has nothing to find. */
const SIDE_MIN = 20;

/** The scale space of a picture. Time and memory O(pixels). */
export function scaleSpace(picture: GreyPicture): Octave[] {
  const octaves: Octave[] = [];
  let base = blur(picture, Math.sqrt(BASE_BLUR ** 2 - PRESENT_BLUR ** 2));
  let pixelSize = 1;
  while (Math.min(base.width, base.height) >= SIDE_MIN) {
    const octave = makeOctave(base, pixelSize);
    octaves.push(octave);
    base = halve(octave.blurred[LEVELS_PER_OCTAVE]!);
    pixelSize *= 2;
  }
  return octaves;
}

function makeOctave(base: GreyPicture, pixelSize: number): Octave {
  const blurred = [base];
  const step = 2 ** (1 / LEVELS_PER_OCTAVE);
  let sigma = BASE_BLUR;
  for (let level = 1; level < LEVELS_PER_OCTAVE + 3; level++) {
    const wanted = sigma * step;
    blurred.push(blur(blurred[level - 1]!, Math.sqrt(wanted ** 2 - sigma ** 2)));
    sigma = wanted;
  }
  const differences = blurred.slice(1).map((picture, level) =>
    differenceOf(picture.values, blurred[level]!.values)
  );
  return { pixelSize, blurred, differences };
}

function differenceOf(more: Float32Array, less: Float32Array): Float32Array {
  const difference = new Float32Array(more.length);
  for (let at = 0; at < more.length; at++) difference[at] = more[at]! - less[at]!;
  return difference;
}

/** Every second pixel of every second row; the picture is blurred enough for that. */
function halve(picture: GreyPicture): GreyPicture {
  const width = picture.width >> 1;
  const height = picture.height >> 1;
  const values = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      values[row * width + column] = picture.values[2 * row * picture.width + 2 * column]!;
    }
  }
  return { values, width, height };
}

/** Gaussian blur: rows, then columns; the border is repeated. */
export function blur(picture: GreyPicture, sigma: number): GreyPicture {
  const kernel = gaussian(sigma);
  const { width, height } = picture;
  const rows = blurRows(picture.values, width, height, kernel);
  const values = blurColumns(rows, width, height, kernel);
  return { values, width, height };
}

/** Weights of the middle and of each distance from it; they sum up to 1 over both sides. */
function gaussian(sigma: number): Float32Array {
  const radius = Math.ceil(3 * sigma);
  const kernel = new Float32Array(radius + 1);
  let sum = 0;
  for (let at = 0; at <= radius; at++) {
    kernel[at] = Math.exp(-(at * at) / (2 * sigma * sigma));
    sum += at === 0 ? kernel[at]! : 2 * kernel[at]!;
  }
  return kernel.map((weight) => weight / sum);
}

function blurRows(
  values: Float32Array,
  width: number,
  height: number,
  kernel: Float32Array,
): Float32Array {
  const radius = kernel.length - 1;
  const padded = new Float32Array(width + 2 * radius);
  const result = new Float32Array(values.length);
  for (let row = 0; row < height; row++) {
    const start = row * width;
    padded.fill(values[start]!, 0, radius);
    padded.set(values.subarray(start, start + width), radius);
    padded.fill(values[start + width - 1]!, radius + width);
    for (let column = 0; column < width; column++) {
      const middle = column + radius;
      let sum = kernel[0]! * padded[middle]!;
      for (let at = 1; at <= radius; at++) {
        sum += kernel[at]! * (padded[middle - at]! + padded[middle + at]!);
      }
      result[start + column] = sum;
    }
  }
  return result;
}

function blurColumns(
  values: Float32Array,
  width: number,
  height: number,
  kernel: Float32Array,
): Float32Array {
  const radius = kernel.length - 1;
  const result = new Float32Array(values.length);
  for (let row = 0; row < height; row++) {
    const start = row * width;
    const weight = kernel[0]!;
    for (let column = 0; column < width; column++) {
      result[start + column] = weight * values[start + column]!;
    }
    for (let at = 1; at <= radius; at++) {
      const above = Math.max(0, row - at) * width;
      const below = Math.min(height - 1, row + at) * width;
      const side = kernel[at]!;
      for (let column = 0; column < width; column++) {
        result[start + column]! += side * (values[above + column]! + values[below + column]!);
      }
    }
  }
  return result;
}
