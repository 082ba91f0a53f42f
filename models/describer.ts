import type { DescriptionOutcome, MeasuringOutcome, PixelsOutcome } from "./embedding_outcome.ts";
import { localFeatures } from "./features/descriptors.ts";
import { encodeFeatures } from "./features/feature_bytes.ts";
import { compressionSteps } from "./images/compression_steps.ts";
import { imageDataDigest } from "./images/image_data.ts";
import { readGreyPicture, readPhotoPart } from "./images/picture_reader.ts";
import { pixelsDigest } from "./images/pixels_digest.ts";
import { openPhoto } from "./photo_file.ts";

/**
 * Longer side of the picture in which spots are looked for, and most spots: small enough to take 60
 * ms, and enough to tell pictures apart, see `bench/RESULTS.md`.
 */
const FEATURES_SIDE_PIXELS = 320;
const FEATURES_MAX = 256;

/**
 * The spots of one photo and what is around them, or why it has none. Needs no model.
 *
 * @param photo Path of a file, or its bytes.
 * @param expectedHash Content hash that the photo must have; null to take what is there.
 */
export async function describePhoto(
  photo: string | Uint8Array<ArrayBuffer>,
  expectedHash: string | null,
): Promise<DescriptionOutcome> {
  const file = await openPhoto(photo, expectedHash);
  if (file.kind === "failed") return file;
  const decoded = await readGreyPicture(file, FEATURES_SIDE_PIXELS);
  if (decoded.kind === "failed") return decoded;
  const features = encodeFeatures(localFeatures(decoded.picture, FEATURES_MAX));
  return { kind: "described", features };
}

/**
 * The traces of compression on one photo and the digest of its image data, or why there are none.
 * Needs no model.
 */
export async function measurePhoto(
  photo: string | Uint8Array<ArrayBuffer>,
  expectedHash: string | null,
): Promise<MeasuringOutcome> {
  const file = await openPhoto(photo, expectedHash);
  if (file.kind === "failed") return file;
  const decoded = await readPhotoPart(file);
  if (decoded.kind === "failed") return decoded;
  return {
    kind: "measured",
    compressionSteps: compressionSteps(decoded.part),
    imageData: imageDataDigest(file, decoded.orientation),
  };
}

/** The digest of the pixels of one photo, or why it cannot be read. Needs no model. */
export async function digestPixels(
  photo: string | Uint8Array<ArrayBuffer>,
  expectedHash: string | null,
): Promise<PixelsOutcome> {
  const file = await openPhoto(photo, expectedHash);
  if (file.kind === "failed") return file;
  return { kind: "pixelsDigested", pixels: await pixelsDigest(file) };
}
