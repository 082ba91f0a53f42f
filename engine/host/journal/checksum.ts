import { crc32 } from "node:zlib";

/**
 * Checksums of records: CRC-32.
 *
 * SQLite does not check the content of its pages, so a flipped bit in a name or a number would be
 * read as it is. Every row of a library file therefore carries a checksum of all its values.
 */

/** The checksum of one row's values. */
export function rowChecksum(...values: readonly (string | number)[]): number {
  return crc32(values.join("\n"));
}

/** The checksum of bytes that belong to a row with these values. */
export function dataChecksum(data: Uint8Array, ...values: readonly (string | number)[]): number {
  return crc32(data, rowChecksum(...values));
}

/**
 * The checksum of an event, chained from the one before it: a missing event, or one out of place,
 * breaks the chain.
 */
export function chainChecksum(
  event: { readonly format: number; readonly json: string },
  before: number,
): number {
  return crc32(event.json, (before ^ event.format) >>> 0);
}
