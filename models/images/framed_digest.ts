import { crypto } from "@std/crypto";

/** A field of what is hashed: its name, and what it holds in pieces that belong together. */
export interface FramedField {
  readonly name: string;
  readonly pieces: readonly Uint8Array[];
}

/**
 * The SHA-256, in hexadecimal digits, of fields in their order under the name of what they are. The
 * lengths of names and fields are hashed before them, so other fields never make the same input.
 * O(bytes), without a copy.
 */
export function framedDigest(domain: string, fields: readonly FramedField[]): string {
  const digest = crypto.subtle.digestSync("SHA-256", framed(domain, fields));
  return new Uint8Array(digest).toHex();
}

function* framed(domain: string, fields: readonly FramedField[]): Generator<Uint8Array> {
  yield* named(domain, fields.length);
  for (const { name, pieces } of fields) {
    yield* named(name, pieces.reduce((sum, piece) => sum + piece.length, 0));
    yield* pieces;
  }
}

function* named(name: string, length: number): Generator<Uint8Array> {
  const text = new TextEncoder().encode(name);
  const lengths = new DataView(new ArrayBuffer(12));
  lengths.setUint32(0, text.length);
  lengths.setBigUint64(4, BigInt(length));
  yield new Uint8Array(lengths.buffer);
  yield text;
}
