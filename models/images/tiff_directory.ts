/** What a TIFF tag holds, of the kinds that are read: text, or whole numbers. */
export type TiffValue = string | readonly number[];

/** One directory of a TIFF structure: its tags by number. */
export type TiffDirectory = ReadonlyMap<number, TiffValue>;

/** Real directories have some dozens of entries; a damaged one may announce 65,535. */
const ENTRIES_MAX = 512;

/** More text or numbers than this in one tag are of no use here. */
const VALUES_MAX = 1024;

const BYTE = 1;
const ASCII = 2;
const SHORT = 3;
const LONG = 4;
const UNIT_BYTES: ReadonlyMap<number, number> = new Map([
  [BYTE, 1],
  [ASCII, 1],
  [SHORT, 2],
  [LONG, 4],
]);

/**
 * Reads directories of a TIFF structure: a TIFF file, a raw photo made like one, or EXIF data.
 *
 * Whatever is damaged is left out: nothing here throws, and no read leaves the bytes.
 */
export class TiffReader {
  readonly #view: DataView;
  readonly #isLittleEndian: boolean;

  private constructor(bytes: Uint8Array, isLittleEndian: boolean) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isLittleEndian = isLittleEndian;
  }

  /** A reader, or null when the bytes do not start like TIFF. */
  static of(bytes: Uint8Array): TiffReader | null {
    if (bytes.length < 8) return null;
    const order = String.fromCharCode(bytes[0]!, bytes[1]!);
    if (order !== "II" && order !== "MM") return null;
    const reader = new TiffReader(bytes, order === "II");
    return reader.#uint16(2) === 42 ? reader : null;
  }

  /** The first directory. */
  first(): TiffDirectory {
    return this.directory(this.#uint32(4) ?? 0);
  }

  /** The numbers of all tags of the first directory, also of those that are not read here. */
  firstTags(): number[] {
    const offset = this.#uint32(4) ?? 0;
    const count = this.#uint16(offset) ?? 0;
    const tags: number[] = [];
    for (let index = 0; index < count; index++) {
      const tag = this.#uint16(offset + 2 + index * 12);
      if (tag === null) break;
      tags.push(tag);
    }
    return tags;
  }

  /** The directory at an offset in bytes from the start; empty when there is none. */
  directory(offset: number): TiffDirectory {
    const tags = new Map<number, TiffValue>();
    const count = Math.min(this.#uint16(offset) ?? 0, ENTRIES_MAX);
    for (let index = 0; index < count; index++) {
      const entry = offset + 2 + index * 12;
      const tag = this.#uint16(entry);
      if (tag === null) break;
      const value = this.#value(entry);
      // Where a tag is there twice, the first counts.
      if (value !== null && !tags.has(tag)) tags.set(tag, value);
    }
    return tags;
  }

  #value(entry: number): TiffValue | null {
    const type = this.#uint16(entry + 2);
    const count = this.#uint32(entry + 4);
    const unitBytes = UNIT_BYTES.get(type ?? 0);
    if (type === null || count === null || unitBytes === undefined) return null;
    if (count === 0 || count > VALUES_MAX) return null;
    const sizeBytes = unitBytes * count;
    // Up to four bytes are in the entry itself; more are elsewhere.
    const start = sizeBytes <= 4 ? entry + 8 : this.#uint32(entry + 8);
    if (start === null || start + sizeBytes > this.#view.byteLength) return null;
    const numbers = Array.from(
      { length: count },
      (_, index) => this.#number(start + index * unitBytes, unitBytes),
    );
    return type === ASCII ? textOf(numbers) : numbers;
  }

  #number(offset: number, sizeBytes: number): number {
    switch (sizeBytes) {
      case 1:
        return this.#view.getUint8(offset);
      case 2:
        return this.#view.getUint16(offset, this.#isLittleEndian);
      default:
        return this.#view.getUint32(offset, this.#isLittleEndian);
    }
  }

  #uint16(offset: number): number | null {
    return offset + 2 > this.#view.byteLength ? null : this.#number(offset, 2);
  }

  #uint32(offset: number): number | null {
    return offset + 4 > this.#view.byteLength ? null : this.#number(offset, 4);
  }
}

/** Text up to the first zero byte, without blanks around it. */
function textOf(codes: readonly number[]): string {
  const end = codes.indexOf(0);
  const bytes = Uint8Array.from(end < 0 ? codes : codes.slice(0, end));
  return new TextDecoder().decode(bytes).trim();
}
