import type { DescriptionOutcome, MeasuringOutcome } from "./embedding_outcome.ts";
import { localFeatures } from "./features/descriptors.ts";
import { encodeFeatures } from "./features/feature_bytes.ts";
import { compressionSteps } from "./images/compression_steps.ts";
import { readGreyPicture, readPhotoPart } from "./images/picture_reader.ts";
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

/** The traces of compression on one photo, or why they cannot be measured. Needs no model. */
export async function measurePhoto(
  photo: string | Uint8Array<ArrayBuffer>,
  expectedHash: string | null,
): Promise<MeasuringOutcome> {
  const file = await openPhoto(photo, expectedHash);
  if (file.kind === "failed") return file;
  const decoded = await readPhotoPart(file);
  if (decoded.kind === "failed") return decoded;
  return { kind: "measured", compressionSteps: compressionSteps(decoded.part) };
}
