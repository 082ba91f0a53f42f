import { assertEquals } from "@std/assert";
import { sha256Hex } from "../content_digest.ts";
import { joined, latin1Bytes } from "../testing/picture_bytes.ts";
import { framedDigest } from "./framed_digest.ts";

Deno.test("framedDigest() hashes names and lengths with fields, as put together by hand", () => {
  const fields = [
    { name: "one", pieces: [latin1Bytes("ab"), latin1Bytes("c")] },
    { name: "none", pieces: [] },
  ];
  const input = joined(
    latin1Bytes("\0\0\0\x04\0\0\0\0\0\0\0\x02test"),
    latin1Bytes("\0\0\0\x03\0\0\0\0\0\0\0\x03oneabc"),
    latin1Bytes("\0\0\0\x04\0\0\0\0\0\0\0\0none"),
  );
  assertEquals(framedDigest("test", fields), sha256Hex(input));
});

Deno.test("framedDigest() tells fields apart whose bytes are the same when joined", () => {
  const [a, b, ab] = ["a", "b", "ab"].map(latin1Bytes) as [Uint8Array, Uint8Array, Uint8Array];
  const digests = [
    framedDigest("d", [{ name: "n", pieces: [a] }, { name: "n", pieces: [b] }]),
    framedDigest("d", [{ name: "n", pieces: [ab] }]),
    framedDigest("d", [{ name: "na", pieces: [b] }]),
    framedDigest("d", [{ name: "n", pieces: [ab] }, { name: "", pieces: [] }]),
    framedDigest("dn", [{ name: "", pieces: [ab] }]),
  ];
  assertEquals(new Set(digests).size, digests.length);
  assertEquals(framedDigest("d", [{ name: "n", pieces: [a, b] }]), digests[1]!);
});
