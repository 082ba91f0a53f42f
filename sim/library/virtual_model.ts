/** The embedding model of a virtual world: its size, and its own three thresholds. */
export interface VirtualModel {
  readonly dimensions: number;
  /** Largest squared integer distance of each tier. */
  readonly close: number;
  readonly similar: number;
  readonly related: number;
}

/** The length of a quantised unit vector. */
export const UNIT_LENGTH = 32_767;

const UNIT_SQUARE = UNIT_LENGTH * UNIT_LENGTH;

/**
 * The default model: 32 dimensions, and cosine distances of 0.002, 0.006 and 0.012.
 *
 * Small thresholds keep scenes as rare among random pictures as they are in a real library, so that
 * a library of 200,000 is searched in seconds.
 */
export const VIRTUAL_MODEL: VirtualModel = {
  dimensions: 32,
  close: Math.floor(UNIT_SQUARE * 4 / 1000),
  similar: Math.floor(UNIT_SQUARE * 12 / 1000),
  related: Math.floor(UNIT_SQUARE * 24 / 1000),
};
