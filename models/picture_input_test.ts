import { assert, assertEquals } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { basename, dirname } from "@std/path";
import type { SquarePixels } from "./images/pixel_facts.ts";
import { type InputNumbers, type PictureInput, pictureInput } from "./picture_input.ts";
import { embeddingSetup } from "./testing/embedding_setup.ts";

// transformers.js reads a model's files as streams, whose last reads end after the model is there.
Deno.test.sanitizer({ ops: false, resources: true });

const SIDE = 20;

function picture(): SquarePixels {
  const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => at * at % 256);
  return { pixels, sidePixels: SIDE };
}

/** A processor that counts its calls; `change` sees a byte, its colour and its pixel. */
function processor(
  change: (byte: number, colour: number, pixel: number) => number,
): { process: PictureInput; calls: () => number } {
  let calls = 0;
  const process = ({ pixels, sidePixels }: SquarePixels): Promise<InputNumbers> => {
    calls += 1;
    const count = sidePixels * sidePixels;
    const values = Float32Array.from({ length: count * 3 }, (_, at) => {
      const [colour, pixel] = [Math.floor(at / count), at % count];
      return change(pixels[pixel * 3 + colour]!, colour, pixel);
    });
    return Promise.resolve({ dims: [1, 3, sidePixels, sidePixels], data: values });
  };
  return { process, calls: () => calls };
}

Deno.test("pictureInput() looks up what is made of each level of each colour", async () => {
  const { calls, process } = processor((byte, colour) => byte / (255 - colour) * 2 - 1);
  const inputOf = await pictureInput(process, SIDE);
  assertEquals(calls(), 2);
  const space = new Float32Array(SIDE * SIDE * 3);
  const found = await inputOf(picture(), space);
  assertEquals(calls(), 2);
  const wanted = await process(picture(), new Float32Array(0));
  assertEquals(found.dims, wanted.dims);
  assertEquals(found.data, wanted.data);
  assert(found.data === space);
});

Deno.test("pictureInput() keeps a processor that looks at more than one byte", async () => {
  const { calls, process } = processor((byte, _, pixel) => byte + (pixel === 399 ? 0.5 : 0));
  const inputOf = await pictureInput(process, SIDE);
  const before = calls();
  const space = new Float32Array(SIDE * SIDE * 3);
  const found = await inputOf(picture(), space);
  assertEquals(found.data, (await process(picture(), space)).data);
  assert(calls() === before + 2);
});

Deno.test("pictureInput() keeps a processor of very small pictures", async () => {
  const { process } = processor((byte) => byte);
  assert(await pictureInput(process, 15) === process);
});

permittedTest({
  name: "pictureInput() says what the processor of the default model says, to the last bit",
  needs: { read: true, write: true, run: true, env: true, ffi: true, sys: true },
  fn: async () => {
    await using setup = await embeddingSetup();
    const { env, pipeline, RawImage } = await import("@huggingface/transformers");
    const { description, directory } = setup.model;
    const { sidePixels } = description.input;
    env.allowRemoteModels = false;
    env.localModelPath = `${dirname(directory)}/`;
    const extract = await pipeline("image-feature-extraction", basename(directory), {
      dtype: description.precision,
      local_files_only: true,
    });
    let calls = 0;
    const process = async ({ pixels }: SquarePixels): Promise<InputNumbers> => {
      calls += 1;
      const image = new RawImage(new Uint8ClampedArray(pixels), sidePixels, sidePixels, 3);
      return (await extract.processor([image])).pixel_values;
    };
    const inputOf = await pictureInput(process, sidePixels);
    const pixels = Uint8Array.from({ length: 3 * sidePixels ** 2 }, (_, at) => at * at % 251);
    const found = await inputOf({ pixels, sidePixels }, new Float32Array(pixels.length));
    assertEquals(calls, 2);
    const wanted = await process({ pixels, sidePixels });
    await extract.dispose();
    assertEquals(found.dims, wanted.dims);
    assertEquals(found.data, wanted.data);
  },
});
