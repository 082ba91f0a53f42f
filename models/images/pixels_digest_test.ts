import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import fc from "fast-check";
import type { Sharp } from "sharp";
import { checkPhoto } from "../photo_file.ts";
import { drawPicture } from "../testing/drawn_picture.ts";
import { exifWayUp, joined, latin1Bytes, pngChunks, pngOf } from "../testing/picture_bytes.ts";
import { DIGESTED_PIXELS_MAX, pixelsDigest } from "./pixels_digest.ts";

const NEEDS = { read: true, env: true, ffi: true, sys: true } as const;

/**
 * Opens a drawn picture, one level of it changed by some bits. Loaded when a test runs: the image
 * library needs permissions.
 */
async function drawings(): Promise<(change?: number) => Sharp> {
  const { default: sharp } = await import("sharp");
  return (change = 0): Sharp => {
    const { pixels, raw } = drawPicture({ subject: 7, widthPixels: 90, heightPixels: 70 });
    pixels[3000]! ^= change;
    return sharp(pixels, { raw });
  };
}

async function digest(bytes: Uint8Array): Promise<string | null> {
  const file = checkPhoto(Uint8Array.from(bytes), null);
  return file.kind === "failed" ? null : await pixelsDigest(file);
}

async function digestOf(picture: Sharp): Promise<string | null> {
  return await digest(await picture.toBuffer());
}

/** A PNG file that says which way is up, and nothing else: the image library adds a profile. */
function withWayUp(png: Uint8Array, way: number): Uint8Array<ArrayBuffer> {
  const [head, ...others] = pngChunks(png);
  return pngOf([head!, { type: "eXIf", payload: exifWayUp(way) }, ...others]);
}

async function allDigests(pictures: readonly Sharp[]): Promise<(string | null)[]> {
  return await Promise.all(pictures.map(digestOf));
}

permittedTest({
  name: "pixelsDigest() is the same for the same pixels in another file, turned or not",
  needs: NEEDS,
  fn: async () => {
    const drawn = await drawings();
    const plain = await digestOf(drawn().png());
    assertMatch(plain!, /^[0-9a-f]{64}$/);
    const turned = await drawn().rotate(270).png().toBuffer();
    assertEquals(await digest(withWayUp(turned, 6)), plain);
    assertNotEquals(await digest(turned), plain);
    const same = await allDigests([
      drawn().png({ compressionLevel: 1 }).withExif({ IFD0: { Make: "Maker" } }),
      drawn().webp({ lossless: true, exact: true }),
      drawn().tiff({ compression: "lzw" }),
      drawn().ensureAlpha().png(),
      drawn().ensureAlpha().webp({ lossless: true, exact: true }),
    ]);
    assertEquals(same, same.map(() => plain));
    const { default: sharp } = await import("sharp");
    const jpeg = await drawn().jpeg().toBuffer();
    const progressive = await drawn().jpeg({ progressive: true }).toBuffer();
    const decoded = await sharp(jpeg).png().toBuffer();
    assertEquals(await digest(progressive), await digest(jpeg));
    assertEquals(await digest(decoded), await digest(jpeg));
  },
});

permittedTest({
  name: "pixelsDigest() is another for one level of one pixel, colours, depth, size and way up",
  needs: NEEDS,
  fn: async () => {
    const drawn = await drawings();
    const png = await drawn().png().toBuffer();
    const ways = [1, 2, 3, 4, 5, 6, 7, 8].map((way) => digest(withWayUp(png, way)));
    const others = await allDigests([
      drawn(1).png(),
      drawn().withIccProfile("srgb").png(),
      drawn().withIccProfile("p3").png(),
      drawn().ensureAlpha(0.5).png(),
      drawn().toColourspace("rgb16").png(),
      drawn().toColourspace("rgb16").ensureAlpha(0.5).png(),
      drawn().greyscale().png(),
      drawn().greyscale().ensureAlpha(0.5).png(),
      drawn().greyscale().toColourspace("grey16").png(),
      drawn().extract({ left: 0, top: 0, width: 90, height: 69 }).png(),
      drawn().jpeg(),
      drawn().jpeg({ quality: 79 }),
    ]);
    const digests = [...await Promise.all(ways), ...others];
    assertEquals(new Set([...digests, null]).size, 8 + 12 + 1);
    assertEquals(digests[0], await digest(png));
  },
});

permittedTest({
  name: "pixelsDigest() takes opaque pictures for those without transparency, of any depth",
  needs: NEEDS,
  fn: async () => {
    const drawn = await drawings();
    for (const space of ["rgb16", "grey16", "b-w", "srgb"]) {
      const isGrey = space === "grey16" || space === "b-w";
      const as = (picture: Sharp): Sharp => {
        return (isGrey ? picture.greyscale() : picture).toColourspace(space).png();
      };
      // deno-lint-ignore no-await-in-loop -- one picture at a time
      const [plain, opaque, clear] = await allDigests([
        as(drawn()),
        as(drawn()).ensureAlpha(),
        as(drawn()).ensureAlpha(0.999),
      ]);
      assertNotEquals(plain, null);
      assertEquals(opaque, plain, space);
      assertNotEquals(clear, plain, space);
    }
  },
});

