import { type TiffDirectory, TiffReader, type TiffValue } from "./tiff_directory.ts";

/** What the camera wrote into a photo. */
export interface ExifFacts {
  /**
   * When the photo was taken, as the camera's clock showed it: `2023-10-06T06:31:08`. Without a
   * time zone: most cameras do not say theirs.
   */
  readonly capturedAtLocal: string | null;
  /** The time zone of that clock, such as `+02:00`. */
  readonly capturedOffset: string | null;
  /** Maker and model, such as `Canon EOS 6D`. */
  readonly camera: string | null;
  /**
   * Whether the picture that is read first is a smaller stand-in for the real one, as in raw files.
   */
  readonly isPreview: boolean;
}

/** Nothing known. */
export const NO_EXIF_FACTS: ExifFacts = {
  capturedAtLocal: null,
  capturedOffset: null,
  camera: null,
  isPreview: false,
};

/** Tag numbers: Exif 3.0 (CIPA DC-008), TIFF 6.0, DNG 1.7. */
const TAG = {
  newSubfileType: 254,
  make: 271,
  model: 272,
  exifDirectory: 34665,
  dateTimeOriginal: 36867,
  dateTimeDigitized: 36868,
  offsetTimeOriginal: 36881,
  offsetTimeDigitized: 36882,
  dngVersion: 50706,
} as const;

/** Longest camera name that is kept, in characters. */
const CAMERA_LENGTH_MAX = 100;

/**
 * Reads what the camera wrote, from EXIF data (with or without `Exif` in front) or from a file that
 * is built like TIFF. Damaged or senseless values count as absent; nothing throws.
 */
export function readExifFacts(bytes: Uint8Array): ExifFacts {
  const reader = TiffReader.of(withoutPrefix(bytes));
  if (reader === null) return NO_EXIF_FACTS;
  const first = reader.first();
  const exifOffset = number(first.get(TAG.exifDirectory));
  const exif: TiffDirectory = exifOffset === null ? new Map() : reader.directory(exifOffset);
  const original = localTime(exif.get(TAG.dateTimeOriginal));
  const digitized = localTime(exif.get(TAG.dateTimeDigitized));
  const offset = original === null
    ? exif.get(TAG.offsetTimeDigitized)
    : exif.get(TAG.offsetTimeOriginal);
  const capturedAtLocal = original ?? digitized;
  return {
    capturedAtLocal,
    capturedOffset: capturedAtLocal === null ? null : zoneOffset(offset),
    camera: camera(text(first.get(TAG.make)), text(first.get(TAG.model))),
    isPreview: first.has(TAG.dngVersion) ||
      ((number(first.get(TAG.newSubfileType)) ?? 0) & 1) === 1,
  };
}

/** In a JPEG, EXIF data starts with the name and two zero bytes. */
function withoutPrefix(bytes: Uint8Array): Uint8Array {
  const hasPrefix = bytes.length > 6 && [0x45, 0x78, 0x69, 0x66].every((b, at) => bytes[at] === b);
  return hasPrefix ? bytes.subarray(6) : bytes;
}

function text(value: TiffValue | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function number(value: TiffValue | undefined): number | null {
  return typeof value === "object" ? value[0] ?? null : null;
}

function localTime(value: TiffValue | undefined): string | null {
  const match = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(text(value) ?? "");
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  const isSensible = year! >= 1826 && month! >= 1 && month! <= 12 && day! >= 1 &&
    day! <= daysInMonth(year!, month!) && hour! < 24 && minute! < 60 && second! < 60;
  if (!isSensible) return null;
  return `${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6]}`;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function zoneOffset(value: TiffValue | undefined): string | null {
  const match = /^[+-](\d\d):(\d\d)$/.exec(text(value) ?? "");
  if (match === null) return null;
  return Number(match[1]) <= 14 && Number(match[2]) < 60 ? match[0] : null;
}

/** Many makers repeat their name in the model's: then the model says it all. */
function camera(make: string | null, model: string | null): string | null {
  if (model === null) return make?.slice(0, CAMERA_LENGTH_MAX) ?? null;
  const firstWord = make?.split(" ")[0]?.toLowerCase();
  const isRepeated = firstWord === undefined || model.toLowerCase().startsWith(firstWord);
  return (isRepeated ? model : `${make} ${model}`).slice(0, CAMERA_LENGTH_MAX);
}
