import type { ObjectName, RequestKey } from "@scenekeep/engine/core";
import { identifier } from "@scenekeep/engine/core";
import { assertEquals } from "@std/assert";
import { command, computation, type LoggingEffect } from "../testing/logging_actor.ts";
import { actorId, testLibrary } from "../testing/test_runtime.ts";

const A = actorId("a");
const key = identifier<RequestKey>("key");
const object = identifier<ObjectName>("object");

Deno.test("Runtime carries requests to the ports and their outcomes back", async () => {
  const requests: LoggingEffect[] = [
    { kind: "readObject", key, object, read: "stat" },
    { kind: "writeObject", key, object, source: object, sizeBytes: 6 },
    {
      kind: "link",
      key,
      steps: [{
        action: "add",
        path: "a/b.jpg",
        target: "c.jpg",
        slot: null,
        expectedHash: null,
        sameAs: null,
      }],
    },
    { kind: "remove", key, object, expectedHash: null },
  ];
  const library = testLibrary({
    actors: { a: { react: ({ incoming }) => incoming.kind === "message" ? requests : [] } },
  });
  void library.runtime.request(A, "go", command("go"));
  await library.quiet();
  const acknowledged = `key done {"kind":"acknowledged"}`;
  assertEquals(library.log(A), [
    "go",
    `key done {"kind":"objectFacts","sizeBytes":6,"contentHash":null}`,
    acknowledged,
    acknowledged,
    acknowledged,
  ]);
  await library.runtime.close();
});

Deno.test("Runtime begins a bounded number of computations at a time", async () => {
  const jobs = ["1", "2", "3", "4", "5"];
  const library = testLibrary({
    actors: {
      a: { react: ({ incoming }) => incoming.kind === "message" ? jobs.map(computation) : [] },
    },
    limits: { computationsAtOnce: 2 },
  });
  const { runtime, ports, quiet } = library;
  void runtime.request(A, "go", command("go"));
  await quiet();
  const begun = () => ports.pending.map(({ request }) => request.job);
  assertEquals(begun(), ["1", "2"]);
  ports.pending[1]?.answer({ kind: "done", result: "two" });
  await quiet();
  assertEquals(begun(), ["1", "2", "3"]);
  ports.pending[0]?.reject(new Error("A port that rejects"));
  ports.pending[2]?.answer({ kind: "failed", error: "missing" });
  await quiet();
  assertEquals(begun(), ["1", "2", "3", "4", "5"]);
  assertEquals(library.log(A), ["go", "2 done two", "1 failed failed", "3 failed missing"]);
  assertEquals(
    library.outputs.map((output) => output.kind === "note" && output.note),
    [{ level: "warning", code: "PORT_FAILED", detail: "compute: Error: A port that rejects" }],
  );
  ports.pending[3]?.answer({ kind: "done", result: "four" });
  ports.pending[4]?.answer({ kind: "done", result: "five" });
  await runtime.close();
  assertEquals(library.log(A).slice(4), ["4 done four", "5 done five"]);
});

Deno.test("Runtime gives a port up that does not answer in time", async () => {
  const library = testLibrary({
    actors: {
      a: { react: ({ incoming }) => incoming.kind === "message" ? [computation("job")] : [] },
    },
    limits: { portTimeoutMs: 1_000 },
  });
  const { runtime, ports, quiet } = library;
  void runtime.request(A, "go", command("go"));
  await quiet();
  const [pending] = ports.pending;
  assertEquals(pending?.context.signal.aborted, false);
  ports.clock.advance(1_000);
  await quiet();
  assertEquals(pending?.context.signal.aborted, true);
  pending?.answer({ kind: "done", result: "too late" });
  await quiet();
  assertEquals(library.log(A), ["go", "job failed timeout"]);
  await runtime.close();
});

Deno.test("Runtime repeats a request after a crash until its completion is committed", async () => {
  const library = testLibrary({
    actors: {
      a: { react: ({ incoming }) => incoming.kind === "message" ? [computation("job")] : [] },
    },
  });
  void library.runtime.request(A, "go", command("go"));
  await library.quiet();
  const next = library.crash();
  await next.quiet();
  assertEquals(next.ports.begun, library.ports.begun);
  next.ports.pending[0]?.answer({ kind: "done", result: "result" });
  await next.quiet();
  assertEquals(next.log(A), ["go", "job done result"]);
  const last = next.crash();
  await last.quiet();
  assertEquals(last.ports.begun, []);
});

Deno.test("Runtime refuses a removal whose deadline has passed or is of another boot", async () => {
  const deadlines = [
    { bootId: "boot 1", monotonicMs: 100 },
    { bootId: "boot 1", monotonicMs: 99 },
    { bootId: "boot 0", monotonicMs: 100 },
  ];
  const library = testLibrary({
    actors: {
      a: {
        react: ({ incoming }) =>
          incoming.kind === "message"
            ? deadlines.map((deadline) => ({
              kind: "remove",
              key,
              object,
              expectedHash: null,
              deadline,
            }))
            : [],
      },
    },
  });
  library.ports.clock.advance(100);
  void library.runtime.request(A, "go", command("go"));
  await library.quiet();
  assertEquals(library.log(A).slice(1).sort(), [
    `key done {"kind":"acknowledged"}`,
    "key failed refused",
    "key failed refused",
  ]);
  await library.runtime.close();
});
