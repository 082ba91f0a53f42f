import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "@std/path";
import { BTRFS, LoopDisk, run } from "./loop_disk.ts";

/**
 * A disk of 32 MiB on which single files rot: reading one is an input/output error from then on, as
 * the file system (btrfs) finds that the bytes are not those of its checksum.
 */
export class RottenDisk implements Disposable {
  readonly #disk: LoopDisk;

  private constructor(beside: string) {
    this.#disk = new LoopDisk(beside, { sizeMiB: 32, format: BTRFS });
  }

  /** @throws {Error} When it cannot be made, or mounted. Only root may mount one. */
  static make(beside: string): RottenDisk {
    return new RottenDisk(beside);
  }

  /** Where it is mounted. */
  get path(): string {
    return this.#disk.path;
  }

  /**
   * Changes a byte of each of these files on the disk itself. Names, sizes and times stay. Nobody
   * may hold a file of the disk.
   *
   * @param paths Below the disk; of more than 2 KiB, as smaller ones lie with their names.
   */
  rot(...paths: string[]): void {
    this.#disk.sync();
    const extents = paths.map((path) => this.#firstExtent(join(this.path, path)));
    this.#disk.unmount();
    for (const extent of extents) this.#flip(extent);
    this.#disk.mount();
    for (const path of paths) {
      if (isReadable(join(this.path, path))) throw new Error(`"${path}" can be read all the same`);
    }
  }

  /** Takes it off, also where somebody still holds a file of it. */
  [Symbol.dispose](): void {
    this.#disk[Symbol.dispose]();
  }

  /** Where the bytes of a file begin, as the file system counts. */
  #firstExtent(full: string): string {
    const extent = /^ +0: +0\.\. *\d+: +(\d+)\.\./m.exec(run("filefrag", "-b1", "-v", full))?.[1];
    if (extent === undefined) throw new Error(`"${full}" has no place of its own on the disk`);
    return extent;
  }

  #flip(extent: string): void {
    const said = run("btrfs-map-logical", "--logical", extent, this.#disk.image);
    const place = Number(/physical (\d+)/.exec(said)?.[1]);
    const file = openSync(this.#disk.image, "r+");
    try {
      const byte = new Uint8Array(1);
      readSync(file, byte, 0, 1, place);
      writeSync(file, byte.map((value) => value ^ 0xff), 0, 1, place);
    } finally {
      closeSync(file);
    }
  }
}

function isReadable(full: string): boolean {
  try {
    Deno.readFileSync(full);
    return true;
  } catch {
    return false;
  }
}
