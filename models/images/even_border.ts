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

/** What a picture has round it. */
export interface EvenBorder {
  /**
   * What is left without the even lines round it: of a framed photo or one in a screenshot, the
   * photo. Null where that is nearly all, or nearly nothing.
   */
  readonly inside: InnerBox | null;
  /**
   * How much of it is a border of one colour, in tenths: 0 where there is none. Walls, skies and
   * paper in front of a camera are no border; bars of a screen are. Coarse, so that where exactly
   * it ends in two copies does not decide which of them is kept.
   */
  readonly tenths: number;
}

/**
 * The border of a picture: outside of the longest run of rows that are not even, and within it of
 * columns. Exact; O(pixels).
 */
export function evenBorder(picture: GreyPixels): EvenBorder {
  const { sidePixels } = picture;
  const uneven = unevenPart(picture, EVEN_LEVELS);
  // What is not even within many levels is not within few: most photos need no second look.
  const isWhole = uneven.width === sidePixels && uneven.height === sidePixels;
  const drawn = isWhole ? null : framedPart(unevenPart(picture, DRAWN_LEVELS), sidePixels);
  return {
    inside: framedPart(uneven, sidePixels),
    tenths: drawn === null ? 0 : 10 - Math.round(10 * drawn.width * drawn.height / sidePixels ** 2),
  };
}

/** The part, if it may be a photo with a border. */
function framedPart(part: InnerBox, sidePixels: number): InnerBox | null {
  const hundredths = part.width * part.height * 100 / (sidePixels * sidePixels);
  const isFramed = hundredths >= INSIDE_HUNDREDTHS_MIN && hundredths <= INSIDE_HUNDREDTHS_MAX;
  return isFramed ? part : null;
}

function unevenPart({ grey, sidePixels }: GreyPixels, levels: number): InnerBox {
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
  return { left: columns.start, top: rows.start, width: columns.end - columns.start, height };
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

/** Pixels of a picture in a row or a column. */
interface Line {
  readonly grey: Uint8Array;
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** Whether most of a line is of one brightness. */
function isEven(line: Line, levels: number): boolean {
  if (!mayBeEven(line, levels)) return false;
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

/**
 * False where a line cannot be even: each of its pixels has a partner half a line away, and of two
 * that are too far apart one at least is not of that brightness. Nearly every line is soon left.
 */
function mayBeEven({ count, grey, start, step }: Line, levels: number): boolean {
  const apartMax = Math.floor((100 - EVEN_HUNDREDTHS) * count / 100);
  const pairs = Math.floor(count / 2);
  const end = start + pairs * step;
  let apart = 0;
  for (let place = start; place < end && apart <= apartMax; place += step) {
    if (Math.abs(grey[place]! - grey[place + pairs * step]!) >= levels) apart += 1;
  }
  return apart <= apartMax;
}
