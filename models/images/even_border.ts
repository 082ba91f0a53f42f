import type { GreyPixels } from "./grey_pixels.ts";

/** The part of a picture that is inside its border, in pixels. */
export interface InnerBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Levels of brightness, of 256, that count as one: paper, a bar of a screen, noise of a codec. */
const EVEN_LEVELS = 17;

/** Levels that one drawn colour has after a codec: nothing that a lens drew is as even. */
const DRAWN_LEVELS = 5;

/** A line is even when this share of it, in hundredths, is of one brightness. */
const EVEN_HUNDREDTHS = 90;

/** What is inside must be less of the picture than this, in hundredths, to be looked at apart. */
const INSIDE_HUNDREDTHS_MAX = 95;

/** A smaller inside, in hundredths, is no picture in a frame but a mark on an empty page. */
const INSIDE_HUNDREDTHS_MIN = 8;

/**
 * What is left of a picture without the even lines round it: of a framed photo or one in a
 * screenshot, the photo. Null where that is nearly all, or nearly nothing.
 *
 * The longest run of rows that are not even, and within it of columns. Exact; O(pixels).
 */
export function insideOf(picture: GreyPixels): InnerBox | null {
  return insideWithin(picture, EVEN_LEVELS);
}

/**
 * How much of a picture is a border of one colour, in tenths: 0 where there is none. Walls, skies
 * and paper in front of a camera are no border; bars of a screen are. Coarse, so that where exactly
 * it ends in two copies does not decide which of them is kept.
 */
export function borderTenths(picture: GreyPixels): number {
  const box = insideWithin(picture, DRAWN_LEVELS);
  if (box === null) return 0;
  return 10 - Math.round(10 * box.width * box.height / picture.sidePixels ** 2);
}

function insideWithin({ grey, sidePixels }: GreyPixels, levels: number): InnerBox | null {
  const rows = longestUneven(
    sidePixels,
    (row) => isEven({ grey, start: row * sidePixels, step: 1, count: sidePixels }, levels),
  );
  const height = rows.end - rows.start;
  const top = rows.start * sidePixels;
  const columns = longestUneven(
    sidePixels,
    (at) => isEven({ grey, start: top + at, step: sidePixels, count: height }, levels),
  );
  const width = columns.end - columns.start;
  const hundredths = width * height * 100 / (sidePixels * sidePixels);
  if (hundredths < INSIDE_HUNDREDTHS_MIN || hundredths > INSIDE_HUNDREDTHS_MAX) return null;
  return { left: columns.start, top: rows.start, width, height };
}

/** The first of the longest runs of lines that are not even. */
function longestUneven(
  lineCount: number,
  isEvenLine: (line: number) => boolean,
): { readonly start: number; readonly end: number } {
  let longest = { start: 0, end: 0 };
  let start = 0;
  for (let line = 0; line <= lineCount; line++) {
    if (line < lineCount && !isEvenLine(line)) continue;
    if (line - start > longest.end - longest.start) longest = { start, end: line };
    start = line + 1;
  }
  return longest;
}

/** Levels of one coarse step: more than count as one, so that those are in two steps at most. */
const COARSE_BITS = 5;

/** Pixels of a line in each coarse step; counted anew for each line, as making one takes longer. */
const coarseCounts = new Uint16Array((256 >> COARSE_BITS) + 1);

/** Pixels of a line that are looked at first: one in so many. */
const FIRST_STEP = 4;

/** Pixels of a picture in a row or a column. */
interface Line {
  readonly grey: Uint8Array;
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** False where too many of every so many pixels of a line are apart for the line to be even. */
function mayBeEven({ count, grey, start, step }: Line, every: number): boolean {
  coarseCounts.fill(0);
  const end = start + count * step;
  for (let place = start; place < end; place += every * step) {
    coarseCounts[grey[place]! >> COARSE_BITS]!++;
  }
  let most = 0;
  for (let level = 0; level < coarseCounts.length - 1; level++) {
    most = Math.max(most, coarseCounts[level]! + coarseCounts[level + 1]!);
  }
  const outside = Math.ceil(count / every) - most;
  return outside * 100 <= (100 - EVEN_HUNDREDTHS) * count;
}

/** Whether most of a line is of one brightness. Nearly every line is not, and is soon left. */
function isEven(line: Line, levels: number): boolean {
  if (!mayBeEven(line, FIRST_STEP) || !mayBeEven(line, 1)) return false;
  const counts = new Uint32Array(256);
  const { count, grey, start, step } = line;
  for (let at = 0; at < count; at++) counts[grey[start + at * step]!]!++;
  let inWindow = 0;
  let most = 0;
  for (let value = 0; value < 256; value++) {
    inWindow += counts[value]!;
    if (value >= levels) inWindow -= counts[value - levels]!;
    most = Math.max(most, inWindow);
  }
  return most * 100 >= EVEN_HUNDREDTHS * count;
}