permittedTest({
  name: "pixelsDigest() counts what changes the look of a PNG, and what else it holds",
  needs: NEEDS,
  fn: async () => {
    const drawn = await drawings();
    const png = await drawn().png().toBuffer();
    const [head, ...others] = pngChunks(png).filter(({ type }) => type !== "pHYs");
    const put = async (type: string, hex: string): Promise<string | null> => {
      return await digest(pngOf([head!, { type, payload: Uint8Array.fromHex(hex) }, ...others]));
    };
    const plain = await digest(png);
    assertEquals(await put("gAMA", "0000b18f"), plain);
    assertEquals(await put("sRGB", "00"), plain);
    assertEquals(await put("cICP", "010d0001"), plain);
    const looks = await Promise.all([
      put("gAMA", "000186a0"),
      put("cICP", "09100001"),
      put("prVW", "00"),
      digest(joined(png, latin1Bytes("video"))),
    ]);
    assertEquals(new Set([plain, ...looks, null]).size, 6);
    const jpeg = await drawn().jpeg().toBuffer();
    assertEquals(await digest(joined(jpeg, new Uint8Array(9))), await digest(jpeg));
    const moving = await digest(joined(jpeg, latin1Bytes("\0\0\0\x18ftypmp42")));
    assert(moving !== null && moving !== await digest(jpeg));
  },
});

permittedTest({
  name: "pixelsDigest() converts no colours: two that end as one in sRGB are two",
  needs: NEEDS,
  fn: async () => {
    const drawn = await drawings();
    const { default: sharp } = await import("sharp");
    const wide = pngChunks(await drawn().withIccProfile("p3").png().toBuffer());
    const profile = wide.find(({ type }) => type === "iCCP")!;
    const files = await Promise.all([0, 1].map(async (g) => {
      const create = { width: 9, height: 9, channels: 3, background: { r: 255, g, b: 0 } } as const;
      const [head, ...others] = pngChunks(await sharp({ create }).png().toBuffer());
      return pngOf([head!, profile, ...others]);
    }));
    const converted = await Promise.all(files.map((file) => sharp(file).raw().toBuffer()));
    assertEquals(converted[0], converted[1]);
    const [one, other] = await Promise.all(files.map(digest));
    assert(one !== null && other !== null && one !== other);
  },
});

permittedTest({
  name: "pixelsDigest() is null for what is animated, CMYK, in layers, too large or unknown",
  needs: NEEDS,
  fn: async () => {
    const drawn = await drawings();
    const { default: sharp } = await import("sharp");
    const frames = await Promise.all([
      drawn().png().toBuffer(),
      drawn().negate().png().toBuffer(),
    ]);
    const animated = sharp(frames, { join: { animated: true } });
    const cmyk = drawn().toColourspace("cmyk");
    const side = Math.ceil(Math.sqrt(DIGESTED_PIXELS_MAX));
    const create = { width: side + 1, height: side, channels: 3, background: "red" } as const;
    const found = await allDigests([
      animated.clone().webp(),
      animated.clone().gif(),
      animated.clone().tiff(),
      cmyk.clone().jpeg(),
      cmyk.clone().tiff(),
      drawn().gif(),
      drawn().avif({ effort: 0 }),
      sharp({ create }).png({ compressionLevel: 1 }),
    ]);
    assertEquals(found, found.map(() => null));
  },
});

permittedTest({
  name: "pixelsDigest() gives a damaged or cut picture no digest but null or another",
  needs: NEEDS,
  fn: async () => {
    const drawn = await drawings();
    const wholes = await Promise.all([
      drawn().jpeg().toBuffer(),
      drawn().jpeg({ progressive: true }).toBuffer(),
      drawn().png().toBuffer(),
      drawn().webp().toBuffer(),
      drawn().tiff().toBuffer(),
    ]);
    const cuts = await Promise.all(
      wholes.slice(0, 4).map((whole) => {
        return digest(whole.subarray(0, Math.floor(whole.length * 0.7)));
      }),
    );
    assertEquals(cuts, cuts.map(() => null));
    const change = fc.record({
      file: fc.nat({ max: wholes.length - 1 }),
      at: fc.nat(),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, bytes, file }) => {
        const whole = wholes[file]!;
        const changed = Uint8Array.from(whole);
        changed.set(bytes.subarray(0, changed.length - at % changed.length), at % changed.length);
        const found = await digest(changed);
        assert(found === null || /^[0-9a-f]{64}$/.test(found));
      }),
      { numRuns: 300 },
    );
    // A restart marker inside of the data is out of turn: what follows would be grey or shifted.
    const broken = Uint8Array.from(wholes[0]!);
    broken.set([0xff, 0xd3], Math.floor(broken.length * 0.8));
    assertEquals(await digest(broken), null);
  },
});
