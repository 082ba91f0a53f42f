import { join } from "@std/path";

/** A file system in a file. */
export interface LoopDiskShape {
  readonly sizeMiB: number;
  /** The program that makes it and its words; the file follows. */
  readonly format: readonly [string, ...string[]];
  /** What `mount` is told besides. */
  readonly options?: readonly string[];
  /** Where the file is. @default beside where it is mounted */
  readonly imageIn?: string;
}

/** Makes a file system (btrfs) in as few places as it can be. */
export const BTRFS: LoopDiskShape["format"] = [
  "mkfs.btrfs",
  "--quiet",
  "--mixed",
  "--data",
  "single",
  "--metadata",
  "single",
];

/** A small disk with a file system of its own, mounted. Only root may mount one. */
export class LoopDisk implements Disposable {
  /** Where it is mounted. */
  readonly path: string;
  /** The file that it is made of. */
  readonly image: string;
  readonly #options: readonly string[];

  /** @throws {Error} When it cannot be made, or mounted. */
  constructor(beside: string, { format, imageIn = beside, options = [], sizeMiB }: LoopDiskShape) {
    this.path = join(beside, "disk");
    this.image = join(imageIn, "disk.image");
    this.#options = ["loop", ...options];
    const [program, ...words] = format;
    Deno.mkdirSync(this.path);
    run("truncate", `--size=${sizeMiB}M`, this.image);
    run(program, ...words, this.image);
    this.mount();
  }

  mount(): void {
    run("mount", "-o", this.#options.join(","), this.image, this.path);
  }

  unmount(): void {
    run("umount", this.path);
  }

  /** Has what was written so far reach the disk. */
  sync(): void {
    run("sync", "--file-system", this.path);
  }

  /** Takes it off, also where somebody still holds a file of it. */
  [Symbol.dispose](): void {
    run("umount", "--lazy", this.path);
  }
}

/** A disk of 64 MiB (btrfs) on which files can share their blocks. */
export function reflinkDisk(beside: string): LoopDisk {
  return new LoopDisk(beside, { sizeMiB: 64, format: BTRFS });
}

/** Makes a disk in an empty folder. */
export type MakeDisk<Disk extends Disposable> = (beside: string) => Disk;

const missingOf = new Map<MakeDisk<Disposable>, string | null>();

/** Why this machine cannot have a disk of some kind, or null: one is made, once, to see. */
export function diskMissing(make: MakeDisk<Disposable>): string | null {
  const known = missingOf.get(make);
  if (known !== undefined) return known;
  const missing = tryToMake(make);
  missingOf.set(make, missing);
  return missing;
}

function tryToMake(make: MakeDisk<Disposable>): string | null {
  if (Deno.build.os !== "linux") return "needs Linux, to mount a small disk";
  if (Deno.permissions.querySync({ name: "run" }).state !== "granted") return null;
  if (Deno.permissions.querySync({ name: "sys" }).state !== "granted") return null;
  if (Deno.uid() !== 0) return "needs root, to mount a small disk";
  try {
    const beside = Deno.makeTempDirSync({ prefix: "scenekeep-disk-" });
    try {
      make(beside)[Symbol.dispose]();
    } finally {
      Deno.removeSync(beside, { recursive: true });
    }
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `needs a small disk, which cannot be mounted here: ${reason}`;
  }
}

/** Runs a program that must succeed; returns what it wrote. */
export function run(program: string, ...words: string[]): string {
  const { stderr, stdout, success } = new Deno.Command(program, { args: words }).outputSync();
  if (success) return new TextDecoder().decode(stdout);
  throw new Error(`${program}: ${new TextDecoder().decode(stderr).trim()}`);
}
