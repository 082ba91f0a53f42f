import type { ObjectName } from "@scenekeep/engine/core";

/** What the library's store really holds, as its port tells of each change. */
export class StoredBytes {
  totalBytes = 0;
  readonly #sizes = new Map<ObjectName, number>();

  /** How many objects there are. */
  get size(): number {
    return this.#sizes.size;
  }

  /** The names of all objects. */
  names(): IterableIterator<ObjectName> {
    return this.#sizes.keys();
  }

  /** Bytes of an object; undefined when the store has none of that name. */
  sizeOf(name: ObjectName): number | undefined {
    return this.#sizes.get(name);
  }

  /** An object came, or took another size. */
  written(name: ObjectName, sizeBytes: number): void {
    this.totalBytes += sizeBytes - (this.#sizes.get(name) ?? 0);
    this.#sizes.set(name, sizeBytes);
  }

  /** An object went. */
  removed(name: ObjectName): void {
    this.totalBytes -= this.#sizes.get(name) ?? 0;
    this.#sizes.delete(name);
  }
}

/** The object store of the virtual library; the names of its objects start with it and a slash. */
export const LIBRARY_STORE = "library";

/** True for the objects of the library's own store. */
export function isLibraryObject(name: ObjectName): boolean {
  return name.startsWith("library/");
}
