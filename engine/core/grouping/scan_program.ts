/**
 * The loop of a flat scan, as a WebAssembly program with the instructions that compare eight
 * numbers at once; read [Note: Flat scan] first.
 *
 * Written as numbers since it is one loop: a compiler would be a part to keep. Names of
 * instructions are those of the WebAssembly 2.0 specification, chapter 5.4.
 *
 * @module
 */

/** What is used of the runtime's WebAssembly; the core has no types of any runtime. */
interface ScanRuntime {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => unknown;
  readonly Memory: new (pages: { readonly initial: number }) => ScanMemory;
  readonly Instance: new (
    module: unknown,
    imports: { readonly scan: { readonly memory: ScanMemory } },
  ) => { readonly exports: { readonly run: ScanLoop } };
}
declare const WebAssembly: ScanRuntime;

/** The memory of a scan. */
export interface ScanMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/**
 * Writes the numbers of all blocks' vectors that are within `limit` to `found`, and returns how
 * many. All places are in bytes from the start of the memory.
 */
export type ScanLoop = (
  firstHalves: number,
  secondHalves: number,
  found: number,
  fromBlock: number,
  toBlock: number,
  limit: number,
) => number;

/** Bytes of one half of a vector: 16 numbers of two bytes. */
export const HALF_BYTES = 32;
/** Vectors that are looked at together. */
export const BLOCK_VECTORS = 4;
/** The asked vector is at the start of the memory, both halves. */
export const ASKED_BYTES: number = 2 * HALF_BYTES;

/** Parameters and variables of the loop, by their numbers. */
const [FIRST, SECOND, FOUND, FROM, TO, LIMIT] = [0, 1, 2, 3, 4, 5];
const [COUNT, AT, MASK, INDEX, KEPT] = [6, 7, 8, 9, 10];
const [ASKED0, ASKED1, ASKED2, ASKED3, SUM0, SUM1, SUM2, SUM3, LIMITS] = [
  ...Array(9).keys(),
].map((place) => 11 + place) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

const I32 = 0x7f;
const V128 = 0x7b;
const EMPTY_BLOCK = 0x40;

/** Numbers as the format writes them: seven bits a byte, the lowest first. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

const get = (local: number): number[] => [0x20, ...unsigned(local)];
const set = (local: number): number[] => [0x21, ...unsigned(local)];
/** All constants here are below 64, where signed and unsigned are written alike. */
const constant = (value: number): number[] => [0x41, value];
const ADD = [0x6a];
const MULTIPLY = [0x6c];
const AND = [0x71];
const SHIFT_LEFT = [0x74];
const SHIFT_RIGHT = [0x76];
const BELOW = [0x49];
const NOT_ABOVE = [0x4d];
const vector = (code: number): number[] => [0xfd, ...unsigned(code)];
const loadVector = (offset: number): number[] => [...vector(0x00), 4, ...unsigned(offset)];
const LOAD = [0x28, 2, 0];
const STORE = [0x36, 2, 0];
const SPLAT = vector(0x11);
const ADD4 = vector(0xae);
const SUBTRACT8 = vector(0x91);
const DOT8 = vector(0xba);
const NOT_ABOVE4 = vector(0x3e);
const BITMASK4 = vector(0xa4);
const lane = (at: number): number[] => [...vector(0x1b), at];
/** Four of the eight 32-bit numbers of two vectors. */
const shuffle = (...lanes: readonly number[]): number[] => [
  ...vector(0x0d),
  ...lanes.flatMap((at) => [0, 1, 2, 3].map((byte) => 4 * at + byte)),
];
const loop = (...body: readonly number[][]): number[] => [0x03, EMPTY_BLOCK, ...body.flat(), 0x0b];
const when = (...body: readonly number[][]): number[] => [0x04, EMPTY_BLOCK, ...body.flat(), 0x0b];
const again = (depth: number): number[] => [0x0d, depth];

/** The squares of how far eight numbers are from the asked ones, summed two by two. */
function squares(address: readonly number[], offset: number, asked: number): number[] {
  const difference = [...address, ...loadVector(offset), ...get(asked), ...SUBTRACT8];
  return [...difference, ...set(SUM3), ...get(SUM3), ...get(SUM3), ...DOT8];
}

function halfSquares(address: readonly number[], offset: number, asked: number): number[] {
  return [
    ...squares(address, offset, asked),
    ...squares(address, offset + 16, asked + 1),
    ...ADD4,
  ];
}

function increase(local: number, by: readonly number[]): number[] {
  return [...get(local), ...by, ...ADD, ...set(local)];
}

