/**
 * Requests per second over a real loopback connection: a durable command of a catalog, a query, and
 * the bare framework as the limit.
 *
 * `deno run -A bench/api_bench.ts [SECONDS]` prints one line for each. Eight clients at once, and
 * one alone for the latency.
 *
 * @module
 */

import { createApp } from "@scenekeep/api";
import { identifier } from "@scenekeep/engine/core";
import { LibraryRegistry } from "@scenekeep/engine/host";

/** How often something was done, and how long it took. */
interface Measured {
  readonly perSecond: number;
  /** Nine in ten took longer: what it costs when nothing else is in the way. */
  readonly p10Ms: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

const HOME = "/v1/libraries/home";

if (import.meta.main) await main(Number(Deno.args[0] ?? "3"));

async function main(seconds: number): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "scenekeep-bench-" });
  const registry = new LibraryRegistry({ directory });
  const app = createApp({ registry, foldersUnder: null, cache: null, token: null });
  app.get("/hello", (c) => c.text("hello"));
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, app.fetch);
  const url = `http://127.0.0.1:${server.addr.port}`;
  try {
    await post(`${url}/v1/libraries`, { kind: "catalog", id: "home", limitBytes: 2 ** 50 });
    await post(`${url}${HOME}/catalog/albums`, { albums: [{ id: "a", name: "A" }] });
    let count = 0;
    const cases: [string, () => Promise<void>][] = [
      ["hello, the limit", () => read(`${url}/hello`)],
      ["read storage", () => read(`${url}${HOME}/storage`)],
      ["one file, durable", () => post(`${url}${HOME}/catalog/files`, filesFrom(count++, 1))],
      ["set the limit, durable, with key", () => setLimit(url, count++)],
    ];
    await registry.use(identifier("home"), (library) => {
      const direct = async () => {
        count += 1;
        const body = { kind: "setLimit", limitBytes: 2 ** 50 - count } as const;
        await library.request(body, { commandId: identifier(`bench/${count}`) });
      };
      return measure(direct, { clients: 1, seconds });
    }).then((measured) => print("set the limit, durable, without HTTP", measured));
    for (const [name, work] of cases) {
      for (const clients of [1, 8]) {
        // deno-lint-ignore no-await-in-loop -- measured one after the other
        print(`${name}, ${clients} at once`, await measure(work, { clients, seconds }));
      }
    }
    const batch = () => {
      count += 1000;
      return post(`${url}${HOME}/catalog/files`, filesFrom(count - 1000, 1000));
    };
    print("1,000 files, durable", await measure(batch, { clients: 1, seconds }));
    const files = await registry.use(identifier("home"), ({ state }) => state.files.size);
    // deno-lint-ignore no-console -- a benchmark prints its result
    console.log(`${files} files in the end`);
    print(
      "read storage of all those",
      await measure(() => read(`${url}${HOME}/storage`), {
        clients: 1,
        seconds,
      }),
    );
  } finally {
    await registry.close();
    await server.shutdown();
    await Deno.remove(directory, { recursive: true });
  }
}

async function measure(
  work: () => Promise<void>,
  load: { readonly clients: number; readonly seconds: number },
): Promise<Measured> {
  const timesMs: number[] = [];
  const startMs = performance.now();
  const endMs = startMs + load.seconds * 1000;
  await Promise.all(Array.from({ length: load.clients }, async () => {
    for (let beganMs = performance.now(); beganMs < endMs; beganMs = performance.now()) {
      // deno-lint-ignore no-await-in-loop -- one client does one thing at a time
      await work();
      timesMs.push(performance.now() - beganMs);
    }
  }));
  const elapsedMs = performance.now() - startMs;
  timesMs.sort((left, right) => left - right);
  const at = (part: number): number => timesMs[Math.floor(timesMs.length * part)] ?? NaN;
  return {
    perSecond: Math.round(timesMs.length / elapsedMs * 1000),
    p10Ms: at(0.1),
    medianMs: at(0.5),
    p99Ms: at(0.99),
  };
}

function print(name: string, { perSecond, p10Ms, medianMs, p99Ms }: Measured): void {
  const [p10, median, p99] = [p10Ms, medianMs, p99Ms].map((timeMs) => timeMs.toFixed(2));
  const times = `p10 ${p10} ms, median ${median} ms, p99 ${p99} ms`;
  // deno-lint-ignore no-console -- a benchmark prints its result
  console.log(`${name.padEnd(44)} ${String(perSecond).padStart(6)}/s  ${times}`);
}

function filesFrom(start: number, count: number): unknown {
  return {
    files: Array.from({ length: count }, (_, index) => ({
      id: `file-${start + index}`,
      name: "photo.jpg",
      // Every tenth is a copy of another one.
      contentHash: `content-${(start + index) % 10 === 0 ? 0 : start + index}`,
      sizes: { original: 1000 },
      albums: ["a"],
    })),
  };
}

async function setLimit(url: string, count: number): Promise<void> {
  const response = await fetch(`${url}${HOME}/storage/limit`, {
    method: "PUT",
    headers: { "Content-Type": "application/json", "Idempotency-Key": `bench-${count}` },
    body: JSON.stringify({ limitBytes: 2 ** 50 - count }),
  });
  await finish(response);
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  await finish(await fetch(url, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function read(url: string): Promise<void> {
  await finish(await fetch(url));
}

async function finish(response: Response): Promise<void> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
}
