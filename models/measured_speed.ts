/** Milliseconds of processor time a photo, the least of all rounds. */
export interface MeasuredSpeed {
  readonly photos: number;
  /** All of it, as scans do it. */
  readonly embed: number;
  readonly read: number;
  readonly check: number;
  /** Decoding, shrinking twice, and what is measured on the pixels. */
  readonly picture: number;
  /** One run of the model, of numbers that are ready. */
  readonly run: number;
  /** One call of the library's pipeline: preparing a picture of the right size, and running. */
  readonly call: number;
  /** Decoding all pixels and calling the pipeline with them, as the library does with a file. */
  readonly plain: number;
  /** Decoding and shrinking once, by one call of the image library. */
  readonly bareDecode: number;
  /** Decoding alone, with the shrinking that the decoder of JPEG does for nothing. */
  readonly decodeOnly: number;
}
