import { closeSync, openSync, writeSync } from "node:fs";
import { BTRFS, LoopDisk } from "./loop_disk.ts";

const SIZE_MIB = 64;
const MIB = 1024 * 1024;

/**
 * A disk that can lose all blocks but those that were read: what it is made of becomes zeros, which
 * its own file system (btrfs) takes for an error wherever it looks again.
 */
export class ForgetfulDisk extends LoopDisk {
  constructor(beside: string) {
    super(beside, { sizeMiB: SIZE_MIB, format: BTRFS });
  }

  /** Mounts it anew and forgets what `read` does not read. Its first MiB says what it is. */
  forget(read: () => void): void {
    this.unmount();
    this.mount();
    read();
    const file = openSync(this.image, "r+");
    try {
      const zeros = new Uint8Array(MIB);
      for (let at = 1; at < SIZE_MIB; at += 1) writeSync(file, zeros, 0, MIB, at * MIB);
    } finally {
      closeSync(file);
    }
  }
}

/** A disk of 64 MiB that can lose what it holds. */
export function forgetfulDisk(beside: string): ForgetfulDisk {
  return new ForgetfulDisk(beside);
}
