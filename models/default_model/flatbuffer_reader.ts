/** Where a table starts in the buffer, in bytes. */
export type TableOffset = number & { readonly __tableOffset: true };

/** Sizes in bytes of the header of a table's list of fields. */
const FIELD_LIST_HEADER_BYTES = 4;

/**
 * Reads the FlatBuffers format: tables with optional fields, reached by offsets.
 *
 * Every read is checked against the end of the buffer by `DataView`, which throws a `RangeError`:
 * a damaged file cannot make it read elsewhere.
 */
export class FlatbufferReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  /** A reader of these bytes, which it does not copy. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The table that everything hangs on. */
  root(): TableOffset {
    return this.#follow(0);
  }

  /** A field of one signed byte; 0 when absent. */
  int8(table: TableOffset, field: number): number {
    const at = this.#field(table, field);
    return at === null ? 0 : this.#view.getInt8(at);
  }

  /** A field of four bytes, signed; `absent` when the file leaves it out. */
  int32(table: TableOffset, field: number, absent = 0): number {
    const at = this.#field(table, field);
    return at === null ? absent : this.#view.getInt32(at, true);
  }

  /** A field that is a table, or null. */
  table(table: TableOffset, field: number): TableOffset | null {
    const at = this.#field(table, field);
    return at === null ? null : this.#follow(at);
  }

  /** A field that is a list of tables. */
  tables(table: TableOffset, field: number): TableOffset[] {
    const { count, start } = this.#vector(table, field);
    return Array.from({ length: count }, (_, index) => this.#follow(start + 4 * index));
  }

  /** A field that is a list of four-byte signed numbers. */
  int32s(table: TableOffset, field: number): number[] {
    const { count, start } = this.#vector(table, field);
    return Array.from({ length: count }, (_, index) => {
      return this.#view.getInt32(start + 4 * index, true);
    });
  }

  /** A field that is a list of bytes, copied so that it is aligned. */
  bytes(table: TableOffset, field: number): Uint8Array<ArrayBuffer> {
    const { count, start } = this.#vector(table, field);
    return Uint8Array.from(this.#bytes.subarray(start, start + count));
  }

  /** A field that is text. */
  text(table: TableOffset, field: number): string {
    return new TextDecoder().decode(this.bytes(table, field));
  }

  #field(table: TableOffset, field: number): number | null {
    const list = table - this.#view.getInt32(table, true);
    const entry = FIELD_LIST_HEADER_BYTES + 2 * field;
    if (entry >= this.#view.getUint16(list, true)) return null;
    const offset = this.#view.getUint16(list + entry, true);
    return offset === 0 ? null : table + offset;
  }

  #vector(table: TableOffset, field: number): { count: number; start: number } {
    const at = this.#field(table, field);
    if (at === null) return { count: 0, start: 0 };
    const vector = this.#follow(at);
    const count = this.#view.getUint32(vector, true);
    const start = vector + 4;
    if (count > this.#bytes.length - start) {
      throw new RangeError(`Cannot read ${count} elements at byte ${start}: the file ends before`);
    }
    return { count, start };
  }

  #follow(at: number): TableOffset {
    return at + this.#view.getUint32(at, true) as TableOffset;
  }
}
