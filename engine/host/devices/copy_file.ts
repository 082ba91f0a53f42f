import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";
import { codeOf } from "../folder/name_failure.ts";
import { readFailure } from "../folder/read_failure.ts";

/** Bytes that are read and written at once. */
const PIECE_BYTES = 1024 * 1024;

/**
 * Copies a file to a new name and hashes it on the way, so that the source is read once. The disk
 * keeps the copy before this ends. Throws what the runtime does when the copy cannot be written.
 *
 * @param path What to call the source.
 * @throws {NameFailure} When the source cannot be read.
 * @returns The content hash, BLAKE2b-512 in base64, of what was read.
 */
export async function copyFile(
  from: string,
  to: string,
  path: string,
): Promise<string> {
  using source = await Deno.open(from, { read: true });
  using target = await Deno.open(to, { write: true, createNew: true });
  const piece = Buffer.alloc(PIECE_BYTES);
  const hash = createHash("blake2b512");
  for (;;) {
    // deno-lint-ignore no-await-in-loop -- piece after piece
    const read = await source.read(piece).catch((error) => {
      throw codeOf(error) === "EIO" ? readFailure("ioError", path) : error;
    });
    if (read === null) break;
    const bytes = piece.subarray(0, read);
    hash.update(bytes);
    for (let written = 0; written < read;) {
      // deno-lint-ignore no-await-in-loop -- as above
      written += await target.write(bytes.subarray(written));
    }
  }
  await target.sync();
  return hash.digest("base64");
}
