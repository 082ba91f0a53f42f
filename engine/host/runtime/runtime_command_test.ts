import { assertEquals, assertThrows } from "@std/assert";
import { command } from "../testing/logging_actor.ts";
import { actorId, testLibrary } from "../testing/test_runtime.ts";

const LEDGER = actorId("ledger");
const COUNTING = {
  actors: {
    ledger: {
      react: ({ log, reply, incoming }) =>
        incoming.kind === "message" ? [reply(`number ${log.length + 1}`)] : [],
    },
  },
} as const satisfies Parameters<typeof testLibrary>[0];

Deno.test("Runtime.request() applies a command once and answers it alike each time", async () => {
  const { runtime, log } = testLibrary(COUNTING);
  const ask = (id: string) => runtime.request(LEDGER, `body of ${id}`, command(id));
  assertEquals(await ask("a"), { kind: "reply", body: "number 1" });
  assertEquals(await ask("b"), { kind: "reply", body: "number 2" });
  assertEquals(await ask("a"), { kind: "reply", body: "number 1" });
  const twice = await Promise.all([ask("c"), ask("c"), ask("d"), ask("c")]);
  assertEquals(twice.map((outcome) => outcome.kind === "reply" && outcome.body), [
    "number 3",
    "number 3",
    "number 4",
    "number 3",
  ]);
  assertEquals(log(LEDGER), ["body of a", "body of b", "body of c", "body of d"]);
  assertEquals(runtime.counts.duplicates, 3);
  await runtime.close();
});

Deno.test("Runtime.request() gives the same answer after a crash", async () => {
  const library = testLibrary(COUNTING);
  await library.runtime.request(LEDGER, "first", command("a"));
  await library.runtime.request(LEDGER, "second", command("b"));
  const { runtime, log } = library.crash();
  assertEquals(await runtime.request(LEDGER, "first", command("a")), {
    kind: "reply",
    body: "number 1",
  });
  assertEquals(log(LEDGER), ["first", "second"]);
  await runtime.close();
});

Deno.test("Runtime.request() is answered by a later turn, and by one after a crash", async () => {
  const library = testLibrary({
    actors: {
      ledger: {
        react: ({ incoming, log, context }) => {
          if (incoming.kind === "message") {
            return [{ kind: "compute", key: context.self as never, job: incoming.envelope.id }];
          }
          const id = (log[0] ?? "") as never;
          return [{
            kind: "reply",
            inReplyTo: id,
            to: actorId("client"),
            channel: "remote",
            body: "late",
          }];
        },
      },
    },
  });
  const first = library.runtime.request(LEDGER, "a", command("a"));
  await library.quiet();
  assertEquals(library.ports.pending.length, 1);
  const next = library.crash();
  const again = next.runtime.request(LEDGER, "a", command("a"));
  await next.quiet();
  next.ports.pending[0]?.answer({ kind: "done", result: "result" });
  assertEquals(await again, { kind: "reply", body: "late" });
  assertEquals(await next.runtime.request(LEDGER, "a", command("a")), {
    kind: "reply",
    body: "late",
  });
  assertEquals(next.log(LEDGER), ["a", "ledger done result"]);
  library.ports.clock.advance(30_000);
  assertEquals(await first, { kind: "timeout" });
  await next.runtime.close();
});

Deno.test("Runtime.request() says when it waited long enough, is busy, or closes", async () => {
  const { runtime, ports, quiet } = testLibrary({
    actors: { ledger: { mailboxCapacity: 2 } },
  });
  const silent = [1, 2, 3].map((number) =>
    runtime.request(LEDGER, "no answer", { ...command(`c${number}`), timeoutMs: 50 })
  );
  assertEquals(await silent[2], { kind: "busy" });
  await quiet();
  ports.clock.advance(49);
  ports.clock.advance(1);
  assertEquals(await Promise.all(silent.slice(0, 2)), [{ kind: "timeout" }, { kind: "timeout" }]);
  const open = runtime.request(LEDGER, "no answer", command("d"));
  const closed = runtime.close();
  const late = runtime.request(LEDGER, "too late", command("e"));
  assertEquals(await Promise.all([open, late]), [{ kind: "closed" }, { kind: "closed" }]);
  await closed;
  assertEquals(ports.clock.pending, 0);
});

Deno.test("Runtime.request() refuses an actor that does not live here", async () => {
  const { runtime } = testLibrary(COUNTING);
  const nobody = actorId("nobody");
  assertThrows(() => runtime.request(nobody, "body", command("a")), TypeError, `"nobody"`);
  await runtime.close();
});