/** Every vector of a block whose first half is near enough is noted. */
function blockLoop(): number[] {
  const block = get(AT);
  // Where the last sum goes last, since it is used in between.
  const sums = [SUM0, SUM1, SUM2, SUM3].flatMap((sum, place) => [
    ...halfSquares(block, place * HALF_BYTES, ASKED0),
    ...set(sum),
  ]);
  const low = [...get(SUM0), ...get(SUM1), ...shuffle(0, 4, 1, 5)];
  const high = [...get(SUM0), ...get(SUM1), ...shuffle(2, 6, 3, 7)];
  const low2 = [...get(SUM2), ...get(SUM3), ...shuffle(0, 4, 1, 5)];
  const high2 = [...get(SUM2), ...get(SUM3), ...shuffle(2, 6, 3, 7)];
  const totals = [
    ...low,
    ...high,
    ...ADD4,
    ...set(LIMITS),
    ...low2,
    ...high2,
    ...ADD4,
    ...set(SUM2),
    ...get(LIMITS),
    ...get(SUM2),
    ...shuffle(0, 1, 4, 5),
    ...get(LIMITS),
    ...get(SUM2),
    ...shuffle(2, 3, 6, 7),
    ...ADD4,
  ];
  const note = [0, 1, 2, 3].flatMap((place) => [
    ...noteAt(COUNT, [
      ...get(FROM),
      ...constant(BLOCK_VECTORS),
      ...MULTIPLY,
      ...constant(place),
      ...ADD,
    ]),
    ...increase(COUNT, [...get(MASK), ...constant(place), ...SHIFT_RIGHT, ...constant(1), ...AND]),
  ]);
  return loop(
    sums,
    totals,
    [...get(LIMIT), ...SPLAT, ...NOT_ABOVE4, ...BITMASK4, ...set(MASK)],
    get(MASK),
    when(note),
    increase(AT, [0x41, 0x80, 0x01]),
    increase(FROM, constant(1)),
    [...get(FROM), ...get(TO), ...BELOW],
    again(0),
  );
}

/** Writes a number to a place of the list. */
function noteAt(place: number, value: readonly number[]): number[] {
  const address = [...get(FOUND), ...get(place), ...constant(2), ...SHIFT_LEFT, ...ADD];
  return [...address, ...value, ...STORE];
}

/** Keeps those of the list that are near enough with both halves. */
function narrowLoop(): number[] {
  const place = (local: number): number[] => [
    ...get(local),
    ...get(INDEX),
    ...constant(5),
    ...SHIFT_LEFT,
    ...ADD,
  ];
  const total = [0, 1, 2, 3].map((at) => [...get(SUM0), ...lane(at)]);
  return loop(
    [...get(FOUND), ...get(AT), ...constant(2), ...SHIFT_LEFT, ...ADD, ...LOAD, ...set(INDEX)],
    halfSquares(place(FIRST), 0, ASKED0),
    halfSquares(place(SECOND), 0, ASKED2),
    [...ADD4, ...set(SUM0)],
    noteAt(KEPT, get(INDEX)),
    increase(KEPT, [
      ...total[0]!,
      ...total[1]!,
      ...ADD,
      ...total[2]!,
      ...ADD,
      ...total[3]!,
      ...ADD,
      ...get(LIMIT),
      ...NOT_ABOVE,
    ]),
    increase(AT, constant(1)),
    [...get(AT), ...get(COUNT), ...BELOW],
    again(0),
  );
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function text(value: string): number[] {
  return [value.length, ...Array.from(value, (letter) => letter.charCodeAt(0))];
}

function programBytes(): Uint8Array<ArrayBuffer> {
  const asked = [ASKED0, ASKED1, ASKED2, ASKED3].flatMap((local, at) => [
    ...constant(0),
    ...loadVector(16 * at),
    ...set(local),
  ]);
  const body = [
    ...[2, 5, I32, 9, V128],
    ...asked,
    ...get(FIRST),
    ...get(FROM),
    ...constant(7),
    ...SHIFT_LEFT,
    ...ADD,
    ...set(AT),
    ...[...get(FROM), ...get(TO), ...BELOW],
    ...when(blockLoop()),
    ...constant(0),
    ...set(AT),
    ...get(COUNT),
    ...when(narrowLoop()),
    ...get(KEPT),
    0x0b,
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 6, I32, I32, I32, I32, I32, I32, 1, I32]),
    ...section(2, [1, ...text("scan"), ...text("memory"), 0x02, 0x00, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text("run"), 0x00, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

let program: unknown = null;

/** A scan with a memory of its own, of one page. */
export function openScan(): { readonly memory: ScanMemory; readonly run: ScanLoop } {
  program ??= new WebAssembly.Module(programBytes());
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { run } = new WebAssembly.Instance(program, { scan: { memory } }).exports;
  return { memory, run };
}
