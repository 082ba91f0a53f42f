/** Names how prints of a photo are made, see `images/`. Changes whenever they would differ. */
export const PRINTS_VERSION = "prints-1";

/**
 * Names how photos are described and compared: read `features/`. Changes whenever the same two
 * photos might fit otherwise.
 */
export const FEATURES_VERSION = "sift-320-256-1";

/** Names how traces of compression are measured: changes whenever a photo might have others. */
export const TRACES_VERSION = "blocks-1";

/**
 * Names how digests of image data and of pixels are made: changes whenever a photo might have
 * others.
 */
export const SAMENESS_VERSION = "same-1";
