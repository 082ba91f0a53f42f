import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { permittedTest } from "@scenekeep/tools/permitted";
import { join } from "@std/path";
import { temporaryFolder } from "../testing/temporary_folder.ts";
import { convertBackbone } from "./backbone_conversion.ts";
import { TFLITE_FLOAT16, type TfliteNetwork, type TfliteTensor } from "./tflite_reader.ts";

// transformers.js reads a model's files as streams, whose last reads end after the model is there.
Deno.test.sanitizer({ ops: false, resources: true });

const SIDE = 5;
const STEP = { padding: "same", strides: [1, 1] } as const;

/** Channels last, as TFLite has them. */
interface Picture {
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly numbers: readonly number[];
}

/** Small numbers, exact in half precision, that are all different. */
function weights(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, index) => ((index * 7 + seed * 13) % 29 - 14) / 32);
}

const CONVOLUTION = weights(4 * 3 * 3 * 3, 1);
const CONVOLUTION_BIAS = weights(4, 2);
const DEPTHWISE = weights(3 * 3 * 4, 3);
const DEPTHWISE_BIAS = weights(4, 4);

/** A 3×3 convolution with step 2, then a depthwise one whose result is added to what went in. */
function network(): TfliteNetwork {
  const constants = new Map<number, number[]>([
    [1, CONVOLUTION],
    [2, CONVOLUTION_BIAS],
    [4, DEPTHWISE],
    [5, DEPTHWISE_BIAS],
  ]);
  const tensor = (name: string, shape: readonly number[]): TfliteTensor => {
    return { name, shape, type: TFLITE_FLOAT16, buffer: 0 };
  };
  return {
    tensors: [
      tensor("input", [1, SIDE, SIDE, 3]),
      tensor("convolution/weights", [4, 3, 3, 3]),
      tensor("convolution/bias", [4]),
      tensor("convolution", [1, 3, 3, 4]),
      tensor("depthwise/weights", [1, 3, 3, 4]),
      tensor("depthwise/bias", [4]),
      tensor("depthwise", [1, 3, 3, 4]),
      tensor("sum", [1, 3, 3, 4]),
      // What the dequantize step gives: full precision.
      { ...tensor("convolution/weights", [4, 3, 3, 3]), type: 0 },
    ],
    operators: [
      { kind: "dequantize", inputs: [1], outputs: [8] },
      {
        kind: "convolution",
        inputs: [0, 8, 2],
        outputs: [3],
        options: { ...STEP, strides: [2, 2], activation: "relu6" },
      },
      {
        kind: "depthwise-convolution",
        inputs: [3, 4, 5],
        outputs: [6],
        options: { ...STEP, activation: "none" },
      },
      { kind: "add", inputs: [3, 6], outputs: [7], activation: "none" },
    ],
    input: 0,
    constantOf: (index) => {
      return new Uint8Array(Float16Array.from(constants.get(index) ?? []).buffer);
    },
  };
}

/** The same by hand, from the definition: one loop for each dimension. */
function expectedEmbedding(input: Picture): number[] {
  const convolved = convolve(input, {
    stride: 2,
    outputs: 4,
    bias: CONVOLUTION_BIAS,
    weight: (output, row, column, channel) =>
      CONVOLUTION[((output * 3 + row) * 3 + column) * 3 + channel]!,
  });
  const first = {
    ...convolved,
    numbers: convolved.numbers.map((x) => Math.min(6, Math.max(0, x))),
  };
  const second = convolve(first, {
    stride: 1,
    outputs: 4,
    bias: DEPTHWISE_BIAS,
    weight: (output, row, column, channel) =>
      output === channel ? DEPTHWISE[(row * 3 + column) * 4 + output]! : 0,
  });
  const sum = first.numbers.map((value, index) => value + second.numbers[index]!);
  const averages = [0, 1, 2, 3].map((channel) => {
    const ofChannel = sum.filter((_, index) => index % 4 === channel);
    return ofChannel.reduce((total, value) => total + value, 0) / ofChannel.length;
  });
  const length = Math.hypot(...averages);
  return averages.map((value) => value / length);
}

