import { join } from "@std/path";
import { closeSync, openSync, readdirSync, truncateSync, writeSync } from "node:fs";

/** Takes what room a disk has left. */
const BALLAST = "ballast";
const BLOCK_BYTES = 4096;

/** Why this machine cannot have a small disk, or null. Only root may mount one. */
export function breakableDiskMissing(): string | null {
  if (Deno.build.os !== "linux") return "needs Linux, to mount a small disk";
  if (Deno.permissions.querySync({ name: "run" }).state !== "granted") return null;
  if (Deno.permissions.querySync({ name: "sys" }).state !== "granted") return null;
  if (Deno.uid() !== 0) return "needs root, to mount a small disk";
  try {
    const beside = Deno.makeTempDirSync({ prefix: "scenekeep-disk-" });
    try {
      BreakableDisk.make(beside)[Symbol.dispose]();
    } finally {
      Deno.removeSync(beside, { recursive: true });
    }
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `needs a small disk, which cannot be mounted here: ${reason}`;
  }
}

/**
 * A disk of 8 MiB with a file system of its own (ext4), mounted, which can be full, and which can
 * fail: then it is read-only until it is mended, as a disk with a real fault is.
 */
export class BreakableDisk implements Disposable {
  /** Where it is mounted. */
  readonly path: string;
  readonly #image: string;
  #device = "";

  private constructor(beside: string) {
    this.path = join(beside, "disk");
    this.#image = join(beside, "disk.image");
  }

  /** @throws {Error} When it cannot be made, or mounted. */
  static make(beside: string): BreakableDisk {
    const disk = new BreakableDisk(beside);
    Deno.mkdirSync(disk.path);
    run("truncate", "--size=8M", disk.#image);
    run("mkfs.ext4", "-q", "-m", "0", disk.#image);
    disk.#mount();
    return disk;
  }

  /** Takes all room but so many bytes. */
  fill(roomBytes: number): void {
    const path = join(this.path, BALLAST);
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
    run("sync", "--file-system", this.path);
  }

  /** Gives the room back. */
  empty(): void {
    Deno.removeSync(join(this.path, BALLAST));
  }

  /** Has what was written so far reach the disk. */
  sync(): void {
    run("sync", "--file-system", this.path);
  }

  /** From now on the file system finds itself damaged, and refuses every write. */
  break(): void {
    Deno.writeTextFileSync(`/sys/fs/ext4/${this.#device}/trigger_fs_error`, "as a test wants it");
  }

  /** Takes it off, checks it, and mounts it anew: what had not reached the disk is gone. */
  mend(): void {
    run("umount", this.path);
    // It says 1 when it mended something.
    run("sh", "-c", 'e2fsck -fy "$0" > /dev/null 2>&1 || test $? -le 1', this.#image);
    this.#mount();
  }

  /** Takes it off, also where somebody still holds a file of it. */
  [Symbol.dispose](): void {
    run("umount", "--lazy", this.path);
  }

  #mount(): void {
    const before = new Set(readdirSync("/sys/fs/ext4"));
    run("mount", "-o", "loop,errors=remount-ro", this.#image, this.path);
    const device = readdirSync("/sys/fs/ext4").find((name) => !before.has(name));
    this.#device = device ?? "";
    if (device === undefined) throw new Error("the file system does not say its name");
  }
}

function run(command: string, ...args: string[]): void {
  const { success, stderr } = new Deno.Command(command, { args, stdout: "null", stderr: "piped" })
    .outputSync();
  if (!success) throw new Error(`${command}: ${new TextDecoder().decode(stderr).trim()}`);
}
