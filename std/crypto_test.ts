import { assert, assertEquals, assertFalse, assertThrows } from "./assert.ts";
import { crypto, type DigestAlgorithm, timingSafeEqual } from "./crypto.ts";

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const hex = (buffer: ArrayBuffer): string => new Uint8Array(buffer).toHex();

/** Vectors for "abc": FIPS 180-4 (SHA-2) and RFC 7693, appendix A (BLAKE2b). */
const VECTORS: readonly (readonly [algorithm: DigestAlgorithm, digest: string])[] = [
  ["SHA-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "SHA-384",
    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed" +
    "8086072ba1e7cc2358baeca134c825a7",
  ],
  [
    "SHA-512",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" +
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  ],
  [
    { name: "BLAKE2B" },
    "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1" +
    "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
  ],
];

for (const [algorithm, digest] of VECTORS) {
  const name = typeof algorithm === "string" ? algorithm : algorithm.name;
  Deno.test(`digestSync() gives the published ${name} of "abc"`, () => {
    assertEquals(hex(crypto.subtle.digestSync(algorithm, bytes("abc"))), digest);
  });
}

Deno.test("digestSync() takes every form of bytes, and pieces", () => {
  const expected = crypto.subtle.digestSync("SHA-256", bytes("abc"));
  const padded = bytes("xabcx");
  assertEquals(crypto.subtle.digestSync("SHA-256", bytes("abc").buffer), expected);
  assertEquals(crypto.subtle.digestSync("SHA-256", padded.subarray(1, 4)), expected);
  assertEquals(crypto.subtle.digestSync("SHA-256", new DataView(padded.buffer, 1, 3)), expected);
  assertEquals(crypto.subtle.digestSync("SHA-256", [bytes("a"), bytes("bc")]), expected);
});

Deno.test("digestSync() refuses an unknown algorithm", () => {
  assertThrows(
    () => crypto.subtle.digestSync("toString" as "SHA-256", bytes("abc")),
    TypeError,
    'received "toString"',
  );
});

Deno.test("timingSafeEqual() compares bytes and sizes", () => {
  assert(timingSafeEqual(bytes("abc"), bytes("abc").buffer));
  assert(timingSafeEqual(bytes("xabc").subarray(1), bytes("abc")));
  assertFalse(timingSafeEqual(bytes("abc"), bytes("abd")));
  assertFalse(timingSafeEqual(bytes("abc"), bytes("ab")));
});
