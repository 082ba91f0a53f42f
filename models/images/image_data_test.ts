import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import type { Sharp } from "sharp";
import { checkPhoto, type PhotoFile } from "../photo_file.ts";
import { drawPicture } from "../testing/drawn_picture.ts";
import { joined, latin1Bytes, pngChunks, pngOf } from "../testing/picture_bytes.ts";
import { imageDataDigest } from "./image_data.ts";

const NEEDS = { read: true, env: true, ffi: true, sys: true } as const;

/**
 * Opens a drawn picture, one level of it changed by some bits. Loaded when a test runs: the image
 * library needs permissions.
 */
async function drawings(): Promise<(change?: number) => Sharp> {
  const { default: sharp } = await import("sharp");
  return (change = 0): Sharp => {
    const { pixels, raw } = drawPicture({ subject: 5, widthPixels: 90, heightPixels: 70 });
    pixels[3000]! ^= change;
    return sharp(pixels, { raw });
  };
}

async function digest(picture: Sharp, orientation?: number): Promise<string | null> {
  return imageDataDigest(photo(await picture.toBuffer()), orientation);
}

function photo(bytes: Uint8Array): PhotoFile {
  const file = checkPhoto(Uint8Array.from(bytes), null);
  if (file.kind === "failed") throw new TypeError(file.reason);
  return file;
}

const EXIF = { IFD0: { Make: "Maker", Copyright: "© Somebody" } };

const FORMATS: Readonly<Record<string, (picture: Sharp) => Sharp>> = {
  jpeg: (picture) => picture.jpeg(),
  "progressive jpeg": (picture) => picture.jpeg({ progressive: true }),
  "grey jpeg": (picture) => picture.greyscale().jpeg(),
  png: (picture) => picture.png(),
  "16-bit png": (picture) => picture.toColourspace("rgb16").png(),
  webp: (picture) => picture.webp(),
  "clear webp": (picture) => picture.ensureAlpha(0.5).webp(),
  "lossless webp": (picture) => picture.webp({ lossless: true }),
  "clear lossless webp": (picture) => picture.ensureAlpha(0.5).webp({ lossless: true }),
};

permittedTest({
  name: "imageDataDigest() is the same with other words, and another with other pixels or colours",
  needs: NEEDS,
  fn: async () => {
    const drawn = await drawings();
    const digests = new Set<string | null>();
    for (const [name, as] of Object.entries(FORMATS)) {
      // deno-lint-ignore no-await-in-loop -- one picture at a time
      const [plain, told, spoken, coloured, other] = await Promise.all([
        digest(as(drawn())),
        digest(as(drawn()).withExif(EXIF)),
        digest(as(drawn()).withExif(EXIF).withXmp("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")),
        digest(as(drawn()).withIccProfile("p3")),
        digest(as(drawn(0x80))),
      ]);
      assertMatch(plain!, /^[0-9a-f]{64}$/);
      assertEquals(told, plain, name);
      assertEquals(spoken, plain, name);
      assertNotEquals(coloured, null);
      for (const found of [plain, coloured, other]) digests.add(found!);
    }
    assertEquals(digests.size, 3 * Object.keys(FORMATS).length);
  },
});

permittedTest({
  name: "imageDataDigest() tells other ways up, other formats and what is behind apart",
  needs: NEEDS,
  fn: async () => {
    const drawn = await drawings();
    const file = photo(await drawn().jpeg().toBuffer());
    const upright = imageDataDigest(file, 1);
    assertEquals(imageDataDigest(file, undefined), upright);
    assertEquals(imageDataDigest(file, 9), upright);
    const ways = [1, 2, 3, 4, 5, 6, 7, 8].map((way) => imageDataDigest(file, way));
    const video = joined(file.bytes, latin1Bytes("\0\0\0\x18ftypmp42"));
    const all = [...ways, imageDataDigest(photo(video), 1), null];
    assertEquals(new Set(all).size, 10);
    const gif = photo(await drawn().gif().toBuffer());
    assertEquals(imageDataDigest(gif, 1), null);
    const tiff = photo(await drawn().tiff().toBuffer());
    assertEquals(imageDataDigest(tiff, 1), null);
  },
});

permittedTest({
  name: "imageDataDigest() of a PNG is the same when its data is cut otherwise",
  needs: NEEDS,
  fn: async () => {
    const drawn = await drawings();
    const file = photo(await drawn().png().toBuffer());
    const cut = pngChunks(file.bytes).flatMap(({ payload, type }) => {
      const half = payload.length >> 1;
      if (type !== "IDAT") return [{ type, payload }];
      return [payload.subarray(0, half), payload.subarray(half)].map((piece) => {
        return { type, payload: piece };
      });
    });
    assertNotEquals(pngOf(cut), file.bytes);
    assertEquals(imageDataDigest(photo(pngOf(cut)), 1), imageDataDigest(file, 1));
  },
});
