import { assertEquals } from "@std/assert";
import { contentHash, sha256Hex } from "./content_digest.ts";

const ABC = new TextEncoder().encode("abc");

Deno.test("sha256Hex() gives the digest of FIPS 180-4's first example", () => {
  assertEquals(
    sha256Hex(ABC),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

Deno.test("contentHash() gives the BLAKE2b-512 of RFC 7693's example, in base64", () => {
  assertEquals(
    Uint8Array.fromBase64(contentHash(ABC)).toHex(),
    "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1" +
      "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
  );
});
