import { contentHash } from "./content_digest.ts";
import { type EmbeddingFault, fault } from "./embedding_outcome.ts";
import { type DecodedFormat, fileFormat, FORMAT_BYTES } from "./images/image_format.ts";

/**
 * Largest file that is read, in bytes. It is held in memory once for each photo being worked on; an
 * uncompressed 45-megapixel photo of 16 bits a colour has 258 MiB.
 */
export const FILE_BYTES_MAX = 320 * 2 ** 20;

/** A file that is a picture of a kind that is decoded. */
export interface PhotoFile {
  /** This is one. */
  readonly kind: "photo";
  /** The whole file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What it is. */
  readonly format: DecodedFormat;
}

/**
 * Reads a photo from disk. Of a file that is not a picture only the start is read.
 *
 * @param expectedHash The content hash that the file must have; null to take what is there.
 */
export async function readPhotoFile(
  path: string,
  expectedHash: string | null,
): Promise<PhotoFile | EmbeddingFault> {
  try {
    return await read(path, expectedHash);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return fault("NOT_FOUND", "Cannot find the file");
    if (!(error instanceof Error)) throw error;
    return fault("NOT_READABLE", `Cannot read the file: ${error.message}`);
  }
}

async function read(
  path: string,
  expectedHash: string | null,
): Promise<PhotoFile | EmbeddingFault> {
  // Asked before it is opened: opening a pipe would wait for its other end.
  const before = await Deno.stat(path);
  if (!before.isFile) {
    return fault("NOT_READABLE", "Cannot read the file: it is not a regular file");
  }
  if (before.size === 0) return fault("EMPTY", "Cannot decode a file without bytes");
  const start = await readStart(path);
  const format = decodedFormat(start);
  if (typeof format !== "string") return format;
  if (before.size > FILE_BYTES_MAX) return tooLarge(before.size);
  const bytes = await Deno.readFile(path);
  return checkPhoto(bytes, expectedHash);
}

/**
 * Reads a photo from disk, or takes its bytes.
 *
 * @param expectedHash The content hash that it must have; null to take what is there.
 */
export async function openPhoto(
  photo: string | Uint8Array<ArrayBuffer>,
  expectedHash: string | null,
): Promise<PhotoFile | EmbeddingFault> {
  return typeof photo === "string"
    ? await readPhotoFile(photo, expectedHash)
    : checkPhoto(photo, expectedHash);
}

/** The same for bytes that are already in memory. */
export function checkPhoto(
  bytes: Uint8Array<ArrayBuffer>,
  expectedHash: string | null,
): PhotoFile | EmbeddingFault {
  if (expectedHash !== null && contentHash(bytes) !== expectedHash) {
    return fault("CHANGED", "Cannot embed the file as its content changed since it was hashed");
  }
  if (bytes.length === 0) return fault("EMPTY", "Cannot decode a file without bytes");
  const format = decodedFormat(bytes);
  if (typeof format !== "string") return format;
  if (bytes.length > FILE_BYTES_MAX) return tooLarge(bytes.length);
  return { kind: "photo", bytes, format };
}

function tooLarge(sizeBytes: number): EmbeddingFault {
  return fault("TOO_LARGE", `Cannot read ${sizeBytes} bytes: the limit is ${FILE_BYTES_MAX}`);
}

function decodedFormat(start: Uint8Array): DecodedFormat | EmbeddingFault {
  const found = fileFormat(start);
  switch (found.kind) {
    case "image":
      return found.format;
    case "other-image":
      return fault("UNSUPPORTED_FORMAT", `Cannot decode a file of the kind "${found.name}"`);
    case "not-image":
      return fault("NOT_AN_IMAGE", `Cannot embed the file as it is no picture: ${found.name}`);
    case "unknown":
      return fault("NOT_AN_IMAGE", "Cannot embed the file as it starts like no known picture");
  }
}

async function readStart(path: string): Promise<Uint8Array> {
  using file = await Deno.open(path, { read: true });
  const start = new Uint8Array(FORMAT_BYTES);
  let readBytes = 0;
  while (readBytes < start.length) {
    // deno-lint-ignore no-await-in-loop -- each read continues where the one before stopped
    const count = await file.read(start.subarray(readBytes));
    if (count === null) break;
    readBytes += count;
  }
  return start.subarray(0, readBytes);
}
