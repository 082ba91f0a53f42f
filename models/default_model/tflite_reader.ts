import { FlatbufferReader, type TableOffset } from "./flatbuffer_reader.ts";

/** Half precision, in the numbering of the TFLite schema. */
export const TFLITE_FLOAT16 = 1;

/** What happens to numbers after an operation. */
export type Activation = "none" | "relu6" | "other";

/** A tensor: a value that flows through the network, or a constant. */
export interface TfliteTensor {
  /** Name given when the network was made. */
  readonly name: string;
  /** Sizes, batch first and channels last. */
  readonly shape: readonly number[];
  /** Number of the element type in the schema. */
  readonly type: number;
  /** Index of the buffer that holds its constant numbers. */
  readonly buffer: number;
}

/** How a convolution moves over the picture. */
export interface ConvolutionOptions {
  /** `same`: the output covers the input; `valid`: no padding. */
  readonly padding: "same" | "valid";
  /** Step in pixels along the height, then the width. */
  readonly strides: readonly [number, number];
  /** What follows at once. */
  readonly activation: Activation;
}

/** One step of the network. */
export type TfliteOperator = {
  /** Indices of the tensors that go in. */
  readonly inputs: readonly number[];
  /** Indices of the tensors that come out. */
  readonly outputs: readonly number[];
} & OperatorKind;

type OperatorKind =
  | { readonly kind: "add"; readonly activation: Activation }
  | { readonly kind: "convolution"; readonly options: ConvolutionOptions }
  | { readonly kind: "depthwise-convolution"; readonly options: ConvolutionOptions }
  | { readonly kind: "dequantize" }
  | { readonly kind: "other"; readonly code: number };

/** A network read from a TFLite file. */
export interface TfliteNetwork {
  /** Every tensor, by index. */
  readonly tensors: readonly TfliteTensor[];
  /** Every step, in the order of execution. */
  readonly operators: readonly TfliteOperator[];
  /** Index of the tensor that takes the picture. */
  readonly input: number;
  /** The bytes of a constant tensor, by its index; empty for a tensor that is computed. */
  constantOf(tensor: number): Uint8Array<ArrayBuffer>;
}

/** Numbers of the operators in the TFLite schema. */
const ADD = 0;
const CONV_2D = 3;
const DEPTHWISE_CONV_2D = 4;
const DEQUANTIZE = 6;

/**
 * Reads a TFLite file (FlatBuffers, schema version 3): of the operators, those of a MobileNet
 * backbone are understood, the rest are kept as `other`.
 *
 * @throws {RangeError} when the file ends before what it announces.
 * @throws {TypeError} when it has no graph.
 */
export function readTflite(bytes: Uint8Array): TfliteNetwork {
  const reader = new FlatbufferReader(bytes);
  const root = reader.root();
  const codes = reader.tables(root, 1).map((table) => operatorCode(reader, table));
  const graph = reader.tables(root, 2)[0];
  if (graph === undefined) throw new TypeError("Cannot read a TFLite file without a graph");
  const input = reader.int32s(graph, 1)[0];
  if (input === undefined) throw new TypeError("Cannot read a TFLite graph without an input");
  const buffers = reader.tables(root, 4);
  const tensors = reader.tables(graph, 0).map((table) => readTensor(reader, table));
  const operators = reader.tables(graph, 3).map((table): TfliteOperator => ({
    inputs: reader.int32s(table, 1),
    outputs: reader.int32s(table, 2),
    ...operatorKind(reader, codes[reader.int32(table, 0)] ?? -1, reader.table(table, 4)),
  }));
  return {
    tensors,
    operators,
    input,
    constantOf(tensor: number): Uint8Array<ArrayBuffer> {
      const buffer = buffers[tensors[tensor]?.buffer ?? 0];
      return buffer === undefined ? new Uint8Array() : reader.bytes(buffer, 0);
    },
  };
}

/** Old files keep the code in one byte, newer ones in four: the larger of the two is meant. */
function operatorCode(reader: FlatbufferReader, table: TableOffset): number {
  return Math.max(reader.int8(table, 0), reader.int32(table, 3));
}

function readTensor(reader: FlatbufferReader, table: TableOffset): TfliteTensor {
  return {
    shape: reader.int32s(table, 0),
    type: reader.int8(table, 1),
    buffer: reader.int32(table, 2),
    name: reader.text(table, 3),
  };
}

function operatorKind(
  reader: FlatbufferReader,
  code: number,
  options: TableOffset | null,
): OperatorKind {
  if (code === DEQUANTIZE) return { kind: "dequantize" };
  if (options === null) return { kind: "other", code };
  if (code === ADD) return { kind: "add", activation: activation(reader.int8(options, 0)) };
  if (code === CONV_2D) {
    return { kind: "convolution", options: convolution(reader, options, 3) };
  }
  if (code === DEPTHWISE_CONV_2D) {
    return { kind: "depthwise-convolution", options: convolution(reader, options, 4) };
  }
  return { kind: "other", code };
}

/** Both convolutions share their first fields; then come the activation and the two dilations. */
function convolution(
  reader: FlatbufferReader,
  options: TableOffset,
  activationField: number,
): ConvolutionOptions {
  const dilations = [1, 2].map((next) => reader.int32(options, activationField + next, 1));
  if (dilations.some((dilation) => dilation !== 1)) {
    throw new TypeError(`Cannot read a convolution with dilation ${dilations}: want 1`);
  }
  return {
    padding: reader.int8(options, 0) === 0 ? "same" : "valid",
    strides: [reader.int32(options, 2), reader.int32(options, 1)],
    activation: activation(reader.int8(options, activationField)),
  };
}

function activation(code: number): Activation {
  switch (code) {
    case 0:
      return "none";
    case 3:
      return "relu6";
    default:
      return "other";
  }
}
