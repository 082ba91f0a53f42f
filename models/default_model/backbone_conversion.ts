import { ONNX_FLOAT, ONNX_FLOAT16, OnnxGraph } from "./onnx_graph.ts";
import {
  type Activation,
  TFLITE_FLOAT16,
  type TfliteNetwork,
  type TfliteOperator,
  type TfliteTensor,
} from "./tflite_reader.ts";

/** What to take from a network. */
export interface BackboneConversion {
  /** The network to take it from. */
  readonly network: TfliteNetwork;
  /** Starts of the names of the inner tensors whose averages make the embedding. */
  readonly taps: readonly string[];
  /** Side of the square picture that goes in, in pixels. */
  readonly inputSidePixels: number;
  /** Name of the graph, written into the file. */
  readonly graphName: string;
}

/** An embedding network as an ONNX file. */
export interface ConvertedBackbone {
  /** The bytes of the file. */
  readonly onnx: Uint8Array<ArrayBuffer>;
  /** Length of the embedding. */
  readonly dimensions: number;
}

type ConvolutionOperator = Extract<
  TfliteOperator,
  { kind: "convolution" | "depthwise-convolution" }
>;

/** The program named in the file as its producer; part of the bytes, and so of their digest. */
const PRODUCER = "import_default_model";

/**
 * Cuts an embedding out of a TFLite network and writes it as ONNX.
 *
 * `pixel_values [batch, 3, side, side]` goes through the network up to the taps; each tap is
 * averaged over the picture and brought to unit length, they are joined and brought to unit length
 * again: `image_embeds [batch, dimensions]`. Pictures are channels first here, channels last in
 * TFLite, so the weights are reordered. They stay in half precision in the file, with a `Cast` that
 * the runtime folds when it loads the model.
 *
 * @throws {TypeError} when the network has an operator or a weight that is not understood, or no
 * tensor of a tap's name.
 */
export function convertBackbone(conversion: BackboneConversion): ConvertedBackbone {
  const { network, taps, inputSidePixels } = conversion;
  const graph = new OnnxGraph();
  graph.input("pixel_values", ["batch", 3, inputSidePixels, inputSidePixels]);
  const converter = new NetworkConverter(network, graph);
  let dimensions = 0;
  const parts = taps.map((prefix) => {
    const tensor = findTap(network, prefix);
    dimensions += channelCount(tensorAt(network, tensor));
    const average = graph.node({
      operator: "GlobalAveragePool",
      inputs: [converter.value(tensor)],
    });
    const flat = graph.node({ operator: "Flatten", inputs: [average], attributes: { axis: 1 } });
    return unitLength(graph, flat);
  });
  const joined = graph.node({ operator: "Concat", inputs: parts, attributes: { axis: 1 } });
  unitLength(graph, joined, "image_embeds");
  graph.output("image_embeds", ["batch", dimensions]);
  return { onnx: graph.finish({ graph: conversion.graphName, producer: PRODUCER }), dimensions };
}

function unitLength(graph: OnnxGraph, value: string, output?: string): string {
  const length = graph.node({
    operator: "ReduceL2",
    inputs: [value],
    attributes: { axes: [1], keepdims: 1 },
  });
  return graph.node({
    operator: "Div",
    inputs: [value, length],
    ...(output === undefined ? {} : { output }),
  });
}

function findTap(network: TfliteNetwork, prefix: string): number {
  for (const operator of network.operators) {
    // A dequantized weight can bear the name of the layer that uses it.
    if (operator.kind === "dequantize") continue;
    const tensor = operator.outputs[0];
    if (tensor === undefined) continue;
    if (tensorAt(network, tensor).name.startsWith(prefix)) return tensor;
  }
  throw new TypeError(`Cannot find a tensor whose name starts with "${prefix}"`);
}

function tensorAt(network: TfliteNetwork, index: number): TfliteTensor {
  const tensor = network.tensors[index];
  if (tensor === undefined) throw new TypeError(`Cannot find tensor ${index} of the network`);
  return tensor;
}

function channelCount(tensor: TfliteTensor): number {
  const channels = tensor.shape[3];
  if (channels === undefined) {
    throw new TypeError(`Cannot average "${tensor.name}": want four dimensions`);
  }
  return channels;
}

/** Writes each value of the network into the graph once, with all that it depends on. */
class NetworkConverter {
  readonly #network: TfliteNetwork;
  readonly #graph: OnnxGraph;
  readonly #producers = new Map<number, TfliteOperator>();
  readonly #written = new Map<number, string>();

  constructor(network: TfliteNetwork, graph: OnnxGraph) {
    this.#network = network;
    this.#graph = graph;
    this.#written.set(network.input, "pixel_values");
    for (const operator of network.operators) {
      for (const output of operator.outputs) this.#producers.set(output, operator);
    }
  }

