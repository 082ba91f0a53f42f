import type { GreyPicture } from "../features/scale_space.ts";

/**
 * A picture of soft blots, some bright, some dark, of many sizes: full of spots that can be found
 * again. The same seed gives the same picture.
 */
export function texturedPicture(seed: number, width: number, height: number): GreyPicture {
  const values = new Float32Array(width * height).fill(0.5);
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  for (let blot = 0; blot < 220; blot++) {
    const x = next(width);
    const y = next(height);
    const radius = 2 + next(9);
    const strength = (next(2) === 0 ? -1 : 1) * (0.1 + next(30) / 100);
    for (let row = Math.max(0, y - radius); row <= Math.min(height - 1, y + radius); row++) {
      for (let at = Math.max(0, x - radius); at <= Math.min(width - 1, x + radius); at++) {
        const stretched = ((row - y) / radius) ** 2 + ((at - x) / (0.6 * radius)) ** 2;
        if (stretched < 1) values[row * width + at]! += strength * (1 - stretched);
      }
    }
  }
  return { values: values.map((value) => Math.max(0, Math.min(1, value))), width, height };
}

/** The picture seen through `source`, which says where each pixel comes from. */
export function seenThrough(
  picture: GreyPicture,
  size: { readonly width: number; readonly height: number },
  source: (x: number, y: number) => readonly [number, number],
): GreyPicture {
  const { width, height } = size;
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = source(x, y);
      const column = Math.max(0, Math.min(picture.width - 1, Math.round(fromX)));
      const row = Math.max(0, Math.min(picture.height - 1, Math.round(fromY)));
      values[y * width + x] = picture.values[row * picture.width + column]!;
    }
  }
  return { values, width, height };
}
