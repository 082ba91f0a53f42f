import type { OpenLibrary } from "@scenekeep/engine/host";
import type { SSEStreamingApi } from "hono/streaming";

/** Shortest time between two events: five a second are enough for a progress bar. */
const INTERVAL_MS = 200;
/** Proxies close a connection on which nothing is said; half a minute is usual. */
const SIGN_OF_LIFE_MS = 15_000;

/** What is watched, and who hears it. */
export interface ProgressWatch {
  readonly library: OpenLibrary;
  /** Reads the progress, which must be plain JSON. */
  readonly read: () => { readonly scan: { readonly phase: string } | null };
  readonly stream: SSEStreamingApi;
  /** Aborted when the server stops. */
  readonly closing: AbortSignal;
}

/**
 * Sends the progress now and whenever it has changed, until the library ends, the client leaves or
 * the server stops. A library wakes it; the state of a scan is looked at while it runs.
 */
export async function watchProgress(watch: ProgressWatch): Promise<void> {
  const { library, read, stream, closing } = watch;
  const over = Promise.withResolvers<void>();
  let isOver = false;
  let wake = () => {};
  const end = () => {
    isOver = true;
    over.resolve();
    wake();
  };
  stream.onAbort(end);
  closing.addEventListener("abort", end);
  library.stopped.then(end);
  const unwatch = library.watch(() => wake());
  let told = { data: "", atMs: performance.now() };
  try {
    while (!isOver && !closing.aborted) {
      const { version } = library;
      const progress = read();
      const data = JSON.stringify(progress);
      const nowMs = performance.now();
      if (data !== told.data) {
        told = { data, atMs: nowMs };
        // deno-lint-ignore no-await-in-loop -- events go out one after the other
        await stream.writeSSE({ event: "progress", id: `${version}`, data });
      } else if (nowMs - told.atMs >= SIGN_OF_LIFE_MS) {
        told = { data, atMs: nowMs };
        // deno-lint-ignore no-await-in-loop -- as above
        await stream.write(": alive\n\n");
      }
      // deno-lint-ignore no-await-in-loop -- as above
      await within(over.promise, INTERVAL_MS);
      const { phase } = progress.scan ?? { phase: null };
      const isScanning = phase === "preparing" || phase === "reading";
      if (isOver || isScanning || library.version !== version) continue;
      const changed = new Promise<void>((resolve) => wake = resolve);
      // deno-lint-ignore no-await-in-loop -- as above
      await within(changed, SIGN_OF_LIFE_MS);
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
