/**
 * Models that turn photos into vectors: which there are, how they get onto the disk, and processes
 * that run them.
 *
 * Nothing imported from here loads a model, an image decoder or a runtime for networks: only the
 * child processes of the pool do.
 *
 * @module
 */

export * from "./cache_directory.ts";
export * from "./custom_model.ts";
export * from "./embedding_outcome.ts";
export * from "./features/compare_pictures.ts";
export { type LocalFeatures, localFeatures } from "./features/descriptors.ts";
export * from "./features/feature_bytes.ts";
export * from "./features/row_products.ts";
export { type GreyPicture } from "./features/scale_space.ts";
export { type BrightPart, compressionSteps } from "./images/compression_steps.ts";
export * from "./images/brightness_print.ts";
export { type DecodedFormat } from "./images/image_format.ts";
export * from "./embedding_pool.ts";
export * from "./make_thumbnails.ts";
export type { MeasuredCompression, MeasuredCopy, MeasuredShots } from "./measured_compression.ts";
export type { MeasuredSpeed } from "./measured_speed.ts";
export * from "./model_description.ts";
export * from "./model_error.ts";
export * from "./photo_pool.ts";
export * from "./prepare_model.ts";
export * from "./registry.ts";
export * from "./vector.ts";
export * from "./view_version.ts";
