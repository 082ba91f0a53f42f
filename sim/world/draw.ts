/**
 * Keyed draws: each random decision is named, so that taking one away never shifts another.
 *
 * Counter-based, 32-bit integer arithmetic only: the same on every machine. Not for secrets.
 */

/** A probability as a fraction of integers, as floats have no place in decisions. */
export interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
}

/** A seed mixed with the name of a stream, ready to draw from. Made by {@linkcode drawStream}. */
export interface DrawStream {
  readonly low: number;
  readonly high: number;
}

const GOLDEN = 0x9e3779b9 | 0;
const TWO_32 = 0x1_0000_0000;
const NUMERATOR_MAX = 1 << 20;

/** Spreads every bit of a 32-bit integer over all others (the finaliser of MurmurHash3). */
export function mix32(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** A 32-bit hash of a text, by code unit. Linear in its length. */
export function hashText(text: string): number {
  let hash = GOLDEN ^ text.length;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    hash ^= hash >>> 15;
  }
  return mix32(hash);
}

/** Extends the hash of a name by one more part that is an integer. */
export function hashWith(hash: number, part: number): number {
  return mix32(Math.imul(hash, 0x85ebca77) ^ Math.imul(part, 0xc2b2ae3d) ^ GOLDEN);
}

/**
 * The stream of draws that belongs to one kind of decision.
 *
 * @throws {RangeError} When the seed is not a safe integer of at least 0.
 */
export function drawStream(seed: number, stream: string): DrawStream {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`Cannot draw: the seed must be a safe integer of at least 0: got ${seed}`);
  }
  const name = hashText(stream);
  const low = mix32((seed % TWO_32) ^ name);
  return { low, high: mix32(Math.floor(seed / TWO_32) ^ Math.imul(low, GOLDEN) ^ ~name) };
}

/** Draw number `n` of an entity in a stream: an integer from 0 to 2^32 - 1. */
export function draw32(stream: DrawStream, entityHash: number, n: number): number {
  const first = mix32(stream.low ^ entityHash);
  return mix32(Math.imul(first, 0x27d4eb2f) ^ Math.imul(n | 0, GOLDEN) ^ stream.high) >>> 0;
}

/** As {@linkcode draw32}, but from 0 to 2^53 - 1, the largest safe integer. */
export function draw53(stream: DrawStream, entityHash: number, n: number): number {
  const low = draw32(stream, entityHash, n);
  const high = mix32(low ^ Math.imul(entityHash, 0x165667b1) ^ stream.high) >>> 11;
  return high * TWO_32 + low;
}

/** A whole number from `min` to `max`, both included. The bias is below 2^-20 for spans of 2^32. */
export function drawBetween(
  stream: DrawStream,
  key: { entityHash: number; n: number; min: number; max: number },
): number {
  return key.min + draw53(stream, key.entityHash, key.n) % (key.max - key.min + 1);
}

/**
 * The number below which {@linkcode draw32} must fall to hit with this probability.
 *
 * @throws {RangeError} When the ratio is not within 0 and 1, or its parts are above 2^20.
 */
export function hitThreshold(ratio: Ratio): number {
  const { numerator, denominator } = ratio;
  const whole = Number.isInteger(numerator) && Number.isInteger(denominator);
  if (!whole || numerator < 0 || numerator > denominator || denominator < 1) {
    throw new RangeError(`Cannot use the ratio ${numerator}/${denominator}: it must be 0 to 1`);
  }
  if (denominator > NUMERATOR_MAX) {
    throw new RangeError(`Cannot use the ratio ${numerator}/${denominator}: parts end at 2^20`);
  }
  return Math.floor(numerator * TWO_32 / denominator);
}

/**
 * One keyed draw by names, for code that draws rarely: an integer from 0 to 2^53 - 1.
 *
 * @example
 * ```ts
 * import { draw } from "@scenekeep/sim";
 * const first = draw(7, "size", "photo1", 0);
 * if (first !== draw(7, "size", "photo1", 0)) throw new Error("A draw depends on its key alone");
 * ```
 */
export function draw(seed: number, stream: string, entity: string, n: number): number {
  return draw53(drawStream(seed, stream), hashText(entity), n);
}
