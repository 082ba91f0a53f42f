/**
 * The two loops of a flat scan, as a WebAssembly program with the instructions that multiply eight
 * numbers at once; read [Note: Flat scan] first. Written in `wasm_code.ts`, since they are two
 * loops: a compiler would be a part to keep.
 *
 * @module
 */

import {
  ADD,
  ADD4,
  AND,
  ANY_TRUE,
  BITMASK4,
  type Code,
  constant,
  DOT8,
  get,
  increase,
  load,
  loadSplat,
  loadVector,
  moduleBytes,
  MULTIPLY,
  NOT_BELOW4,
  set,
  SHIFT_RIGHT,
  shuffle,
  SPLAT,
  store,
  storeVector,
  whileBelow,
} from "./wasm_code.ts";

/** What is used of the runtime's WebAssembly; the core has no types of any runtime. */
interface ScanRuntime {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => unknown;
  readonly Memory: new (pages: { readonly initial: number }) => ScanMemory;
  readonly Instance: new (
    module: unknown,
    imports: { readonly scan: { readonly memory: ScanMemory } },
  ) => { readonly exports: ScanLoops };
}
declare const WebAssembly: ScanRuntime;

/** The memory of a scan. */
export interface ScanMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The loops. All places are in bytes from the start of the memory, and multiples of 16. */
export interface ScanLoops {
  /**
   * Notes the numbers of all vectors in the blocks from `fromBlock` to before `toBlock` that pass
   * the three stages, and returns how many. How many blocks passed the first one is written to
   * {@linkcode PASSED_AT}; `list` is scratch, with {@linkcode LIST_BYTES} for each block.
   */
  readonly scan: (
    first: number,
    second: number,
    third: number,
    list: number,
    found: number,
    fromBlock: number,
    toBlock: number,
    limit1: number,
    limit2: number,
    limit3: number,
  ) => number;
  /**
   * Writes the products of a vector with the rows of a matrix to `sums`: `rows`, a multiple of 4,
   * and `bytes` a row, a multiple of 16. No product may leave 32 bits.
   */
  readonly project: (
    matrix: number,
    vector: number,
    sums: number,
    rows: number,
    bytes: number,
  ) => void;
}

/** Axes of a key that each stage looks at. */
export const STAGE_AXES = [24, 24, 48] as const;
export const AXES: number = STAGE_AXES[0] + STAGE_AXES[1] + STAGE_AXES[2];
/** Vectors that are looked at together. */
export const BLOCK_VECTORS = 4;
/** Bytes of a block in a stage: four numbers of 32 bits, then two axes of all vectors at a time. */
export const stageBytes = (axes: number): number => 16 + 8 * axes;
/** The asked key is at the start of the memory. */
export const PASSED_AT: number = 2 * AXES;
/** Bytes at the start of the memory that are used. */
export const HEADER_BYTES: number = PASSED_AT + 16;
/** Bytes that a noted block takes: four sums, and its number. */
export const LIST_BYTES = 32;
const LIST_NUMBER = 16;

