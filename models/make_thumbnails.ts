import { denoCommand, permittedFolders } from "./deno_program.ts";
import { readLines } from "./lines.ts";

/** Which thumbnails to make. */
export interface ThumbnailRequest {
  /** Folder with the pictures, absolute. */
  readonly root: string;
  /** Pictures, absolute. */
  readonly paths: readonly string[];
  /** Ends the work at once. */
  readonly signal?: AbortSignal;
  /** Told of each in order: base64 of a JPEG of at most 240 pixels a side, or null. */
  readonly onThumbnail: (path: string, jpeg: string | null) => void;
}

/**
 * Makes small pictures in a process of its own, upright, one after the other. What is no picture,
 * or cannot be decoded, is null. A picture that ends the process is null as well, and the next
 * process goes on behind it.
 */
export async function makeThumbnails(request: ThumbnailRequest): Promise<void> {
  let rest = request.paths;
  while (rest.length > 0 && request.signal?.aborted !== true) {
    // deno-lint-ignore no-await-in-loop -- a new process only where the last one died
    const done = await makeSome({ ...request, paths: rest });
    const failed = rest[done];
    if (failed !== undefined) request.onThumbnail(failed, null);
    rest = rest.slice(done + 1);
  }
}

/** How many were made before the process ended. */
async function makeSome(request: ThumbnailRequest): Promise<number> {
  const { root, paths, signal, onThumbnail } = request;
  const child = denoCommand({
    url: new URL("./thumbnail_process.ts", import.meta.url),
    permissions: [
      `--allow-read=${permittedFolders([root])}`,
      "--allow-env",
      "--allow-ffi",
      "--allow-sys",
      "--deny-net",
      "--deny-write",
      "--deny-run",
    ],
    argument: null,
    stdin: "piped",
    environment: "limited",
  }).spawn();
  const stop = (): void => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  signal?.addEventListener("abort", stop);
  const errors = child.stderr.cancel();
  const lines = paths.map((path) => `${JSON.stringify(path)}\n`);
  const input = ReadableStream.from(lines).pipeThrough(new TextEncoderStream())
    .pipeTo(child.stdin).catch(() => {});
  let done = 0;
  for await (const line of readLines(child.stdout)) {
    const path = paths[done];
    if (path === undefined) break;
    const jpeg: unknown = JSON.parse(line);
    onThumbnail(path, typeof jpeg === "string" ? jpeg : null);
    done += 1;
  }
  signal?.removeEventListener("abort", stop);
  await Promise.all([child.status, input, errors]);
  return done;
}
