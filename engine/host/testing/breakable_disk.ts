import { join } from "@std/path";
import { closeSync, openSync, readdirSync, truncateSync, writeSync } from "node:fs";
import { LoopDisk, run } from "./loop_disk.ts";

/** Takes what room a disk has left. */
const BALLAST = "ballast";
const BLOCK_BYTES = 4096;

/**
 * A disk of 8 MiB with a file system of its own (ext4), mounted, which can be full, and which can
 * fail: then it is read-only until it is mended, as a disk with a real fault is.
 */
export class BreakableDisk implements Disposable {
  readonly #disk: LoopDisk;
  #device = "";

  private constructor(beside: string) {
    const before = new Set(readdirSync("/sys/fs/ext4"));
    this.#disk = new LoopDisk(beside, {
      sizeMiB: 8,
      format: ["mkfs.ext4", "-q", "-m", "0"],
      options: ["errors=remount-ro"],
    });
    this.#nameDevice(before);
  }

  /** @throws {Error} When it cannot be made, or mounted. Only root may mount one. */
  static make(beside: string): BreakableDisk {
    return new BreakableDisk(beside);
  }

  /** Where it is mounted. */
  get path(): string {
    return this.#disk.path;
  }

  /** Takes all room but so many bytes. */
  fill(roomBytes: number): void {
    fillWithBallast(this.path, roomBytes);
    this.sync();
  }

  /** Gives the room back. */
  empty(): void {
    removeBallast(this.path);
  }

  /** Has what was written so far reach the disk. */
  sync(): void {
    this.#disk.sync();
  }

  /** From now on the file system finds itself damaged, and refuses every write. */
  break(): void {
    Deno.writeTextFileSync(`/sys/fs/ext4/${this.#device}/trigger_fs_error`, "as a test wants it");
  }

  /** Takes it off, checks it, and mounts it anew: what had not reached the disk is gone. */
  mend(): void {
    this.#disk.unmount();
    mendImage(this.#disk.image);
    const before = new Set(readdirSync("/sys/fs/ext4"));
    this.#disk.mount();
    this.#nameDevice(before);
  }

  /** Takes it off, also where somebody still holds a file of it. */
  [Symbol.dispose](): void {
    this.#disk[Symbol.dispose]();
  }

  #nameDevice(before: ReadonlySet<string>): void {
    const device = readdirSync("/sys/fs/ext4").find((name) => !before.has(name));
    if (device === undefined) throw new Error("the file system does not say its name");
    this.#device = device;
  }
}

/** Fills a disk but for so many bytes. */
export function fillWithBallast(directory: string, roomBytes: number): void {
  const path = join(directory, BALLAST);
  const file = openSync(path, "w");
  let size = 0;
  try {
    for (;;) size += writeSync(file, new Uint8Array(BLOCK_BYTES));
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
  truncateSync(path, Math.max(0, size - roomBytes));
}

/** Gives the room back that ballast takes. */
export function removeBallast(directory: string): void {
  Deno.removeSync(join(directory, BALLAST));
}

/** Mends a file system (ext4) that is not mounted. */
export function mendImage(image: string): void {
  // It says 1 when it mended something.
  run("sh", "-c", 'e2fsck -fy "$0" > /dev/null 2>&1 || test $? -le 1', image);
}
