import sharp, { type FailOnOptions, type Metadata, type Sharp } from "sharp";
import {
  type EmbeddingFault,
  fault,
  type ImageFacts,
  type PhotoPrints,
} from "../embedding_outcome.ts";
import type { GreyPicture } from "../features/scale_space.ts";
import type { ModelInput } from "../model_description.ts";
import { type ExifFacts, NO_EXIF_FACTS, readExifFacts } from "./exif_facts.ts";
import { brightnessPrint } from "./brightness_print.ts";
import { isBarePicture } from "./bare_picture.ts";
import type { BrightPart } from "./compression_steps.ts";
import { evenBorder } from "./even_border.ts";
import { partBox, readFullSizePart } from "./full_size_part.ts";
import { greyPixels } from "./grey_pixels.ts";
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
  /** How it is found among copies that a model does not know, see `brightnessPrint`. */
  readonly prints: PhotoPrints;
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
  const picture = await squareOf(openDetail(detail), source.input.sidePixels);
  const grey = greyPixels(detail);
  const border = evenBorder(grey);
  const exif = exifFacts(source, metadata);
  return {
    kind: "decoded",
    picture,
    prints: {
      whole: brightnessPrint(grey),
      inside: border.inside === null ? null : brightnessPrint(grey, border.inside),
    },
    facts: {
      format: source.format,
      widthPixels: heif?.widthPixels ?? metadata.autoOrient.width,
      heightPixels: heif?.heightPixels ?? metadata.autoOrient.height,
      frameCount: metadata.pages ?? 1,
      isPreview: exif.isPreview,
      isDamaged,
      ...pixelFacts(detail, grey),
      isBare: isBarePicture(source, metadata),
      borderTenths: border.tenths,
      capturedAtLocal: exif.capturedAtLocal,
      capturedOffset: exif.capturedOffset,
      camera: exif.camera,
    },
  };
}

/** A photo in grey. */
export interface GreyPhoto {
  /** This is one. */
  readonly kind: "grey";
  /** The whole picture, in its own proportions. */
  readonly picture: GreyPicture;
}

/**
 * Decodes a photo in grey, upright and in its own proportions, shrunk with antialiasing until its
 * longer side has at most `sidePixels`.
 */
export async function readGreyPicture(
  source: Pick<PictureSource, "bytes" | "format">,
  sidePixels: number,
): Promise<GreyPhoto | EmbeddingFault> {
  try {
    const upright = source.format === "heic"
      ? openHeif(await decodeHeif(source.bytes, PIXELS_MAX))
      : open(source.bytes, "error").autoOrient();
    const { data, info } = await upright
      .resize({
        width: sidePixels,
        height: sidePixels,
        fit: "inside",
        withoutEnlargement: true,
        kernel: "lanczos3",
      })
      .flatten({ background: "#ffffff" })
      .greyscale()
      .removeAlpha()
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (channels !== 1) throw new TypeError(`Cannot use ${channels} channels: want 1`);
    const values = Float32Array.from(data, (value) => value / 255);
    return { kind: "grey", picture: { values, width, height } };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return decodingFault(error.message, source);
  }
}

/** A part of a photo at its own size. */
export interface PhotoPart {
  /** This is one. */
  readonly kind: "part";
  /** The part. */
  readonly part: BrightPart;
  /** Which way is up, as the file says it, from 1 to 8; undefined where it does not. */
  readonly orientation: number | undefined;
}

/**
 * Decodes a part of a photo at its own size, see {@linkcode partBox}: shrinking takes away what
 * compression has left. A photo with damage is decoded as far as that goes.
 */
export async function readPhotoPart(
  source: Pick<PictureSource, "bytes" | "format">,
): Promise<PhotoPart | EmbeddingFault> {
  try {
    if (source.format === "heic") {
      const heif = await decodeHeif(source.bytes, PIXELS_MAX);
      const box = partBox(heif.widthPixels, heif.heightPixels);
      const part = await readFullSizePart(openHeif(heif), box);
      return { kind: "part", part, orientation: undefined };
    }
    const picture = open(source.bytes, "none");
    const { height, orientation, width } = await picture.metadata();
    const part = await readFullSizePart(picture, partBox(width, height));
    return { kind: "part", part, orientation };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return decodingFault(error.message, source);
  }
}

async function squareOf(picture: Sharp, side: number): Promise<SquarePixels> {
  const shrunk = await picture
    .resize(side, side, { fit: "fill", kernel: "lanczos3" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return squarePixels(shrunk, side);
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

function openDetail({ pixels, sidePixels }: SquarePixels): Sharp {
  return sharp(pixels, { raw: { width: sidePixels, height: sidePixels, channels: 3 } });
}

function open(bytes: Uint8Array, failOn: FailOnOptions): Sharp {
  return sharp(bytes, { failOn, limitInputPixels: PIXELS_MAX });
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

function decodingFault(
  message: string,
  source: Pick<PictureSource, "bytes" | "format">,
): EmbeddingFault {
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
