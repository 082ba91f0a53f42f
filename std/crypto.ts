/**
 * The part of `@std/crypto` that this project uses: same names and signatures, our own code over
 * the runtime's `node:crypto`. To use the real package, change one line of `deno.json`.
 *
 * Only the synchronous digest is here: concurrent asynchronous digests complete in an order that
 * differs from run to run, which a deterministic engine cannot allow.
 *
 * @module
 */

import { createHash } from "node:crypto";

/** Bytes in any of their forms, as the web platform names them. */
type BufferSource = ArrayBufferView | ArrayBuffer;

/** The names of the digests offered here; the real package knows more. */
export type DigestAlgorithmName = "SHA-256" | "SHA-384" | "SHA-512" | "BLAKE2B";

/** A digest by its name. */
export type DigestAlgorithm = DigestAlgorithmName | { readonly name: DigestAlgorithmName };

/** The digests of {@linkcode crypto}. */
export interface StdSubtleCrypto {
  /**
   * The digest of the data, at once. The pieces of an iterable are hashed as if they were joined.
   *
   * Output sizes in bytes: SHA-256 32, SHA-384 48, SHA-512 64, BLAKE2B 64.
   *
   * @throws {TypeError} when the algorithm is unknown.
   */
  digestSync(
    algorithm: DigestAlgorithm,
    data: BufferSource | Iterable<BufferSource>,
  ): ArrayBuffer;
}

/** The shape of {@linkcode crypto}. */
export interface StdCrypto {
  /** The digests. */
  readonly subtle: StdSubtleCrypto;
}

const NODE_NAMES: Readonly<Record<DigestAlgorithmName, string>> = {
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
  "BLAKE2B": "blake2b512",
};

/**
 * Synchronous digests under the names of `@std/crypto`.
 *
 * @example The SHA-256 of three bytes
 * ```ts
 * import { crypto } from "@std/crypto";
 * import { assertEquals } from "@std/assert";
 *
 * const digest = crypto.subtle.digestSync("SHA-256", new TextEncoder().encode("abc"));
 * assertEquals(new Uint8Array(digest).toHex().slice(0, 8), "ba7816bf");
 * ```
 */
export const crypto: StdCrypto = { subtle: { digestSync } };

function digestSync(
  algorithm: DigestAlgorithm,
  data: BufferSource | Iterable<BufferSource>,
): ArrayBuffer {
  const name = typeof algorithm === "string" ? algorithm : algorithm.name;
  if (!Object.hasOwn(NODE_NAMES, name)) {
    throw new TypeError(
      `Cannot compute the digest as the algorithm must be one of ` +
        `${Object.keys(NODE_NAMES).join(", ")}: received "${name}"`,
    );
  }
  const hash = createHash(NODE_NAMES[name]);
  if (isBufferSource(data)) {
    hash.update(asBytes(data));
  } else {
    for (const piece of data) hash.update(asBytes(piece));
  }
  const digest = hash.digest();
  const output = new ArrayBuffer(digest.byteLength);
  new Uint8Array(output).set(digest);
  return output;
}

/**
 * Whether two values hold the same bytes, in a time that depends only on their sizes.
 *
 * @example Compare two tokens
 * ```ts
 * import { timingSafeEqual } from "@std/crypto";
 * import { assert } from "@std/assert";
 *
 * assert(timingSafeEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2)));
 * ```
 */
export function timingSafeEqual(
  a: ArrayBufferView | ArrayBufferLike,
  b: ArrayBufferView | ArrayBufferLike,
): boolean {
  const left = asBytes(a);
  const right = asBytes(b);
  if (left.byteLength !== right.byteLength) return false;
  let difference = 0;
  for (let index = 0; index < left.byteLength; index++) {
    difference |= left[index]! ^ right[index]!;
  }
  return difference === 0;
}

function isBufferSource(data: BufferSource | Iterable<BufferSource>): data is BufferSource {
  return ArrayBuffer.isView(data) || data instanceof ArrayBuffer;
}

function asBytes(source: ArrayBufferView | ArrayBufferLike): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}
