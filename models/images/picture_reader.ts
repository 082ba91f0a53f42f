import sharp, { type FailOnOptions, type Metadata, type Sharp } from "sharp";
import { type EmbeddingFault, fault, type ImageFacts } from "../embedding_outcome.ts";
import type { ModelInput } from "../model_description.ts";
import { type ExifFacts, NO_EXIF_FACTS, readExifFacts } from "./exif_facts.ts";
import { decodeHeif, type OpaquePicture } from "./heif_picture.ts";
import type { DecodedFormat } from "./image_format.ts";
import { pixelFacts, type SquarePixels } from "./pixel_facts.ts";
import { isTruncated } from "./truncation.ts";

/**
 * Most pixels that are decoded, width times height: the largest phone sensors have 200 million. A
 * file of some kilobytes can announce billions.
 */
export const PIXELS_MAX = 210_000_000;

/** The picture is first shrunk to this many times the side that the model takes. */
const DETAIL_FACTOR = 2;

/** A decoded photo: what the model takes, and what else is known. */
export interface DecodedPhoto {
  /** This is one. */
  readonly kind: "decoded";
  /** What the model takes. */
  readonly picture: SquarePixels;
  /** What else is known. */
  readonly facts: ImageFacts;
}

/** A photo to decode. */
export interface PictureSource {
  /** The whole file. */
  readonly bytes: Uint8Array;
  /** What its first bytes say it is. */
  readonly format: DecodedFormat;
  /** What the model takes. */
  readonly input: ModelInput;
}

// One photo is one unit of work: parallel work is for the processes, not for threads inside one.
sharp.concurrency(1);
// Each photo is read once: a cache of decoded pictures would only hold memory.
sharp.cache(false);

/**
 * Decodes a photo: upright, on white where it is transparent, in sRGB, shrunk with antialiasing.
 *
 * [Note: Shrinking twice] The photo is shrunk to twice the model's side, with Lanczos 3 and, for
 * JPEG, with the decoder's own shrinking; sharpness is measured on that, and it is shrunk again for
 * the model. One decoding serves both, and copies of one photo in different sizes come closer to
 * each other. Resizing is never left to the model's own processor, which does not antialias.
 */
export async function readPicture(source: PictureSource): Promise<DecodedPhoto | EmbeddingFault> {
  try {
    return await decode(source);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return decodingFault(error.message, source);
  }
}

async function decode(source: PictureSource): Promise<DecodedPhoto> {
  const metadata = await open(source.bytes, "none").metadata();
  // The image library reads the head of a HEIC file but was built without its codec.
  const heif = source.format === "heic" ? await decodeHeif(source.bytes, PIXELS_MAX) : null;
  const { detail, isDamaged } = heif === null
    ? await decodeDetail(source)
    : { detail: await shrinkTo(openHeif(heif), source.input), isDamaged: false };
  const side = source.input.sidePixels;
  const picture = await open(detail.pixels, "none", detail.sidePixels)
    .resize(side, side, { fit: "fill", kernel: "lanczos3" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const exif = exifFacts(source, metadata);
  return {
    kind: "decoded",
    picture: squarePixels(picture, side),
    facts: {
      format: source.format,
      widthPixels: heif?.widthPixels ?? metadata.autoOrient.width,
      heightPixels: heif?.heightPixels ?? metadata.autoOrient.height,
      frameCount: metadata.pages ?? 1,
      isPreview: exif.isPreview,
      isDamaged,
      ...pixelFacts(detail),
      capturedAtLocal: exif.capturedAtLocal,
      capturedOffset: exif.capturedOffset,
      camera: exif.camera,
    },
  };
}

/**
 * The photo at twice the model's side. A warning of the decoder is not the end: the photo is
 * marked.
 */
async function decodeDetail(
  source: PictureSource,
): Promise<{ detail: SquarePixels; isDamaged: boolean }> {
  try {
    return { detail: await shrink(source, "warning"), isDamaged: false };
  } catch {
    return { detail: await shrink(source, "error"), isDamaged: true };
  }
}

async function shrink(source: PictureSource, failOn: FailOnOptions): Promise<SquarePixels> {
  return await shrinkTo(open(source.bytes, failOn).autoOrient(), source.input);
}

async function shrinkTo(upright: Sharp, input: ModelInput): Promise<SquarePixels> {
  const side = input.sidePixels * DETAIL_FACTOR;
  const fit = input.crop === "squash" ? "fill" : "cover";
  const picture = await upright
    .resize(side, side, { fit, position: "centre", kernel: "lanczos3" })
    .flatten({ background: "#ffffff" })
    .toColourspace("srgb")
    .removeAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return squarePixels(picture, side);
}

function openHeif({ pixels, widthPixels, heightPixels }: OpaquePicture): Sharp {
  const raw = { width: widthPixels, height: heightPixels, channels: 4 } as const;
  return sharp(pixels, { limitInputPixels: PIXELS_MAX, raw });
}

function open(bytes: Uint8Array, failOn: FailOnOptions, rawSidePixels?: number): Sharp {
  const limits = { failOn, limitInputPixels: PIXELS_MAX } as const;
  if (rawSidePixels === undefined) return sharp(bytes, limits);
  const raw = { width: rawSidePixels, height: rawSidePixels, channels: 3 } as const;
  return sharp(bytes, { ...limits, raw });
}

function squarePixels(
  picture: { readonly data: Uint8Array; readonly info: { readonly channels: number } },
  sidePixels: number,
): SquarePixels {
  const { data, info } = picture;
  if (info.channels !== 3 || data.length !== sidePixels * sidePixels * 3) {
    throw new TypeError(`Cannot use a picture of ${info.channels} channels: want 3`);
  }
  return { pixels: data, sidePixels };
}

function exifFacts(source: PictureSource, metadata: Metadata): ExifFacts {
  // A file built like TIFF is its own EXIF data.
  if (source.format === "tiff") return readExifFacts(source.bytes);
  return metadata.exif === undefined ? NO_EXIF_FACTS : readExifFacts(metadata.exif);
}

function decodingFault(message: string, source: PictureSource): EmbeddingFault {
  const detail = message.split("\n")[0]!.slice(0, 200);
  const { bytes, format } = source;
  if (message.includes("exceeds pixel limit")) {
    return fault("TOO_LARGE", `Cannot decode more than ${PIXELS_MAX} pixels: ${detail}`);
  }
  if (isTruncated(format, bytes)) {
    return fault("TRUNCATED", `Cannot decode the ${format} file as its end is missing: ${detail}`);
  }
  return fault("CORRUPT", `Cannot decode the ${format} file: ${detail}`);
}
