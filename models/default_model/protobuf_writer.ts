/** The two wire types that an ONNX file needs: numbers and byte strings. */
const WIRE_VARINT = 0;
const WIRE_BYTES = 2;

/** Writes one Protocol Buffers message: fields in the order in which they are given. */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];
  #sizeBytes = 0;

  /** A field that holds a whole number from 0 to `Number.MAX_SAFE_INTEGER`. */
  integer(field: number, value: number): this {
    this.#varint(field * 8 + WIRE_VARINT);
    this.#varint(value);
    return this;
  }

  /** A field that holds bytes; they are not copied until {@linkcode finish}. */
  bytes(field: number, value: Uint8Array): this {
    this.#varint(field * 8 + WIRE_BYTES);
    this.#varint(value.length);
    this.#push(value);
    return this;
  }

  /** A field that holds text, written as UTF-8. */
  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  /** A field that holds another message. */
  message(field: number, value: ProtobufWriter): this {
    return this.bytes(field, value.finish());
  }

  /** The message as bytes. */
  finish(): Uint8Array<ArrayBuffer> {
    const joined = new Uint8Array(this.#sizeBytes);
    let offset = 0;
    for (const part of this.#parts) {
      joined.set(part, offset);
      offset += part.length;
    }
    return joined;
  }

  #varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`Cannot write ${value} as a varint: want a whole number from 0`);
    }
    const out: number[] = [];
    // Division, not shifts: a shift would cut the number to 32 bits.
    let rest = value;
    do {
      out.push((rest % 128) | (rest > 127 ? 128 : 0));
      rest = Math.floor(rest / 128);
    } while (rest > 0);
    this.#push(Uint8Array.from(out));
  }

  #push(part: Uint8Array): void {
    this.#parts.push(part);
    this.#sizeBytes += part.length;
  }
}