/** Parameters and locals of `scan`, by their numbers. */
const [FIRST, SECOND, THIRD, LIST, FOUND, FROM, TO, LIMIT1, LIMIT2, LIMIT3] = [
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
] as const as readonly [
  number,
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
const [COUNT, AT, PLACE, NUMBER, KEPT, MASK] = [10, 11, 12, 13, 14, 15] as const;
const [SUM, LIMITS, ASKED] = [16, 17, 18] as const;
const FIRST_PAIRS = STAGE_AXES[0] / 2;

/** The address of an entry of the list. */
const entry = (index: number): Code => [
  ...get(LIST),
  ...get(index),
  ...constant(LIST_BYTES),
  ...MULTIPLY,
  ...ADD,
];

const atLeast = (limit: number): Code => [...get(SUM), ...get(limit), ...NOT_BELOW4];

/** Adds the products of a block at {@linkcode AT} with the asked key to {@linkcode SUM}. */
function addProducts(pairs: number, askedPair: (pair: number) => Code): Code {
  return Array.from({ length: pairs }, (_, pair) => [
    ...[...get(AT), ...loadVector(16 + 16 * pair), ...askedPair(pair), ...DOT8],
    ...[...get(SUM), ...ADD4, ...set(SUM)],
  ]).flat();
}

/** Notes the sums and the number of a block, for good if one of them is large enough. */
function keepBlock(index: number, limits: number): Code {
  return [
    ...[...entry(index), ...set(PLACE)],
    ...[...get(PLACE), ...get(SUM), ...storeVector(0)],
    ...[...get(PLACE), ...get(NUMBER), ...store(LIST_NUMBER)],
    ...increase(index, [...atLeast(limits), ...ANY_TRUE]),
  ];
}

/** Every block is looked at, in a row, with the asked numbers at hand. */
function firstStage(): Code {
  const bytes = stageBytes(STAGE_AXES[0]);
  const asked = Array.from({ length: FIRST_PAIRS }, (_, pair) => [
    ...[...constant(0), ...loadSplat(4 * pair), ...set(ASKED + pair)],
  ]).flat();
  return [
    ...asked,
    ...[...get(LIMIT1), ...SPLAT, ...set(LIMITS)],
    ...[...get(FIRST), ...get(FROM), ...constant(bytes), ...MULTIPLY, ...ADD, ...set(AT)],
    ...[...get(FROM), ...set(NUMBER)],
    ...whileBelow(NUMBER, get(TO), [
      ...[...get(AT), ...loadVector(0), ...set(SUM)],
      ...addProducts(FIRST_PAIRS, (pair) => get(ASKED + pair)),
      ...keepBlock(COUNT, LIMITS),
      ...increase(AT, constant(bytes)),
      ...increase(NUMBER, constant(1)),
    ]),
    ...[...constant(0), ...get(COUNT), ...store(PASSED_AT)],
  ];
}

/** What the list has is looked at on more axes; `keep` says what is done with the sums. */
function nextStage(stage: 1 | 2, region: number, limit: number, keep: Code): Code {
  const firstPair = stage === 1 ? FIRST_PAIRS : FIRST_PAIRS + STAGE_AXES[1] / 2;
  const askedPair = (pair: number): Code => [
    ...constant(0),
    ...loadSplat(4 * (firstPair + pair)),
  ];
  const bytes = stageBytes(STAGE_AXES[stage]);
  return [
    ...[...get(limit), ...SPLAT, ...set(LIMITS)],
    ...[...constant(0), ...set(KEPT), ...constant(0), ...set(FROM)],
    ...whileBelow(FROM, get(COUNT), [
      ...[...entry(FROM), ...set(PLACE)],
      ...[...get(PLACE), ...load(LIST_NUMBER), ...set(NUMBER)],
      ...[...get(region), ...get(NUMBER), ...constant(bytes), ...MULTIPLY, ...ADD, ...set(AT)],
      ...[...get(PLACE), ...loadVector(0), ...get(AT), ...loadVector(0), ...ADD4, ...set(SUM)],
      ...addProducts(STAGE_AXES[stage] / 2, askedPair),
      ...keep,
      ...increase(FROM, constant(1)),
    ]),
    ...[...get(KEPT), ...set(COUNT)],
  ];
}

/** Notes the vectors of a block whose sums are large enough. */
function keepVectors(): Code {
  const notes = Array.from({ length: BLOCK_VECTORS }, (_, place) => [
    ...[...get(FOUND), ...get(KEPT), ...constant(4), ...MULTIPLY, ...ADD],
    ...[...get(NUMBER), ...constant(BLOCK_VECTORS), ...MULTIPLY, ...constant(place), ...ADD],
    ...store(0),
    ...increase(KEPT, [...get(MASK), ...constant(place), ...SHIFT_RIGHT, ...constant(1), ...AND]),
  ]).flat();
  return [...atLeast(LIMITS), ...BITMASK4, ...set(MASK), ...notes];
}

/** Parameters and locals of `project`. */
const [MATRIX, VECTOR, SUMS, ROWS, BYTES] = [0, 1, 2, 3, 4] as const;
const [ROW, COLUMN, ROW1, ROW2, ROW3] = [5, 6, 7, 8, 9] as const;
const [SUM0, SUM1, SUM2, SUM3, NUMBERS] = [10, 11, 12, 13, 14] as const;
const ROWS_TOGETHER = [[MATRIX, SUM0], [ROW1, SUM1], [ROW2, SUM2], [ROW3, SUM3]] as const;

/** The sums of the four numbers of each of four vectors. */
function fourSums(): Code {
  const folded = (left: number, right: number): Code => [
    ...[...get(left), ...get(right), ...shuffle(0, 4, 1, 5)],
    ...[...get(left), ...get(right), ...shuffle(2, 6, 3, 7), ...ADD4, ...set(left)],
  ];
  return [
    ...folded(SUM0, SUM1),
    ...folded(SUM2, SUM3),
    ...[...get(SUM0), ...get(SUM2), ...shuffle(0, 1, 4, 5)],
    ...[...get(SUM0), ...get(SUM2), ...shuffle(2, 3, 6, 7), ...ADD4],
  ];
}

function projectBody(): Code {
  const zero: Code = [...constant(0), ...SPLAT];
  const starts = [[MATRIX, ROW1], [ROW1, ROW2], [ROW2, ROW3]].flatMap(([from, to]) => [
    ...[...get(from!), ...get(BYTES), ...ADD, ...set(to!)],
  ]);
  const products = ROWS_TOGETHER.flatMap(([row, sum]) => [
    ...[...get(row), ...get(COLUMN), ...ADD, ...loadVector(0), ...get(NUMBERS), ...DOT8],
    ...[...get(sum), ...ADD4, ...set(sum)],
  ]);
  return whileBelow(ROW, get(ROWS), [
    ...starts,
    ...ROWS_TOGETHER.flatMap(([, sum]) => [...zero, ...set(sum)]),
    ...[...constant(0), ...set(COLUMN)],
    ...whileBelow(COLUMN, get(BYTES), [
      ...[...get(VECTOR), ...get(COLUMN), ...ADD, ...loadVector(0), ...set(NUMBERS)],
      ...products,
      ...increase(COLUMN, constant(16)),
    ]),
    ...[...get(SUMS), ...fourSums(), ...storeVector(0)],
    ...increase(SUMS, constant(16)),
    ...[...get(ROW3), ...get(BYTES), ...ADD, ...set(MATRIX)],
    ...increase(ROW, constant(4)),
  ]);
}

function programBytes(): Uint8Array<ArrayBuffer> {
  const scan = [
    ...firstStage(),
    ...nextStage(1, SECOND, LIMIT2, keepBlock(KEPT, LIMITS)),
    ...nextStage(2, THIRD, LIMIT3, keepVectors()),
    ...get(COUNT),
  ];
  return moduleBytes([
    {
      ...{ name: "scan", parameters: 10, hasResult: true },
      ...{ numbers: 6, vectors: 2 + FIRST_PAIRS, body: scan },
    },
    {
      ...{ name: "project", parameters: 5, hasResult: false },
      ...{ numbers: 5, vectors: 5, body: projectBody() },
    },
  ]);
}

let program: unknown = null;

/** The loops with a memory of their own, of one page. */
export function openScan(): { readonly memory: ScanMemory; readonly loops: ScanLoops } {
  program ??= new WebAssembly.Module(programBytes());
  const memory = new WebAssembly.Memory({ initial: 1 });
  return { memory, loops: new WebAssembly.Instance(program, { scan: { memory } }).exports };
}
