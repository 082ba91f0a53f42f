import { Buffer } from "node:buffer";

/** Bytes compared at once, of each file. */
const PIECE_BYTES = 1024 * 1024;

/**
 * Whether two files hold the same bytes. Reads both to the first difference. Throws what the
 * runtime does when one cannot be read.
 */
export async function haveSameBytes(left: string, right: string): Promise<boolean> {
  using first = await Deno.open(left, { read: true });
  using second = await Deno.open(right, { read: true });
  const [leftBytes, rightBytes] = [Buffer.alloc(PIECE_BYTES), Buffer.alloc(PIECE_BYTES)];
  for (;;) {
    // deno-lint-ignore no-await-in-loop -- piece after piece
    const [leftSize, rightSize] = await Promise.all([
      fill(first, leftBytes),
      fill(second, rightBytes),
    ]);
    if (leftSize !== rightSize) return false;
    if (leftSize === 0) return true;
    if (!leftBytes.subarray(0, leftSize).equals(rightBytes.subarray(0, rightSize))) return false;
  }
}

/** Fills as much as the file has left; returns how many bytes. */
async function fill(file: Deno.FsFile, piece: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < piece.length) {
    // deno-lint-ignore no-await-in-loop -- one read after the other
    const read = await file.read(piece.subarray(filled));
    if (read === null) break;
    filled += read;
  }
  return filled;
}