  /** The name in the graph of a tensor of the network. */
  value(tensor: number): string {
    const known = this.#written.get(tensor);
    if (known !== undefined) return known;
    const name = this.#write(tensor);
    this.#written.set(tensor, name);
    return name;
  }

  #write(tensor: number): string {
    const operator = this.#producers.get(tensor);
    if (operator === undefined) {
      const { name } = tensorAt(this.#network, tensor);
      throw new TypeError(`Cannot find what computes "${name}"`);
    }
    switch (operator.kind) {
      case "add": {
        const inputs = operator.inputs.map((input) => this.value(input));
        return this.#activate(this.#graph.node({ operator: "Add", inputs }), operator.activation);
      }
      case "convolution":
      case "depthwise-convolution":
        return this.#convolution(operator);
      case "dequantize":
      case "other":
        throw new TypeError(`Cannot convert the TFLite operator ${JSON.stringify(operator)}`);
    }
  }

  #convolution(operator: ConvolutionOperator): string {
    const [picture, weight, bias] = operator.inputs;
    if (picture === undefined || weight === undefined || bias === undefined) {
      throw new TypeError("Cannot convert a convolution without picture, weight and bias");
    }
    const weights = channelsFirst(this.#half(weight), operator.kind === "depthwise-convolution");
    const [outputs, , height, width] = weights.shape;
    const inputs = [
      this.value(picture),
      this.#halfConstant(weights.shape, weights.numbers),
      this.#halfConstant([outputs], this.#half(bias).numbers),
    ];
    const { options } = operator;
    const convolved = this.#graph.node({
      operator: "Conv",
      inputs,
      attributes: {
        // TensorFlow's "same" puts the odd pixel of padding at the end.
        auto_pad: options.padding === "same" ? "SAME_UPPER" : "VALID",
        kernel_shape: [height, width],
        group: operator.kind === "depthwise-convolution" ? outputs : 1,
        strides: options.strides,
      },
    });
    return this.#activate(convolved, options.activation);
  }

  #activate(value: string, activation: Activation): string {
    switch (activation) {
      case "none":
        return value;
      case "relu6":
        return this.#graph.node({
          operator: "Clip",
          inputs: [value, this.#graph.scalar(0), this.#graph.scalar(6)],
        });
      case "other":
        throw new TypeError("Cannot convert an activation other than none and ReLU6");
    }
  }

  #halfConstant(shape: readonly number[], numbers: Uint16Array<ArrayBuffer>): string {
    const raw = new Uint8Array(numbers.buffer);
    const constant = this.#graph.constant(ONNX_FLOAT16, shape, raw);
    return this.#graph.node({
      operator: "Cast",
      inputs: [constant],
      attributes: { to: ONNX_FLOAT },
    });
  }

  /** The half-precision numbers behind a weight, before the step that widens them. */
  #half(tensor: number): HalfTensor {
    const operator = this.#producers.get(tensor);
    const source = operator?.kind === "dequantize" ? operator.inputs[0] : tensor;
    if (source === undefined) throw new TypeError("Cannot convert a dequantize step without input");
    const { name, type, shape } = tensorAt(this.#network, source);
    if (type !== TFLITE_FLOAT16) {
      throw new TypeError(
        `Cannot convert the weight "${name}" of type ${type}: want half precision`,
      );
    }
    return { shape, numbers: new Uint16Array(this.#network.constantOf(source).buffer) };
  }
}

interface HalfTensor {
  readonly shape: readonly number[];
  readonly numbers: Uint16Array<ArrayBuffer>;
}

interface Weights {
  readonly shape: readonly [number, number, number, number];
  readonly numbers: Uint16Array<ArrayBuffer>;
}

/**
 * Reorders a weight to (output channel, input channel, row, column).
 *
 * TFLite has (output, row, column, input), and (1, row, column, output) for a depthwise
 * convolution.
 */
function channelsFirst(weight: HalfTensor, isDepthwise: boolean): Weights {
  const [first, height, width, last] = weight.shape;
  if (first === undefined || height === undefined || width === undefined || last === undefined) {
    throw new TypeError(`Cannot reorder a weight of shape ${weight.shape}: want four dimensions`);
  }
  const outputs = isDepthwise ? last : first;
  const channels = isDepthwise ? 1 : last;
  const numbers = new Uint16Array(weight.numbers.length);
  let next = 0;
  for (let output = 0; output < outputs; output++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const from = isDepthwise
            ? (row * width + column) * outputs + output
            : ((output * height + row) * width + column) * channels + channel;
          numbers[next++] = weight.numbers[from]!;
        }
      }
    }
  }
  return { shape: [outputs, channels, height, width], numbers };
}
