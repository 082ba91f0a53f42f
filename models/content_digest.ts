import { crypto } from "@std/crypto";

/** The SHA-256 of the bytes as 64 lower-case hexadecimal digits. */
export function sha256Hex(bytes: Uint8Array<ArrayBuffer>): string {
  return new Uint8Array(crypto.subtle.digestSync("SHA-256", bytes)).toHex();
}

/** The content hash of a file's bytes: BLAKE2b-512 in base64, 88 characters. */
export function contentHash(bytes: Uint8Array<ArrayBuffer>): string {
  return new Uint8Array(crypto.subtle.digestSync("BLAKE2B", bytes)).toBase64();
}
