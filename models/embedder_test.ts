import { assert, assertEquals, assertGreater, assertLess, assertRejects } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { dirname, join } from "@std/path";
import { crc32 } from "node:zlib";
import type { Embedder } from "./embedder.ts";
import type { EmbeddedPhoto } from "./embedding_outcome.ts";
import type { ModelDescription } from "./model_description.ts";
import { turnedPrints } from "./images/brightness_print.ts";
import { ModelError } from "./model_error.ts";
import { drawPicture } from "./testing/drawn_picture.ts";
import {
  cosine,
  embedded,
  type EmbeddingSetup,
  embeddingSetup,
} from "./testing/embedding_setup.ts";
import { integerDistance, QUANTISED_ONE } from "./vector.ts";

const NEEDS = { read: true, write: true, run: true, env: true, ffi: true, sys: true } as const;

// transformers.js reads a model's files as streams, whose last reads end after the model is there.
Deno.test.sanitizer({ ops: false, resources: true });

// Imported by each test: without permission the native libraries could not even be loaded.
type Sharp = typeof import("sharp").default;

interface Bench {
  readonly setup: EmbeddingSetup;
  readonly embedder: Embedder;
  readonly sharp: Sharp;
  readonly embed: (bytes: Uint8Array) => Promise<EmbeddedPhoto>;
}

async function withEmbedder(test: (bench: Bench) => Promise<void>): Promise<void> {
  await using setup = await embeddingSetup();
  const { createEmbedder } = await import("./embedder.ts");
  const { default: sharp } = await import("sharp");
  const embedder = await createEmbedder(setup.model);
  const embed = async (bytes: Uint8Array): Promise<EmbeddedPhoto> => {
    return embedded(await embedder.embed(Uint8Array.from(bytes), null));
  };
  try {
    await test({ setup, embedder, sharp, embed });
  } finally {
    await embedder.dispose();
  }
}

function drawn(sharp: Sharp, subject: number, widthPixels = 600): ReturnType<Sharp> {
  const heightPixels = Math.round(widthPixels * 0.75);
  const { pixels, raw } = drawPicture({ subject, widthPixels, heightPixels });
  return sharp(pixels, { raw });
}

/** A PNG whose header says that each side has so many pixels. */
function announcing(png: Uint8Array<ArrayBuffer>, sidePixels: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(png.buffer);
  // After 8 bytes of signature: length, "IHDR", width, height, five more bytes, and the checksum.
  view.setUint32(16, sidePixels);
  view.setUint32(20, sidePixels);
  view.setUint32(29, crc32(png.subarray(12, 29)));
  return png;
}

function distance(a: EmbeddedPhoto, b: EmbeddedPhoto): number {
  return a.vector.reduce((sum, value, index) => sum + (value - b.vector[index]!) ** 2, 0);
}

permittedTest({
  name: "embed() gives a quantised unit vector, the same each time",
  needs: NEEDS,
  fn: () =>
    withEmbedder(async ({ setup, embedder, sharp, embed }) => {
      const photo = await drawn(sharp, 1).jpeg().toBuffer();
      const first = await embed(photo);
      assertEquals(first.vector.length, 576);
      const squares = first.vector.reduce((sum, value) => sum + value * value, 0);
      assertLess(Math.abs(Math.sqrt(squares) - QUANTISED_ONE), 12);
      assert(first.vector.every((value) => Math.abs(value) <= QUANTISED_ONE));
      const path = join(setup.photos, "photo.jpg");
      await Deno.writeFile(path, photo);
      const both = await Promise.all([embedder.embed(path, null), embedder.embed(path, null)]);
      assertEquals(both, [first, first]);
    }),
});

permittedTest({
  name: "embed() gives photos at once what it gives one after another",
  needs: NEEDS,
  fn: () =>
    withEmbedder(async ({ sharp, embed }) => {
      const photos = await Promise.all([1, 2, 3].map((one) => drawn(sharp, one).png().toBuffer()));
      const atOnce = await Promise.all(photos.map(embed));
      // deno-lint-ignore no-await-in-loop -- one after another is what is asked
      for (const [at, photo] of photos.entries()) assertEquals(await embed(photo), atOnce[at]);
    }),
});

