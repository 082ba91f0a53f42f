import { join } from "@std/path";
import { fillWithBallast, removeBallast } from "./breakable_disk.ts";
import { BTRFS, LoopDisk, run } from "./loop_disk.ts";

/**
 * A disk of 32 MiB that takes writes and then cannot keep them: the file that it is made of lies in
 * a file system that is full. So a write is only late known to have failed, by an error when the
 * disk is asked to keep it: then what was written is lost, and nothing more can be. Its own file
 * system (btrfs) never says that it keeps what it does not; ext4, whose journal can fail as well,
 * was seen to.
 */
export class FailingDisk implements Disposable {
  readonly #disk: LoopDisk;
  readonly #below: string;

  private constructor(beside: string) {
    this.#below = join(beside, "below");
    Deno.mkdirSync(this.#below);
    run("mount", "-t", "tmpfs", "-o", "size=40M", "tmpfs", this.#below);
    try {
      this.#disk = new LoopDisk(beside, {
        sizeMiB: 32,
        imageIn: this.#below,
        format: BTRFS,
      });
    } catch (error) {
      this.#unmountBelow();
      throw error;
    }
  }

  /** @throws {Error} When it cannot be made, or mounted. Only root may mount one. */
  static make(beside: string): FailingDisk {
    return new FailingDisk(beside);
  }

  /** Where it is mounted. */
  get path(): string {
    return this.#disk.path;
  }

  /** Has what was written so far reach the disk. */
  sync(): void {
    this.#disk.sync();
  }

  /** From now on the disk keeps nothing but where it keeps something. */
  break(): void {
    // What was freed has its place below, until that is given back.
    run("fstrim", this.path);
    fillWithBallast(this.#below, 0);
  }

  /** Takes it off, lets it keep things again, and mounts it anew. */
  mend(): void {
    this.#disk.unmount();
    removeBallast(this.#below);
    this.#disk.mount();
  }

  /** Takes it off, also where somebody still holds a file of it. */
  [Symbol.dispose](): void {
    this.#disk[Symbol.dispose]();
    this.#unmountBelow();
  }

  #unmountBelow(): void {
    run("umount", "--lazy", this.#below);
  }
}
