import { assert, assertEquals, assertLess } from "@std/assert";
import { join } from "@std/path";
import { permittedTest, photosDev, photosMissing } from "@scenekeep/tools/permitted";
import type { Sharp } from "sharp";
import { texturedPicture } from "../testing/textured_picture.ts";
import { compressionSteps } from "./compression_steps.ts";
import { partBox, readFullSizePart } from "./full_size_part.ts";

const NEEDS = { read: true, env: true, ffi: true, sys: true } as const;

/** The library is loaded where a test may load it. */
async function loadSharp(): Promise<typeof import("sharp").default> {
  return (await import("sharp")).default;
}

async function stepsOf(picture: Sharp): Promise<number | null> {
  const { width, height } = await picture.metadata();
  return compressionSteps(await readFullSizePart(picture, partBox(width, height)));
}

Deno.test("partBox() is inside the picture, above the middle, and not too deep in it", () => {
  assertEquals(partBox(4000, 3000), { left: 1744, top: 744, width: 512, height: 256 });
  assertEquals(partBox(1024, 768), { left: 256, top: 128, width: 512, height: 256 });
  assertEquals(partBox(301, 199), { left: 0, top: 0, width: 301, height: 199 });
  assertEquals(partBox(1, 1), { left: 0, top: 0, width: 1, height: 1 });
  for (const [width, height] of [[8000, 6000], [3, 9000], [60_000, 30], [513, 257]] as const) {
    const box = partBox(width, height);
    assert(box.left >= 0 && box.top >= 0);
    assert(box.left + box.width <= width && box.top + box.height <= height);
    assert((box.top + box.height) * width <= Math.max(4_000_000, box.height * width));
  }
});

permittedTest({
  name: "readFullSizePart() sees the same in each form of the same pixels",
  needs: NEEDS,
  fn: async () => {
    const sharp = await loadSharp();
    const { height, values, width } = texturedPicture(3, 203, 151);
    const grey = Uint8Array.from(values, (value) => Math.round(255 * value));
    const drawn = sharp(grey, { raw: { width, height, channels: 1 } });
    const bytes = await drawn.clone().png().toBuffer();
    const poor = await drawn.clone().jpeg({ quality: 10 }).toBuffer();
    const [clean, bad] = [await stepsOf(sharp(bytes)), await stepsOf(sharp(poor))];
    assert(clean !== null && bad !== null);
    assertLess(clean, bad);
    const forms = [
      sharp(poor).png(),
      sharp(poor).toColourspace("srgb").png(),
      sharp(poor).ensureAlpha().png(),
      sharp(poor).toColourspace("rgb16").png(),
      sharp(poor).tiff({ compression: "lzw" }),
      sharp(poor).webp({ lossless: true }),
    ];
    for (const form of forms) {
      // deno-lint-ignore no-await-in-loop -- one form after another
      assertEquals(await stepsOf(sharp(await form.toBuffer())), bad);
    }
    assertEquals(await stepsOf(sharp(await sharp(poor).resize(40, 30).png().toBuffer())), null);
  },
});

permittedTest({
  name: "readFullSizePart() shows traces of compression on real photos, after it was saved again",
  needs: NEEDS,
  skip: photosMissing(),
  fn: async () => {
    const sharp = await loadSharp();
    const folder = join(photosDev()!, "images");
    const names = ["d0002.jpg", "d0004.jpg", "d0180.jpg", "d0129.jpg", "d0303.jpg", "d0382.jpg"];
    const sums = { 90: 0, 60: 0, 30: 0, 15: 0 };
    for (const name of names) {
      // Half the size: what the camera's own compression has left is gone.
      // deno-lint-ignore no-await-in-loop -- one photo after another
      const half = await sharp(join(folder, name)).resize(420).png().toBuffer();
      let before = 0;
      for (const quality of [90, 60, 30, 15] as const) {
        // deno-lint-ignore no-await-in-loop -- as above
        const copy = await sharp(half).jpeg({ quality }).toBuffer();
        // deno-lint-ignore no-await-in-loop -- as above
        const steps = (await stepsOf(sharp(copy)))!;
        assert(steps >= before, `${name} at ${quality}`);
        before = steps;
        sums[quality] += steps;
        if (quality > 30) continue;
        // deno-lint-ignore no-await-in-loop -- as above
        const again = await sharp(copy).jpeg({ quality: 95 }).toBuffer();
        // deno-lint-ignore no-await-in-loop -- as above
        assert((await stepsOf(sharp(again)))! >= steps - 1, `${name} at ${quality}, again`);
        const box = { left: 3, top: 3, width: 400, height: 200 };
        // deno-lint-ignore no-await-in-loop -- as above
        const crop = await sharp(copy).extract(box).png().toBuffer();
        // deno-lint-ignore no-await-in-loop -- as above
        assert((await stepsOf(sharp(crop)))! >= steps - 1, `${name} at ${quality}, cropped`);
      }
      assert(before > 0, name);
    }
    assertEquals(sums[90], 0);
    assert(sums[15] > sums[30] && sums[30] > sums[60], JSON.stringify(sums));
  },
});
