import { invariant } from "@scenekeep/engine/core";
import { KeyOrder } from "./key_order.ts";

const MINUS = 45;
const ZERO = 48;
const QUOTE = 34;
const SPACE = 32;
const COMMA = 44;
const HEX = "0123456789abcdef";
const SMALL_MAX = 0x7fff_ffff;
const DEPTH_MAX = 64;
/** 1 for each ASCII character that stands for itself in a JSON string. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, unit) => {
  return unit >= SPACE && unit !== QUOTE && unit !== 92 ? 1 : 0;
});

/**
 * Writes text and canonical JSON as UTF-8 into one growing buffer, without making strings.
 *
 * Canonical: object keys by code unit, no spaces, whole numbers only, `undefined` fields left out,
 * lone surrogates escaped. Typed arrays of integers are written as `"i16:…"` with fixed-width
 * hexadecimal numbers. All else that is not plain data is refused: it could not be the same in
 * another process.
 */
export class CanonicalWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  readonly #keyOrder = new KeyOrder();

  constructor(capacityBytes: number = 1 << 16) {
    this.#bytes = new Uint8Array(capacityBytes);
  }

  /** How many bytes were written since the last `clear`. */
  get length(): number {
    return this.#length;
  }

  /** The bytes from `start`; a view that the next write may overwrite. */
  bytesFrom(start: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(start, this.#length);
  }

  /** Forgets what was written; keeps the buffer. */
  clear(): void {
    this.#length = 0;
  }

  /** One byte. */
  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** Text as it is. Linear in its length. */
  text(text: string): void {
    const size = text.length;
    if (this.#length + size * 3 > this.#bytes.length) this.#grow(size * 3);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < size; index++) {
      const unit = text.charCodeAt(index);
      if (unit < 0x80) bytes[at++] = unit;
      else {
        this.#length = at;
        index = this.#wide(text, index);
        at = this.#length;
      }
    }
    this.#length = at;
  }

  /** A whole number in decimal. */
  integer(value: number): void {
    if (!(value >= 0 && value <= SMALL_MAX)) {
      if (value < 0 && value >= -SMALL_MAX) {
        this.byte(MINUS);
        value = -value;
      } else {
        invariant(Number.isSafeInteger(value), "TRACE_NUMBER", `${value} is not a whole number`);
        this.text(String(value));
        return;
      }
    }
    if ((value | 0) !== value || Object.is(value, -0)) {
      invariant(false, "TRACE_NUMBER", `${value} is not a whole number`);
    }
    let digits = 1;
    for (let rest = value; rest >= 10; rest = (rest / 10) | 0) digits += 1;
    if (this.#length + digits > this.#bytes.length) this.#grow(digits);
    let at = this.#length + digits;
    this.#length = at;
    let rest = value;
    do {
      const shorter = (rest / 10) | 0;
      this.#bytes[--at] = ZERO + rest - shorter * 10;
      rest = shorter;
    } while (rest > 0);
  }

  /**
   * Canonical JSON. Linear in its size.
   *
   * @throws {InvariantError} When the value is not plain data: `TRACE_NUMBER`, `TRACE_VALUE` or
   * `TRACE_DEPTH`.
   */
  json(value: unknown, depth = 0): void {
    switch (typeof value) {
      case "string":
        return this.quoted(value);
      case "number":
        return this.integer(value);
      case "boolean":
        return this.text(value ? "true" : "false");
      case "object":
        if (value === null) return this.text("null");
        invariant(depth < DEPTH_MAX, "TRACE_DEPTH", "A value is nested too deeply, or in a circle");
        if (Array.isArray(value)) return this.#array(value, depth);
        if (ArrayBuffer.isView(value)) return this.#typedArray(value);
        return this.#object(value as Record<string, unknown>, depth);
      default:
        invariant(false, "TRACE_VALUE", `A ${typeof value} is not plain data`);
    }
  }

  /** A JSON string. */
  quoted(text: string): void {
    const size = text.length;
    if (this.#length + size + 2 > this.#bytes.length) this.#grow(size + 2);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = QUOTE;
    for (let index = 0; index < size; index++) {
      const unit = text.charCodeAt(index);
      if (unit < 0x80 && PLAIN[unit] === 1) bytes[at++] = unit;
      else {
        this.text(JSON.stringify(text));
        return;
      }
    }
    bytes[at++] = QUOTE;
    this.#length = at;
  }

  #array(values: readonly unknown[], depth: number): void {
    this.byte(91);
    for (let index = 0; index < values.length; index++) {
      if (index > 0) this.byte(COMMA);
      this.json(values[index], depth + 1);
    }
    this.byte(93);
  }

  #object(value: Record<string, unknown>, depth: number): void {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      invariant(false, "TRACE_VALUE", `A ${prototype?.constructor?.name} is not plain data`);
    }
    const keys = this.#keyOrder.sorted(value);
    let isFirst = true;
    this.byte(123);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      const field = value[key];
      if (field === undefined) continue;
      if (!isFirst) this.byte(COMMA);
      isFirst = false;
      this.quoted(key);
      this.byte(58);
      this.json(field, depth + 1);
    }
    this.byte(125);
  }

  #typedArray(view: ArrayBufferView): void {
    const values = view as unknown as ArrayLike<number>;
    const width = (view as Int16Array).BYTES_PER_ELEMENT;
    const isInteger = view instanceof Int8Array || view instanceof Uint8Array ||
      view instanceof Int16Array || view instanceof Uint16Array ||
      view instanceof Int32Array || view instanceof Uint32Array;
    invariant(isInteger, "TRACE_VALUE", "Only typed arrays of 8 to 32-bit integers are plain data");
    this.text(`"i${width * 8}:`);
    for (let index = 0; index < values.length; index++) {
      const bits = values[index]!;
      for (let shift = width * 8 - 4; shift >= 0; shift -= 4) {
        this.byte(HEX.charCodeAt((bits >>> shift) & 15));
      }
    }
    this.byte(QUOTE);
  }

  /** Writes what follows ASCII at `index`; returns the index of the last code unit written. */
  #wide(text: string, index: number): number {
    const bytes = this.#bytes;
    let at = this.#length;
    const unit = text.charCodeAt(index);
    const next = text.charCodeAt(index + 1);
    let last = index;
    if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6);
      bytes[at++] = 0x80 | (unit & 63);
    } else if (unit >= 0xd800 && unit < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
      const point = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = 0x80 | ((point >> 12) & 63);
      bytes[at++] = 0x80 | ((point >> 6) & 63);
      bytes[at++] = 0x80 | (point & 63);
      last = index + 1;
    } else {
      bytes[at++] = 0xe0 | (unit >> 12);
      bytes[at++] = 0x80 | ((unit >> 6) & 63);
      bytes[at++] = 0x80 | (unit & 63);
    }
    this.#length = at;
    return last;
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + needed + 1024));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** Its buffer is kept: a value is written to its end before the next one is begun. */
const wholeValue = new CanonicalWriter();
const decoder = new TextDecoder();

/** The canonical JSON of a value as text. */
export function canonicalJson(value: unknown): string {
  wholeValue.clear();
  wholeValue.json(value);
  return decoder.decode(wholeValue.bytesFrom(0));
}
