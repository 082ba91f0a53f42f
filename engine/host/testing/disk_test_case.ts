import { diskMissing, type MakeDisk } from "./loop_disk.ts";

/** What a test with a disk asks for. */
export interface DiskTest<Disk extends Disposable> {
  readonly name: string;
  /** Makes the disk in an empty folder; the test is ignored, with the reason, where it cannot. */
  readonly make: MakeDisk<Disk>;
  /** The test; `beside` is a folder that is not on the disk, and goes with it. */
  readonly fn: (disk: Disk, beside: string) => Promise<void>;
  /** @default {120_000} */
  readonly timeoutMs?: number;
}

const NEEDS = { read: true, write: true, env: true, ffi: true, sys: true, run: true } as const;

/** A test that has a disk of its own. */
export interface DiskTestCase {
  readonly name: string;
  readonly needs: typeof NEEDS;
  readonly skip: string | null;
  readonly timeoutMs: number;
  readonly fn: () => Promise<void>;
}

/** Makes a test that has a disk of its own. */
export function diskTest<Disk extends Disposable>(test: DiskTest<Disk>): DiskTestCase {
  const { fn, make, name, timeoutMs = 120_000 } = test;
  const skip = diskMissing(make);
  return { name, needs: NEEDS, skip, timeoutMs, fn: () => withDisk(make, fn) };
}

/** Lends a disk and an empty folder beside it. */
export async function withDisk<Disk extends Disposable, Result>(
  make: MakeDisk<Disk>,
  use: (disk: Disk, beside: string) => Promise<Result>,
): Promise<Result> {
  const beside = await Deno.makeTempDir({ prefix: "scenekeep-disk-" });
  try {
    using disk = make(beside);
    return await use(disk, beside);
  } finally {
    await Deno.remove(beside, { recursive: true });
  }
}