interface Convolution {
  readonly stride: number;
  readonly outputs: number;
  readonly bias: readonly number[];
  readonly weight: (output: number, row: number, column: number, channel: number) => number;
}

/** TensorFlow's "same" padding: as much as needed, the odd pixel at the end. */
function convolve(input: Picture, convolution: Convolution): Picture {
  const [height, width, channels] = input.shape;
  const { stride, outputs, bias, weight } = convolution;
  const size = Math.ceil(height / stride);
  const before = Math.floor(Math.max(0, (size - 1) * stride + 3 - height) / 2);
  const numbers: number[] = [];
  for (let place = 0; place < size * size * outputs; place++) {
    const output = place % outputs;
    const column = Math.floor(place / outputs) % size;
    const row = Math.floor(place / outputs / size);
    let sum = bias[output]!;
    for (let tap = 0; tap < 9 * channels; tap++) {
      const channel = tap % channels;
      const across = Math.floor(tap / channels) % 3;
      const down = Math.floor(tap / channels / 3);
      const fromRow = row * stride + down - before;
      const fromColumn = column * stride + across - before;
      if (fromRow < 0 || fromColumn < 0 || fromRow >= height || fromColumn >= width) continue;
      const value = input.numbers[(fromRow * width + fromColumn) * channels + channel]!;
      sum += value * weight(output, down, across, channel);
    }
    numbers.push(sum);
  }
  return { shape: [size, size, outputs], numbers };
}

function convert(): ReturnType<typeof convertBackbone> {
  return convertBackbone({
    network: network(),
    taps: ["sum"],
    inputSidePixels: SIDE,
    graphName: "test",
  });
}

permittedTest({
  name: "convertBackbone() writes a model that computes what the network computes",
  needs: { read: true, write: true, env: true, ffi: true, sys: true },
  fn: async () => {
    await using folder = await temporaryFolder();
    const model = join(folder.path, "tiny");
    await Deno.mkdir(join(model, "onnx"), { recursive: true });
    await Deno.writeFile(join(model, "onnx/model.onnx"), convert().onnx);
    await Deno.writeTextFile(join(model, "config.json"), '{"model_type":"mobilenet_v2"}');
    await Deno.writeTextFile(
      join(model, "preprocessor_config.json"),
      JSON.stringify({
        "image_processor_type": "ViTImageProcessor",
        "do_resize": false,
        "do_rescale": true,
        "rescale_factor": 1 / 64,
        "do_normalize": false,
      }),
    );
    const { env, pipeline, RawImage } = await import("@huggingface/transformers");
    env.allowRemoteModels = false;
    env.localModelPath = `${folder.path}/`;
    const extract = await pipeline("image-feature-extraction", "tiny", { dtype: "fp32" });
    const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, index) => (index * 37) % 251);
    const output = await extract(new RawImage(pixels, SIDE, SIDE, 3));
    const expected = expectedEmbedding({
      shape: [SIDE, SIDE, 3],
      numbers: Array.from(pixels, (value) => value / 64),
    });
    assertEquals(output.dims, [1, 4]);
    expected.forEach((value, index) => assertAlmostEquals(output.data[index], value, 1e-5));
    await extract.dispose();
  },
});

Deno.test("convertBackbone() gives the same bytes each time, and the length of the vector", () => {
  assertEquals(convert().onnx, convert().onnx);
  assertEquals(convert().dimensions, 4);
});

Deno.test("convertBackbone() refuses what it does not understand", () => {
  const options = { taps: ["sum"], inputSidePixels: SIDE, graphName: "test" };
  const original = network();
  const refused = (change: Partial<TfliteNetwork>, message: string): void => {
    const changed = { ...original, ...change };
    assertThrows(() => convertBackbone({ ...options, network: changed }), TypeError, message);
  };
  refused({ operators: original.operators.slice(0, 3) }, 'starts with "sum"');
  refused({ operators: original.operators.slice(1) }, 'the weight "convolution/weights"');
  refused(
    { operators: [...original.operators, { kind: "other", code: 9, inputs: [], outputs: [3] }] },
    "TFLite operator",
  );
});
