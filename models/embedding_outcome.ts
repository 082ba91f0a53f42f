import type { PictureFit } from "./features/compare_pictures.ts";
import type { DecodedFormat } from "./images/image_format.ts";

/** Why a photo has no embedding; stable, for programs. */
export type EmbeddingFaultCode =
  /** The file has no bytes. */
  | "EMPTY"
  /** The file lost its end. */
  | "TRUNCATED"
  /** The file is damaged. */
  | "CORRUPT"
  /** A picture, of a kind that is not decoded here. */
  | "UNSUPPORTED_FORMAT"
  /** Not a picture: a video, a text, or something unknown. */
  | "NOT_AN_IMAGE"
  /** More bytes or pixels than the limits allow. */
  | "TOO_LARGE"
  /** No file of that name. */
  | "NOT_FOUND"
  /** The file may not or cannot be read, or is not a file. */
  | "NOT_READABLE"
  /** The file's content is not the one that was asked for: it changed since it was hashed. */
  | "CHANGED"
  /** Decoding or embedding took too long, twice. */
  | "TIMED_OUT"
  /** The process that worked on the photo died, twice. */
  | "PROCESS_DIED"
  /** No process can be started that has the model. */
  | "MODEL_UNAVAILABLE"
  /** More photos wait than the pool takes in; ask again later. */
  | "BUSY"
  /** The caller gave up, or the pool was closed. */
  | "CANCELLED";

/** What is known of a photo besides what it shows; the keeper is chosen by these. */
export interface ImageFacts {
  /** What the file is. */
  readonly format: DecodedFormat;
  /** Width of the upright picture, in pixels. */
  readonly widthPixels: number;
  /** Height of the upright picture, in pixels. */
  readonly heightPixels: number;
  /** How many pictures the file holds; more than 1 for an animation. The first is embedded. */
  readonly frameCount: number;
  /** Whether width, height and picture are those of a small stand-in inside a raw file. */
  readonly isPreview: boolean;
  /** Whether parts of the picture data are damaged, although it can be shown. */
  readonly isDamaged: boolean;
  /** Whether there is nothing on it; such photos look alike and are not. */
  readonly isBlank: boolean;
  /** Whether it is in shades of grey. */
  readonly isGrey: boolean;
  /** How much of it is blown out or black: a step is four times as much. */
  readonly clippedSteps: number;
  /** Whether its file holds not one word about it, as after its words were thrown away. */
  readonly isBare: boolean;
  /** How much of it is a border of one colour, such as the bars of a screen. */
  readonly borderTenths: number;
  /** Sharpness on a scale of whole numbers where 4 more is twice the variance of the Laplacian. */
  readonly sharpness: number;
  /** When it was taken by the camera's clock, `2023-10-06T06:31:08`, without time zone. */
  readonly capturedAtLocal: string | null;
  /** Time zone of that clock, `+02:00`. */
  readonly capturedOffset: string | null;
  /** Maker and model of the camera. */
  readonly camera: string | null;
}

/**
 * Prints of a photo, quantised like its vector: with them it is found among photos that show the
 * same and that a model takes for others. Null where there is nothing to tell.
 */
export interface PhotoPrints {
  /** Of all of it. */
  readonly whole: Int16Array<ArrayBuffer> | null;
  /** Without the even border that it has; null also where it has none. */
  readonly inside: Int16Array<ArrayBuffer> | null;
}

/** A photo's vector and facts. */
export interface EmbeddedPhoto {
  /** This is one. */
  readonly kind: "embedded";
  /** Unit vector, quantised: each value from -32767 to 32767. */
  readonly vector: Int16Array<ArrayBuffer>;
  /** How it is found among copies that look otherwise. */
  readonly prints: PhotoPrints;
  /** What else is known. */
  readonly facts: ImageFacts;
}

/** A photo without an embedding, and why. */
export interface EmbeddingFault {
  /** This is one. */
  readonly kind: "failed";
  /** Which of the known reasons. */
  readonly code: EmbeddingFaultCode;
  /** What happened, for people. */
  readonly reason: string;
}

/** What became of one photo. */
export type EmbeddingOutcome = EmbeddedPhoto | EmbeddingFault;

/** A photo's spots and what is around them. */
export interface DescribedPhoto {
  /** This is one. */
  readonly kind: "described";
  /** As `encodeFeatures` writes them. */
  readonly features: string;
}

/** What became of one photo that was to be described. */
export type DescriptionOutcome = DescribedPhoto | EmbeddingFault;

/** What compression has left on a photo, and what its file holds. */
export interface MeasuredPhoto {
  /** This is one. */
  readonly kind: "measured";
  /** As `compressionSteps` counts them; null for one that is too small to tell. */
  readonly compressionSteps: number | null;
  /** As `imageDataDigest` makes it; null where its file is damaged or of another format. */
  readonly imageData: string | null;
}

/** What became of one photo that was to be measured. */
export type MeasuringOutcome = MeasuredPhoto | EmbeddingFault;

/** What a photo's pixels are. */
export interface DigestedPixels {
  /** This is one. */
  readonly kind: "pixelsDigested";
  /** As `pixelsDigest` makes it; null for a photo that is never equal to another by its pixels. */
  readonly pixels: string | null;
}

/** What became of one photo whose pixels were to be digested. */
export type PixelsOutcome = DigestedPixels | EmbeddingFault;

/** How one picture fits some others. */
export interface ComparedPhotos {
  /** This is one. */
  readonly kind: "compared";
  /** In the order of the others. */
  readonly fits: readonly PictureFit[];
}

/** What became of one comparison. */
export type ComparisonOutcome = ComparedPhotos | EmbeddingFault;

/** A fault with its reason. */
export function fault(code: EmbeddingFaultCode, reason: string): EmbeddingFault {
  return { kind: "failed", code, reason };
}

/** Whether the same photo may have another outcome later, without a change of the file. */
export function isTransient(code: EmbeddingFaultCode): boolean {
  switch (code) {
    case "BUSY":
    case "CANCELLED":
    case "MODEL_UNAVAILABLE":
    case "NOT_FOUND":
    case "NOT_READABLE":
    case "PROCESS_DIED":
    case "TIMED_OUT":
    case "CHANGED":
      return true;
    case "CORRUPT":
    case "EMPTY":
    case "NOT_AN_IMAGE":
    case "TOO_LARGE":
    case "TRUNCATED":
    case "UNSUPPORTED_FORMAT":
      return false;
  }
}