permittedTest({
  name: "embed() brings copies of a photo together and keeps other photos apart",
  needs: NEEDS,
  fn: () =>
    withEmbedder(async ({ sharp, embed }) => {
      const original = await embed(await drawn(sharp, 1, 2400).jpeg({ quality: 95 }).toBuffer());
      const copies = await Promise.all([
        drawn(sharp, 1, 2400).resize(400).jpeg({ quality: 80 }).toBuffer(),
        drawn(sharp, 1, 2400).resize(1000).webp({ quality: 50 }).toBuffer(),
        drawn(sharp, 1, 2400).jpeg({ quality: 40, progressive: true }).toBuffer(),
        drawn(sharp, 1, 2400).png({ palette: true }).toBuffer(),
      ]);
      for (const copy of await Promise.all(copies.map(embed))) {
        assertGreater(cosine(original.vector, copy.vector), 0.97);
      }
      const others = [2, 3, 4, 5].map((subject) => drawn(sharp, subject).jpeg().toBuffer());
      for (const other of await Promise.all((await Promise.all(others)).map(embed))) {
        assertLess(cosine(original.vector, other.vector), 0.85);
      }
    }),
});

permittedTest({
  name: "embed() turns a photo upright by its EXIF orientation before anything else",
  needs: NEEDS,
  fn: () =>
    withEmbedder(async ({ sharp, embed }) => {
      const upright = await embed(await drawn(sharp, 6).png().toBuffer());
      assertEquals([upright.facts.widthPixels, upright.facts.heightPixels], [600, 450]);
      // What a camera stores that was held that way: the turn that the orientation undoes.
      const held: [number, (picture: ReturnType<Sharp>) => ReturnType<Sharp>][] = [
        [3, (picture) => picture.rotate(180)],
        [6, (picture) => picture.rotate(270)],
        [8, (picture) => picture.rotate(90)],
        [2, (picture) => picture.flop()],
      ];
      await Promise.all(held.map(async ([orientation, turn]) => {
        const stored = await turn(drawn(sharp, 6)).withMetadata({ orientation }).png().toBuffer();
        const photo = await embed(stored);
        assertEquals([photo.facts.widthPixels, photo.facts.heightPixels], [600, 450]);
        assertLess(distance(photo, upright), integerDistance(0.001));
        assertEquals(photo.facts.sharpness, upright.facts.sharpness);
        const ignored = await embed(await turn(drawn(sharp, 6)).png().toBuffer());
        assertGreater(distance(ignored, upright), integerDistance(0.02));
      }));
    }),
});

permittedTest({
  name: "embed() sees the same in sixteen bits, in grey levels, in CMYK and on white",
  needs: NEEDS,
  fn: () =>
    withEmbedder(async ({ sharp, embed }) => {
      const colour = await embed(await drawn(sharp, 7).png().toBuffer());
      const wide = await embed(await drawn(sharp, 7).toColourspace("rgb16").png().toBuffer());
      // Half a level darker: sixteen bits are cut to eight, eight are rounded.
      assertLess(distance(colour, wide), integerDistance(0.01));
      const cmyk = await embed(await drawn(sharp, 7).toColourspace("cmyk").jpeg().toBuffer());
      assertLess(distance(colour, cmyk), integerDistance(0.15));
      const grey = await embed(await drawn(sharp, 7).greyscale().png().toBuffer());
      assertEquals(grey.vector.length, 576);
      const clear = { r: 0, g: 0, b: 0, alpha: 0 };
      const framed = drawn(sharp, 7).extend({ top: 60, bottom: 60, background: clear });
      const white = drawn(sharp, 7).extend({ top: 60, bottom: 60, background: "#ffffff" });
      const [onNothing, onWhite] = await Promise.all(
        [await framed.png().toBuffer(), await white.png().toBuffer()].map(embed),
      );
      assertLess(distance(onNothing!, onWhite!), integerDistance(0.001));
    }),
});

