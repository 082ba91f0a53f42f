/** A picture to draw. */
export interface DrawnPictureOptions {
  /** Which picture: each number is another one. */
  readonly subject: number;
  /** Width in pixels. */
  readonly widthPixels: number;
  /** Height in pixels. */
  readonly heightPixels: number;
}

/** A drawn picture: red, green and blue, one byte each, row by row. */
export interface DrawnPicture {
  /** Its bytes. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** How sharp wants to be told about them. */
  readonly raw: { readonly width: number; readonly height: number; readonly channels: 3 };
}

type Colour = readonly [red: number, green: number, blue: number];

interface Shape {
  readonly kind: "disc" | "box";
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly colour: Colour;
}

/**
 * Draws discs and boxes on a slanted gradient, in fractions of the width and height: the same
 * subject in another size is the same picture. No two of its corners are alike, so that a wrong
 * turn shows.
 */
export function drawPicture(options: DrawnPictureOptions): DrawnPicture {
  const { subject, widthPixels, heightPixels } = options;
  const random = generator(subject);
  const top = colour(random);
  const bottom = colour(random);
  const shapes: Shape[] = Array.from({ length: 9 }, () => ({
    kind: random() < 0.5 ? "disc" : "box",
    x: random(),
    y: random(),
    radius: 0.05 + random() * 0.2,
    colour: colour(random),
  }));
  const pixels = new Uint8Array(widthPixels * heightPixels * 3);
  for (let row = 0; row < heightPixels; row++) {
    for (let column = 0; column < widthPixels; column++) {
      const x = (column + 0.5) / widthPixels;
      const y = (row + 0.5) / heightPixels;
      const shape = shapes.find((candidate) => isInside(candidate, x, y));
      const share = y * 0.8 + x * 0.2;
      const texture = shape === undefined ? 0 : 25 * Math.sin(60 * (x + y * shape.radius));
      for (let channel = 0; channel < 3; channel++) {
        const behind = top[channel]! * (1 - share) + bottom[channel]! * share;
        const value = (shape?.colour[channel] ?? behind) + texture;
        pixels[(row * widthPixels + column) * 3 + channel] = Math.max(0, Math.min(255, value));
      }
    }
  }
  return { pixels, raw: { width: widthPixels, height: heightPixels, channels: 3 } };
}

function isInside(shape: Shape, x: number, y: number): boolean {
  const across = Math.abs(x - shape.x);
  const down = Math.abs(y - shape.y);
  return shape.kind === "disc"
    ? across * across + down * down < shape.radius * shape.radius
    : across < shape.radius && down < shape.radius / 2;
}

function colour(random: () => number): Colour {
  return [random() * 255, random() * 255, random() * 255];
}

/** Numbers from 0 to 1 that are the same for the same seed: a linear congruential generator. */
function generator(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
