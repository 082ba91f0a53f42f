import type { OpenLibrary } from "@scenekeep/engine/host";
import type { SSEStreamingApi } from "hono/streaming";

/** Shortest time between two events: five a second are enough for a progress bar. */
const INTERVAL_MS = 200;
/** Proxies close a connection on which nothing is said; half a minute is usual. */
const SIGN_OF_LIFE_MS = 15_000;

/** What is watched, and who hears it. */
export interface ProgressWatch {
  readonly library: OpenLibrary;
  readonly read: () => unknown;
  readonly stream: SSEStreamingApi;
  /** Aborted when the server stops. */
  readonly closing: AbortSignal;
}

/** Sends the progress now and after each change, until the client leaves or the server stops. */
export async function watchProgress(watch: ProgressWatch): Promise<void> {
  const { library, read, stream, closing } = watch;
  let isOver = false;
  let wake = () => {};
  const end = () => {
    isOver = true;
    wake();
  };
  stream.onAbort(end);
  closing.addEventListener("abort", end);
  library.stopped.then(end);
  const unwatch = library.watch(() => wake());
  try {
    for (let told = -1; !isOver && !closing.aborted;) {
      if (library.version === told) {
        const changed = new Promise<void>((resolve) => wake = resolve);
        // deno-lint-ignore no-await-in-loop -- events go out one after the other
        await within(changed, SIGN_OF_LIFE_MS);
      }
      if (isOver) return;
      if (library.version === told) {
        // deno-lint-ignore no-await-in-loop -- as above
        await stream.write(": alive\n\n");
        continue;
      }
      told = library.version;
      // deno-lint-ignore no-await-in-loop -- as above
      await stream.writeSSE({ event: "progress", id: `${told}`, data: JSON.stringify(read()) });
      const ended = new Promise<void>((resolve) => wake = () => isOver && resolve());
      // deno-lint-ignore no-await-in-loop -- as above
      await within(ended, INTERVAL_MS);
    }
  } finally {
    unwatch();
    closing.removeEventListener("abort", end);
  }
}

/** Ends with `promise`, or after `waitMs`. */
async function within(promise: Promise<void>, waitMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => timer = setTimeout(resolve, waitMs));
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
