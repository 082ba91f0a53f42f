import { createHash } from "node:crypto";

/** Bytes read at once: large enough for a disk, small enough that workers stay small. */
const READ_BYTES = 1024 * 1024;

/** What became of hashing one file. */
export type FileHashOutcome =
  | { readonly kind: "hashed"; readonly contentHash: string; readonly sizeBytes: number }
  | { readonly kind: "failed"; readonly error: "missing" | "ioError" | "changed" | "refused" };

/**
 * Hashes the bytes of one regular file: BLAKE2b-512 in base64, as `ContentHash` has it.
 *
 * Synchronous, for a worker. A file that changes while it is read is reported as `changed`.
 *
 * @example
 * ```ts ignore
 * const outcome = hashFileSync("photos/IMG_1.jpg", new Uint8Array(1 << 20));
 * ```
 */
export function hashFileSync(path: string, buffer: Uint8Array): FileHashOutcome {
  try {
    using file = Deno.openSync(path, { read: true });
    const before = file.statSync();
    if (!before.isFile) return { kind: "failed", error: "refused" };
    const hash = createHash("blake2b512");
    let sizeBytes = 0;
    for (let read = file.readSync(buffer); read !== null; read = file.readSync(buffer)) {
      hash.update(buffer.subarray(0, read));
      sizeBytes += read;
    }
    const after = file.statSync();
    const same = after.size === sizeBytes && after.mtime?.getTime() === before.mtime?.getTime();
    if (!same) return { kind: "failed", error: "changed" };
    return { kind: "hashed", contentHash: hash.digest("base64"), sizeBytes };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { kind: "failed", error: "missing" };
    if (error instanceof Deno.errors.PermissionDenied) return { kind: "failed", error: "refused" };
    return { kind: "failed", error: "ioError" };
  }
}

/** A buffer to read with, made once per worker. */
export function readBuffer(): Uint8Array {
  return new Uint8Array(READ_BYTES);
}
