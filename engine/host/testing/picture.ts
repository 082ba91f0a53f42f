import { deflateSync } from "node:zlib";

/** A picture to make: what colour is where. */
export interface PictureShape {
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Red, green and blue of a place, each 0 to 255; x and y from 0 to 1. */
  readonly colour: (x: number, y: number) => readonly [number, number, number];
}

/** The picture as a PNG file. For tests: real files for real decoders. */
export function pngOf(shape: PictureShape): Uint8Array<ArrayBuffer> {
  const { widthPixels, heightPixels, colour } = shape;
  const rows = new Uint8Array(heightPixels * (1 + widthPixels * 3));
  let at = 0;
  for (let row = 0; row < heightPixels; row += 1) {
    // Filter type 0 of the row.
    at += 1;
    for (let column = 0; column < widthPixels; column += 1) {
      rows.set(colour(column / widthPixels, row / heightPixels), at);
      at += 3;
    }
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, widthPixels);
  view.setUint32(4, heightPixels);
  // Eight bits, true colour.
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
  return joined([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", new Uint8Array(deflateSync(rows))),
    chunk("IEND", new Uint8Array()),
  ]);
}

/**
 * A picture with something on it that no other seed has: soft discs of many colours on a slope.
 *
 * @param options.seed Which picture.
 * @param options.shade Added to every colour, to make another file that shows the same.
 * @param options.blocks Added to every second block of 8 by 8 pixels, as poor compression would.
 */
export function sceneryOf(
  options: {
    readonly seed: number;
    readonly sidePixels: number;
    readonly shade?: number;
    readonly blocks?: number;
  },
): Uint8Array<ArrayBuffer> {
  const { blocks = 0, seed, shade = 0, sidePixels } = options;
  const draw = drawsOf(seed);
  const slope = [draw() * 255, draw() * 255, draw() * 255] as const;
  const discs = Array.from({ length: 9 }, () => ({
    x: draw(),
    y: draw(),
    radius: 0.05 + draw() * 0.25,
    colour: [draw() * 255, draw() * 255, draw() * 255] as const,
  }));
  return pngOf({
    widthPixels: sidePixels,
    heightPixels: sidePixels,
    colour: (x, y) => {
      const disc = discs.find((one) => Math.hypot(x - one.x, y - one.y) < one.radius);
      const base = disc?.colour ?? [slope[0] * y, slope[1] * x, slope[2] * (1 - y)];
      const square = (Math.round(x * sidePixels) >> 3) + (Math.round(y * sidePixels) >> 3);
      const added = shade + square % 2 * blocks;
      const [red = 0, green = 0, blue = 0] = base.map((part) => clamp(part + added));
      return [red, green, blue];
    },
  });
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}

/** Numbers from 0 to 1 that a seed stands for. */
function drawsOf(seed: number): () => number {
  let state = (seed + 1) * 2_654_435_761 % 4_294_967_296;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const named = joined([new TextEncoder().encode(type), data]);
  const framed = new Uint8Array(named.length + 8);
  const view = new DataView(framed.buffer);
  view.setUint32(0, data.length);
  framed.set(named, 4);
  view.setUint32(framed.length - 4, crc32(named));
  return framed;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ ((crc & 1) === 1 ? 0xedb8_8320 : 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}
