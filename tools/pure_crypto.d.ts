/**
 * The types of `@std/crypto` for the type gate of the core. The module itself reaches
 * `node:crypto`, whose types bring the runtime's globals along and would make `setTimeout` legal
 * again.
 */

export const crypto: {
  readonly subtle: {
    digestSync(
      algorithm: "SHA-256" | "SHA-384" | "SHA-512" | "BLAKE2B",
      data: ArrayBuffer | ArrayBufferView,
    ): ArrayBuffer;
  };
};

export function timingSafeEqual(
  a: ArrayBufferView | ArrayBufferLike,
  b: ArrayBufferView | ArrayBufferLike,
): boolean;
