import libheif from "libheif-js/wasm-bundle.js";

/** A decoded picture: four bytes a pixel, red, green, blue and opacity, row by row. */
export interface OpaquePicture {
  /** Its bytes. */
  readonly pixels: Uint8Array;
  /** Pixels in a row, of the upright picture. */
  readonly widthPixels: number;
  /** Rows. */
  readonly heightPixels: number;
}

/** What is used of the library, which tells TypeScript nothing of its classes. */
interface HeifLibrary {
  readonly HeifDecoder: new () => {
    decode(bytes: Uint8Array): readonly HeifImage[];
    readonly decoder: { delete(): void } | null;
  };
}

interface HeifImage {
  // deno-lint-ignore camelcase -- the library's own name
  is_primary(): boolean;
  // deno-lint-ignore camelcase -- the library's own name
  get_width(): number;
  // deno-lint-ignore camelcase -- the library's own name
  get_height(): number;
  display(
    target: { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number },
    done: (shown: { readonly data: Uint8ClampedArray } | null) => void,
  ): void;
  free(): void;
}

/**
 * Decodes the main picture of a HEIC file. It comes upright: the file's own turns and mirrors are
 * applied, and an orientation in its EXIF data says the same once more and is to be left alone.
 *
 * @throws {RangeError} when it has more pixels than `pixelsMax`; none is decoded then.
 * @throws {Error} when the file cannot be decoded.
 */
export async function decodeHeif(bytes: Uint8Array, pixelsMax: number): Promise<OpaquePicture> {
  const { HeifDecoder } = libheif as unknown as HeifLibrary;
  const decoder = new HeifDecoder();
  const images = decoder.decode(bytes);
  try {
    const image = images.find((one) => one.is_primary()) ?? images[0];
    if (image === undefined) throw new Error("the file holds no picture that can be decoded");
    const width = image.get_width();
    const height = image.get_height();
    if (width * height > pixelsMax) {
      throw new RangeError(`Input image exceeds pixel limit: ${width} x ${height}`);
    }
    const data = new Uint8ClampedArray(width * height * 4);
    const shown = await new Promise<{ readonly data: Uint8ClampedArray } | null>((resolve) => {
      image.display({ data, width, height }, resolve);
    });
    if (shown === null) throw new Error("its picture data is damaged");
    const pixels = new Uint8Array(shown.data.buffer);
    return { pixels, widthPixels: width, heightPixels: height };
  } finally {
    for (const image of images) image.free();
    decoder.decoder?.delete();
  }
}
