import { splitEnding } from "../folder/file_kinds.ts";

/** Kinds that are decoded whole, with room for several frames: 20 million pixels took 330 MiB. */
const DECODED_WHOLE: ReadonlySet<string> = new Set(["avif", "heic", "heif", "jxl"]);

/** JPEG is shrunk while it is decoded, so only very large files need much room. */
const SHRUNK_AT_ONCE: ReadonlySet<string> = new Set(["jfif", "jpeg", "jpg"]);

const LARGE_BYTES = 8 * 1024 * 1024;
const LARGE_JPEG_BYTES = 32 * 1024 * 1024;

/** Whether decoding a file may take several hundred MiB, by its name and size. Constant time. */
export function isLargeWhenDecoded(path: string, sizeBytes: number): boolean {
  const { ending } = splitEnding(path);
  if (DECODED_WHOLE.has(ending)) return true;
  return sizeBytes >= (SHRUNK_AT_ONCE.has(ending) ? LARGE_JPEG_BYTES : LARGE_BYTES);
}

/**
 * Works on one large picture at a time, whatever the number of processes: each may need as much
 * memory as two processes have at rest. Other pictures go past those that wait.
 */
export class LargeOneByOne {
  readonly #isLarge: (path: string) => boolean;
  #last: Promise<unknown> = Promise.resolve();

  /** @param isLarge Whether the file at an absolute path is large when decoded. */
  constructor(isLarge: (path: string) => boolean) {
    this.#isLarge = isLarge;
  }

  /** Does the work on a picture when it may be done; `work` never rejects. */
  inTurn<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
    if (!this.#isLarge(path)) return work();
    const next = this.#last.then(work);
    this.#last = next;
    return next;
  }
}
