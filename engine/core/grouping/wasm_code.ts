/**
 * WebAssembly instructions as bytes, for the loops of a scan: names and numbers are those of the
 * WebAssembly 2.0 specification, chapter 5.4.
 *
 * @module
 */

/** Bytes of a program. */
export type Code = readonly number[];

export const I32 = 0x7f;
export const V128 = 0x7b;
const NO_RESULT = 0x40;

/** A number as the format writes it: seven bits a byte, the lowest first. */
export function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  const isLast = value >= -0x40 && value < 0x40;
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

const vectorCode = (code: number): Code => [0xfd, ...unsigned(code)];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number): Code => [0x21, ...unsigned(local)];
export const constant = (value: number): Code => [0x41, ...signed(value)];
export const ADD: Code = [0x6a];
export const MULTIPLY: Code = [0x6c];
export const AND: Code = [0x71];
export const SHIFT_RIGHT: Code = [0x76];
export const BELOW: Code = [0x49];

/** Reads and writes at an address on the stack, plus an offset. */
export const load = (offset: number): Code => [0x28, 2, ...unsigned(offset)];
export const store = (offset: number): Code => [0x36, 2, ...unsigned(offset)];
export const loadVector = (offset: number): Code => [...vectorCode(0x00), 4, ...unsigned(offset)];
export const storeVector = (offset: number): Code => [...vectorCode(0x0b), 4, ...unsigned(offset)];
/** The same 32 bits four times. */
export const loadSplat = (offset: number): Code => [...vectorCode(0x09), 2, ...unsigned(offset)];
export const SPLAT: Code = vectorCode(0x11);

/** On four numbers of 32 bits; the product is of eight of 16 bits, summed two by two. */
export const ADD4: Code = vectorCode(0xae);
export const DOT8: Code = vectorCode(0xba);
export const NOT_BELOW4: Code = vectorCode(0x3f);
export const ANY_TRUE: Code = vectorCode(0x53);
export const BITMASK4: Code = vectorCode(0xa4);

/** Four of the eight 32-bit numbers of two vectors. */
export const shuffle = (...lanes: Code): Code => [
  ...vectorCode(0x0d),
  ...lanes.flatMap((at) => [0, 1, 2, 3].map((byte) => 4 * at + byte)),
];

/** Adds what `by` leaves on the stack to a local. */
export const increase = (local: number, by: Code): Code => [
  ...get(local),
  ...by,
  ...ADD,
  ...set(local),
];

/** Repeats `body` while the local, which the body increases, is below a limit; perhaps never. */
export const whileBelow = (local: number, limit: Code, body: Code): Code => [
  ...[...get(local), ...limit, ...BELOW, 0x04, NO_RESULT],
  ...[0x03, NO_RESULT, ...body, ...get(local), ...limit, ...BELOW, 0x0d, 0, 0x0b],
  0x0b,
];

/** A function of numbers; its other locals are numbers, then vectors. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  readonly hasResult: boolean;
  readonly numbers: number;
  readonly vectors: number;
  readonly body: Code;
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function text(value: string): Code {
  return [value.length, ...Array.from(value, (letter) => letter.charCodeAt(0))];
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

/** The bytes of a module with these functions, on an imported memory `scan.memory`. */
export function moduleBytes(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, hasResult }) => [
    ...[0x60, parameters, ...Array<number>(parameters).fill(I32)],
    ...(hasResult ? [1, I32] : [0]),
  ]);
  const bodies = functions.map(({ body, numbers, vectors }) => {
    const code = [2, numbers, I32, vectors, V128, ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(types)),
    ...section(2, [1, ...text("scan"), ...text("memory"), 0x02, 0x00, 1]),
    ...section(3, list(functions.map((_, at) => [at]))),
    ...section(7, list(functions.map(({ name }, at) => [...text(name), 0x00, at]))),
    ...section(10, list(bodies)),
  ]);
}
