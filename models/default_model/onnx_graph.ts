import { ProtobufWriter } from "./protobuf_writer.ts";

/** Numbers of `onnx.TensorProto.DataType`. */
export const ONNX_FLOAT = 1;
/** Half precision: sixteen bits. */
export const ONNX_FLOAT16 = 10;

/** Numbers of `onnx.AttributeProto.AttributeType`. */
const ATTRIBUTE_INTEGER = 2;
const ATTRIBUTE_TEXT = 3;
const ATTRIBUTE_INTEGERS = 7;

/** Version of the ONNX file format. */
const IR_VERSION = 8;
/**
 * Version of the operator set: the first in which every operator used here has its present form.
 */
const OPSET_VERSION = 13;

/** The attributes of a node, by name. */
export type OnnxAttributes = Readonly<Record<string, number | string | readonly number[]>>;

/** A node to add to a graph. */
export interface OnnxNode {
  /** Operator name, such as `Conv`. */
  readonly operator: string;
  /** Names of the values that go in. */
  readonly inputs: readonly string[];
  /** Settings of the operator; none when left out. */
  readonly attributes?: OnnxAttributes;
  /** Name of the value that comes out; a fresh one when left out. */
  readonly output?: string;
}

/** The shape of a value: a number for a fixed size, text for a size that is known at run time. */
export type OnnxShape = readonly (number | string)[];

/**
 * Builds an ONNX model, node by node; the bytes depend on nothing but the calls made.
 *
 * Field numbers are those of `onnx.proto` (ONNX IR version 8).
 */
export class OnnxGraph {
  readonly #nodes: ProtobufWriter[] = [];
  readonly #constants: ProtobufWriter[] = [];
  readonly #inputs: ProtobufWriter[] = [];
  readonly #outputs: ProtobufWriter[] = [];
  #nameCount = 0;

  /** Adds a constant tensor; `raw` holds its numbers, little-endian. Returns its name. */
  constant(type: number, shape: readonly number[], raw: Uint8Array): string {
    const name = `w${this.#nameCount++}`;
    const tensor = new ProtobufWriter();
    for (const size of shape) tensor.integer(1, size);
    this.#constants.push(tensor.integer(2, type).text(8, name).bytes(9, raw));
    return name;
  }

  /** Adds a constant single number. Returns its name. */
  scalar(value: number): string {
    return this.constant(ONNX_FLOAT, [], new Uint8Array(Float32Array.of(value).buffer));
  }

  /** Adds a node. Returns the name of its output. */
  node(node: OnnxNode): string {
    const output = node.output ?? `t${this.#nameCount++}`;
    const written = new ProtobufWriter();
    for (const input of node.inputs) written.text(1, input);
    written.text(2, output).text(3, output).text(4, node.operator);
    for (const [name, value] of Object.entries(node.attributes ?? {})) {
      written.message(5, writeAttribute(name, value));
    }
    this.#nodes.push(written);
    return output;
  }

  /** Declares a value that the caller gives at run time. */
  input(name: string, shape: OnnxShape): void {
    this.#inputs.push(writeValue(name, shape));
  }

  /** Declares a value that the caller gets. */
  output(name: string, shape: OnnxShape): void {
    this.#outputs.push(writeValue(name, shape));
  }

  /** The whole model as the bytes of an `.onnx` file. */
  finish(names: { readonly graph: string; readonly producer: string }): Uint8Array<ArrayBuffer> {
    const graph = new ProtobufWriter();
    for (const node of this.#nodes) graph.message(1, node);
    graph.text(2, names.graph);
    for (const tensor of this.#constants) graph.message(5, tensor);
    for (const value of this.#inputs) graph.message(11, value);
    for (const value of this.#outputs) graph.message(12, value);
    const operatorSet = new ProtobufWriter().text(1, "").integer(2, OPSET_VERSION);
    return new ProtobufWriter()
      .integer(1, IR_VERSION)
      .text(2, names.producer)
      .message(7, graph)
      .message(8, operatorSet)
      .finish();
  }
}

function writeAttribute(name: string, value: number | string | readonly number[]): ProtobufWriter {
  const attribute = new ProtobufWriter().text(1, name);
  if (typeof value === "string") return attribute.text(4, value).integer(20, ATTRIBUTE_TEXT);
  if (typeof value === "number") return attribute.integer(3, value).integer(20, ATTRIBUTE_INTEGER);
  for (const one of value) attribute.integer(8, one);
  return attribute.integer(20, ATTRIBUTE_INTEGERS);
}

function writeValue(name: string, shape: OnnxShape): ProtobufWriter {
  const written = new ProtobufWriter();
  for (const size of shape) {
    const dimension = new ProtobufWriter();
    if (typeof size === "number") dimension.integer(1, size);
    else dimension.text(2, size);
    written.message(1, dimension);
  }
  const tensor = new ProtobufWriter().integer(1, ONNX_FLOAT).message(2, written);
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
}