permittedTest({
  name: "embed() reports what the keeper is chosen by",
  needs: NEEDS,
  fn: () =>
    withEmbedder(async ({ sharp, embed }) => {
      const camera = drawn(sharp, 8).withExif({
        IFD0: { Make: "Canon", Model: "Canon EOS 6D" },
        IFD2: { DateTimeOriginal: "2023:10:06 08:31:08", OffsetTimeOriginal: "+02:00" },
      });
      const { facts } = await embed(await camera.jpeg().toBuffer());
      assertEquals({ ...facts, sharpness: 0, clippedSteps: 0 }, {
        format: "jpeg",
        widthPixels: 600,
        heightPixels: 450,
        frameCount: 1,
        isPreview: false,
        isDamaged: false,
        isBlank: false,
        isGrey: false,
        clippedSteps: 0,
        isBare: false,
        borderTenths: 0,
        sharpness: 0,
        capturedAtLocal: "2023-10-06T08:31:08",
        capturedOffset: "+02:00",
        camera: "Canon EOS 6D",
      });
      const blurred = await embed(await drawn(sharp, 8).blur(6).jpeg().toBuffer());
      assertLess(blurred.facts.sharpness + 8, facts.sharpness);
      assertEquals(blurred.facts.isBare, true);
      const framed = drawn(sharp, 8).extend({ top: 150, bottom: 150, background: "#101010" });
      assertEquals((await embed(await framed.png().toBuffer())).facts.borderTenths, 4);
      const flat = sharp({ create: { width: 64, height: 64, channels: 3, background: "#334" } });
      assertEquals((await embed(await flat.png().toBuffer())).facts.isBlank, true);
    }),
});

permittedTest({
  name: "embed() sees a photo that can be turned, and without its border",
  needs: NEEDS,
  fn: () =>
    withEmbedder(async ({ sharp, embed }) => {
      const upright = await drawn(sharp, 8).png().toBuffer();
      const turned = await sharp(upright).rotate(270).png().toBuffer();
      const border = { top: 130, bottom: 130, left: 10, right: 10, background: "#181818" };
      const framed = await sharp(upright).extend(border).png().toBuffer();
      const photo = await embed(upright);
      const print = photo.prints.whole;
      const other = (await embed(turned)).prints.whole!;
      assertLess(cosine(print!, other), 0.5);
      assertGreater(Math.max(...turnedPrints(print!).map((one) => cosine(one, other))), 0.999);
      const { prints } = await embed(framed);
      assert(prints.inside !== null, "the frame is even");
      assertGreater(cosine(prints.inside, print!), 0.99);
      assertLess(cosine(prints.whole!, print!), 0.9);
      assertEquals(photo.prints.inside, null);
    }),
});

permittedTest({
  name: "embed() gives a code and a reason for files that cannot be decoded",
  needs: NEEDS,
  fn: () =>
    withEmbedder(async ({ embedder, sharp }) => {
      const jpeg = await drawn(sharp, 9).jpeg().toBuffer();
      const png = await drawn(sharp, 9).png().toBuffer();
      const bomb = announcing(Uint8Array.from(png), 20_000);
      const broken = Uint8Array.from(png).fill(0, 60, 200);
      const cases: [string, Uint8Array][] = [
        ["EMPTY", new Uint8Array()],
        ["NOT_AN_IMAGE", new TextEncoder().encode("Dear diary")],
        ["NOT_AN_IMAGE", Uint8Array.of(1, 2, 3)],
        ["UNSUPPORTED_FORMAT", new TextEncoder().encode("8BPS")],
        ["TRUNCATED", jpeg.subarray(0, jpeg.length / 2)],
        ["TRUNCATED", png.subarray(0, png.length / 2)],
        ["CORRUPT", broken],
        ["TOO_LARGE", bomb],
      ];
      const outcomes = await Promise.all(
        cases.map(([, bytes]) => embedder.embed(Uint8Array.from(bytes), null)),
      );
      assertEquals(
        outcomes.map((outcome) => outcome.kind === "failed" ? outcome.code : "embedded"),
        cases.map(([code]) => code),
      );
      const changed = await embedder.embed(Uint8Array.from(jpeg), "another hash");
      assertEquals(changed.kind === "failed" && changed.code, "CHANGED");
    }),
});

