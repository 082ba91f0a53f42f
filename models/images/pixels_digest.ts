import sharp, { type Metadata, type Sharp } from "sharp";
import { SAMENESS_VERSION } from "../view_version.ts";
import { besidesPixels } from "./besides_pixels.ts";
import { framedDigest } from "./framed_digest.ts";
import type { DecodedFormat } from "./image_format.ts";

/**
 * Most pixels of a picture that is digested: phones with 64 million have some more. The image
 * library cannot decode strip by strip from memory without starting anew for each, so all samples
 * are held at once, and once more while a picture is turned.
 */
export const DIGESTED_PIXELS_MAX = 2 ** 26;

/** Most bytes of samples: four a pixel for the largest, so of 16-bit colour 44 million pixels. */
export const DIGESTED_SAMPLES_BYTES_MAX = 2 ** 28;

/** A picture file. */
interface PixelsSource {
  /** The whole file. */
  readonly bytes: Uint8Array;
  /** What its first bytes say it is. */
  readonly format: DecodedFormat;
}

/** How the samples of a picture are stored. */
interface SampleLayout {
  /** Samples of a pixel that are colours: 1 or 3. */
  readonly colours: 1 | 3;
  readonly hasAlpha: boolean;
  /** 1 or 2. */
  readonly sampleBytes: 1 | 2;
}

/** Decoded pixels, row by row, with as many samples each as the decoder gave. */
interface Decoded {
  readonly samples: Uint8Array<ArrayBuffer>;
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly channels: number;
}

/** The one that is digested now, in this process. */
let last: Promise<unknown> = Promise.resolve();

/**
 * A digest of the upright pixels at full size, as they are stored, with the colour profile: two
 * photos with the same one look the same everywhere, and nothing but words is lost with one of
 * them. What stands behind the end of the picture counts as well, see `besidesPixels()`.
 *
 * Colours are not converted, depth of 16 bits stays, and transparency that lets nothing through
 * counts as none. Null for animated pictures and for several in one file, for other colours than
 * grey and RGB, for AVIF, GIF and HEIC, for raw files and TIFF with layers, for what is damaged
 * anywhere, and above {@linkcode DIGESTED_PIXELS_MAX} and {@linkcode DIGESTED_SAMPLES_BYTES_MAX}.
 *
 * SHA-256 in 64 hexadecimal digits. O(pixels); never throws. One after the other in a process,
 * whatever it is asked for: each holds its samples, twice while turned, and what the decoder needs,
 * which is as much again for progressive JPEG.
 */
export function pixelsDigest(source: PixelsSource): Promise<string | null> {
  const done = last.then(() => digestOf(source));
  last = done.catch(() => {});
  return done;
}

async function digestOf(source: PixelsSource): Promise<string | null> {
  const besides = besidesPixels(source);
  if (besides === null) return null;
  try {
    const metadata = await open(source).metadata();
    const layout = sampleLayout(metadata);
    if (layout === null || (besides.hasProfile === true && metadata.icc === undefined)) return null;
    const decoded = await decode(source, layout);
    const { kept, samples } = keptSamples(decoded, layout);
    const { heightPixels, widthPixels } = decoded;
    const shape = Uint32Array.of(widthPixels, heightPixels, kept, layout.sampleBytes);
    const digest = framedDigest(`scenekeep pixels ${SAMENESS_VERSION}`, [
      { name: "shape", pieces: [new Uint8Array(shape.buffer)] },
      { name: "profile", pieces: metadata.icc === undefined ? [] : [metadata.icc] },
      { name: "samples", pieces: [samples] },
      ...besides.parts,
    ]);
    // Left to the collector of memory, it would stay beside the next one.
    decoded.samples.buffer.transfer(0);
    return digest;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return null;
  }
}

/** Each warning of a decoder is the end: grey where data is missing is no picture. */
function open({ bytes }: PixelsSource): Sharp {
  return sharp(bytes, {
    failOn: "warning",
    ignoreIcc: true,
    limitInputPixels: DIGESTED_PIXELS_MAX,
  });
}

/** Null where samples would have to be converted, or are too many. */
function sampleLayout(metadata: Metadata): SampleLayout | null {
  const { channels, depth, hasAlpha, height, pages = 1, space, width } = metadata;
  const isGrey = space === "b-w" || space === "grey16";
  const isWide = space === "grey16" || space === "rgb16";
  const isKnown = isGrey || space === "srgb" || space === "rgb16";
  const colours = isGrey ? 1 : 3;
  if (!isKnown || depth !== (isWide ? "ushort" : "uchar") || pages !== 1) return null;
  if (channels !== colours + (hasAlpha ? 1 : 0)) return null;
  const sampleBytes = isWide ? 2 : 1;
  const decodedBytes = width * height * decodedChannels({ colours, hasAlpha }) * sampleBytes;
  return decodedBytes > DIGESTED_SAMPLES_BYTES_MAX ? null : { colours, hasAlpha, sampleBytes };
}

/** The image library takes transparency away from grey: such a picture is decoded in colour. */
function decodedChannels({ colours, hasAlpha }: Omit<SampleLayout, "sampleBytes">): number {
  return hasAlpha ? 4 : colours;
}

async function decode(source: PixelsSource, layout: SampleLayout): Promise<Decoded> {
  const { sampleBytes } = layout;
  const wanted = decodedChannels(layout);
  const [grey, colour] = sampleBytes === 2
    ? ["grey16", "rgb16"] as const
    : ["b-w", "srgb"] as const;
  const { data, info } = await open(source)
    .autoOrient()
    .toColourspace(wanted === 1 ? grey : colour)
    .raw({ depth: sampleBytes === 2 ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true });
  const { channels, height: heightPixels, width: widthPixels } = info;
  if (channels !== wanted || data.length !== widthPixels * heightPixels * wanted * sampleBytes) {
    throw new TypeError(`Cannot use ${channels} channels: want ${wanted}`);
  }
  return { samples: data as Uint8Array<ArrayBuffer>, widthPixels, heightPixels, channels };
}

/** The samples that the picture has, moved together in place, and how many of a pixel. */
function keptSamples(
  { channels, samples }: Decoded,
  { colours, hasAlpha, sampleBytes }: SampleLayout,
): { readonly samples: Uint8Array; readonly kept: number } {
  const isClear = hasAlpha && !isOpaque(samples, channels * sampleBytes, sampleBytes);
  if (colours + (isClear ? 1 : 0) === channels) return { samples, kept: channels };
  const colourBytes = colours * sampleBytes;
  const pixelBytes = channels * sampleBytes;
  let to = 0;
  for (let from = 0; from < samples.length; from += pixelBytes) {
    for (let at = from; at < from + colourBytes; at++) samples[to++] = samples[at]!;
    if (!isClear) continue;
    const next = from + pixelBytes;
    for (let at = next - sampleBytes; at < next; at++) samples[to++] = samples[at]!;
  }
  return { samples: samples.subarray(0, to), kept: colours + (isClear ? 1 : 0) };
}

/** Whether the last sample of each pixel is as large as it can be. */
function isOpaque(samples: Uint8Array, pixelBytes: number, sampleBytes: number): boolean {
  for (let next = pixelBytes; next <= samples.length; next += pixelBytes) {
    for (let at = next - sampleBytes; at < next; at++) {
      if (samples[at] !== 255) return false;
    }
  }
  return true;
}