permittedTest({
  name: "embed() marks a photo whose picture data is damaged and can be shown",
  needs: NEEDS,
  fn: () =>
    withEmbedder(async ({ sharp, embed }) => {
      const jpeg = await drawn(sharp, 10).jpeg().toBuffer();
      const middle = Math.floor(jpeg.length / 2);
      const damaged = Uint8Array.from([
        ...jpeg.subarray(0, middle),
        ...jpeg.subarray(middle + 400),
      ]);
      assertEquals((await embed(jpeg)).facts.isDamaged, false);
      assertEquals((await embed(damaged)).facts.isDamaged, true);
    }),
});

permittedTest({
  name: "createEmbedder() refuses a model whose output is not the one described",
  needs: NEEDS,
  fn: async () => {
    await using setup = await embeddingSetup();
    const { createEmbedder } = await import("./embedder.ts");
    const { model } = setup;
    const described = (change: Partial<ModelDescription>) => {
      return createEmbedder({ ...model, description: { ...model.description, ...change } });
    };
    await assertRejects(() => described({ dimensions: 512 }), ModelError, "[1,512], got [1,576]");
    await assertRejects(() => described({ pooling: "cls" }), ModelError, "[1,tokens,576]");
    const gone = { ...model, directory: join(dirname(model.directory), "gone") };
    await assertRejects(() => createEmbedder(gone), Error, "gone");
  },
});

permittedTest({
  name: "createEmbedder() hands a model that crops the middle of the photo, once",
  needs: NEEDS,
  fn: async () => {
    await using setup = await embeddingSetup();
    const { createEmbedder } = await import("./embedder.ts");
    const { default: sharp } = await import("sharp");
    // The default network under the settings of a hub model: shortest edge 256, middle 224.
    const directory = join(setup.photos, "cropping");
    await Deno.mkdir(join(directory, "onnx"), { recursive: true });
    await Deno.copyFile(
      join(setup.model.directory, "onnx/model.onnx"),
      join(directory, "onnx/model.onnx"),
    );
    await Deno.writeTextFile(join(directory, "config.json"), '{"model_type":"dinov2"}');
    await Deno.writeTextFile(
      join(directory, "preprocessor_config.json"),
      JSON.stringify({
        "image_processor_type": "BitImageProcessor",
        "do_convert_rgb": true,
        "do_resize": true,
        "resample": 3,
        "size": { "shortest_edge": 256 },
        "do_center_crop": true,
        "crop_size": { "height": 224, "width": 224 },
        "do_rescale": true,
        "rescale_factor": 2 / 255,
        "do_normalize": true,
        "image_mean": [1, 1, 1],
        "image_std": [1, 1, 1],
      }),
    );
    const input = { sidePixels: 256, crop: "center" } as const;
    const description = { ...setup.model.description, input };
    const cropping = await createEmbedder({ ...setup.model, directory, description });
    const squashing = await createEmbedder(setup.model);
    const whole = await drawn(sharp, 11, 1024).png().toBuffer();
    // Of 1024 × 768 the middle square has 768, of which the model takes 224/256: 672.
    const area = { left: 176, top: 48, width: 672, height: 672 };
    const middle = await drawn(sharp, 11, 1024).extract(area).png().toBuffer();
    const byModel = embedded(await cropping.embed(Uint8Array.from(whole), null));
    const byHand = embedded(await squashing.embed(Uint8Array.from(middle), null));
    assertGreater(cosine(byModel.vector, byHand.vector), 0.98);
    assertEquals([byModel.facts.widthPixels, byModel.facts.heightPixels], [1024, 768]);
    await Promise.all([cropping.dispose(), squashing.dispose()]);
  },
});
