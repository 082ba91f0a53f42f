import { assertEquals, assertMatch } from "@std/assert";
import { command, computation, sendTo } from "../testing/logging_actor.ts";
import { actorId, testLibrary } from "../testing/test_runtime.ts";

const [A, B, C] = [actorId("a"), actorId("b"), actorId("c")];

Deno.test("Runtime delivers local messages in order and holds the sender back", async () => {
  const seen: string[] = [];
  const library = testLibrary({
    actors: {
      a: {
        react: ({ text }) => {
          seen.push(`a ${text}`);
          return [1, 2, 3, 4, 5].map((number) => sendTo(B, `${text}${number}`));
        },
      },
      b: {
        durability: "volatile",
        mailboxCapacity: 2,
        react: ({ text }) => {
          seen.push(text);
          return [];
        },
      },
    },
  });
  const { runtime, log, quiet } = library;
  void runtime.request(A, "x", command("x"));
  void runtime.request(A, "y", command("y"));
  await quiet();
  assertEquals(log(B), ["x1", "x2", "x3", "x4", "x5", "y1", "y2", "y3", "y4", "y5"]);
  // The second turn of the sender came only once its first messages had all found room.
  assertEquals(seen.indexOf("a y") >= 4, true);
  await runtime.close();
});

Deno.test("Runtime lets actors go on that wait for each other in a circle", async () => {
  const forward = (to: ReturnType<typeof actorId>) => ({
    mailboxCapacity: 1,
    durability: "volatile" as const,
    react: ({ text }: { readonly text: string }) =>
      text.length > 6 ? [] : [sendTo(to, `${text}0`), sendTo(to, `${text}1`)],
  });
  const library = testLibrary({ actors: { a: forward(B), b: forward(C), c: forward(A) } });
  void library.runtime.request(A, "", command("start"));
  await library.quiet();
  const all = [A, B, C].flatMap((actor) => [...library.log(actor)]);
  // Every word of up to seven digits came exactly once.
  assertEquals(all.length, 2 ** 8 - 1);
  assertEquals(new Set(all).size, all.length);
  await library.runtime.close();
});

Deno.test("Runtime lets an actor fill its own mailbox", async () => {
  const library = testLibrary({
    actors: {
      a: {
        mailboxCapacity: 1,
        react: ({ text }) => text === "go" ? [1, 2, 3, 4].map((n) => sendTo(A, `${n}`)) : [],
      },
    },
  });
  void library.runtime.request(A, "go", command("go"));
  await library.quiet();
  assertEquals(library.log(A), ["go", "1", "2", "3", "4"]);
  await library.runtime.close();
});

Deno.test("Runtime sends a message again that was not committed before a crash", async () => {
  let refused = true;
  const library = testLibrary({
    actors: {
      a: { react: ({ text }) => text === "go" ? [sendTo(B, "sent", "durable")] : [] },
      b: { react: ({ reply }) => [reply("thanks", "durable")] },
    },
    refusal: () => refused && library.log(A).length > 0 ? "diskFull" : null,
  });
  void library.runtime.request(A, "go", command("go"));
  await library.quiet();
  assertEquals(library.log(B), []);
  assertEquals(library.runtime.counts.refused, 1);
  refused = false;
  const next = library.crash();
  await next.quiet();
  assertEquals(next.log(B), ["sent"]);
  assertEquals(next.log(A), ["go", "thanks"]);
  const last = next.crash();
  await last.quiet();
  assertEquals([last.log(A), last.log(B)], [["go", "thanks"], ["sent"]]);
  assertEquals(last.runtime.counts.turns, 0);
});

Deno.test("Runtime keeps a durable send until its durable answer is committed too", async () => {
  let answersTaken = 0;
  const library = testLibrary({
    actors: {
      a: {
        react: ({ text }) => text === "go" ? [sendTo(B, "question", "durable")] : [],
      },
      b: { react: ({ reply }) => [reply("answer", "durable")] },
    },
    // The answer finds a full disk, three times.
    refusal: () => library.log(B).length === 1 && ++answersTaken <= 3 ? "diskFull" : null,
  });
  void library.runtime.request(A, "go", command("go"));
  await library.quiet();
  assertEquals([library.log(A), library.log(B)], [["go"], ["question"]]);
  answersTaken = 99;
  const next = library.crash();
  await next.quiet();
  assertEquals([next.log(A), next.log(B)], [["go", "answer"], ["question"]]);
  assertEquals(next.runtime.counts.duplicates, 1);
});

Deno.test("Runtime loses a remote message at a full mailbox and counts it", async () => {
  const library = testLibrary({
    actors: {
      a: { react: () => [1, 2, 3].map((number) => sendTo(B, `${number}`, "remote")) },
      b: { mailboxCapacity: 2 },
    },
  });
  void library.runtime.request(A, "go", command("go"));
  await library.quiet();
  assertEquals(library.log(B), ["1", "2"]);
  assertEquals(library.runtime.counts.lost, 1);
  await library.runtime.close();
});

Deno.test("Runtime hands messages for actors elsewhere to its listeners", async () => {
  const library = testLibrary({
    actors: { a: { react: ({ text }) => text === "go" ? [sendTo(B, "out", "durable")] : [] } },
  });
  void library.runtime.request(A, "go", command("go"));
  await library.quiet();
  const bodies = (outputs: typeof library.outputs) =>
    outputs.map((output) => output.kind === "message" && output.envelope.body);
  assertEquals(bodies(library.outputs), ["out"]);
  const next = library.crash();
  assertEquals(bodies(next.outputs), ["out"]);
  const [output] = next.outputs;
  if (output?.kind === "message") output.received();
  assertEquals(bodies(next.crash().outputs), []);
});

Deno.test("Runtime ends when an effect breaks the protocol", async () => {
  const cases = [
    [{ react: () => [sendTo(C, "x")] }, /"c" does not run here and cannot be reached/],
    [
      { durability: "volatile" as const, react: () => [sendTo(B, "x", "durable")] },
      /"a" has no journal and cannot send on a durable channel/,
    ],
  ] as const;
  for (const [behaviour, message] of cases) {
    const { runtime } = testLibrary({ actors: { a: behaviour, b: {} } });
    const command1 = runtime.request(A, "go", command("go"));
    // deno-lint-ignore no-await-in-loop -- one library after the other
    const reason = await runtime.stopped;
    assertMatch(reason.kind === "failed" ? reason.error.message : "", message);
    // deno-lint-ignore no-await-in-loop -- one library after the other
    assertEquals(await command1, { kind: "closed" });
  }
});

Deno.test("Runtime tells a listener's error to the others and goes on", async () => {
  const library = testLibrary({
    actors: {
      a: {
        react: ({ reply }) => [
          { kind: "note", level: "info", code: "SEEN", detail: "something" },
          reply("done"),
        ],
      },
    },
  });
  library.runtime.subscribe(() => {
    throw new Error("A listener without manners");
  });
  const stop = library.runtime.subscribe(() => {});
  stop();
  await library.runtime.request(A, "x", command("x"));
  await library.runtime.request(A, "y", command("y"));
  const codes = library.outputs.map((output) => output.kind === "note" && output.note.code);
  assertEquals(codes, ["SEEN", "LISTENER_FAILED", "SEEN"]);
  await library.runtime.close();
});

Deno.test("Runtime gives a volatile actor's effects names that never come again", async () => {
  const options = {
    actors: {
      a: {
        durability: "volatile" as const,
        react: () => [computation("job"), sendTo(B, "again", "remote")],
      },
      b: {},
    },
  };
  const first = testLibrary(options);
  void first.runtime.request(A, "go", command("go"));
  await first.quiet();
  const second = first.crash();
  void second.runtime.request(A, "go", command("go"));
  await second.quiet();
  assertEquals([...first.ports.begun, ...second.ports.begun], ["a/1/1/0", "a/2/1/0"]);
  // Were the names the same, the second would count as applied already.
  assertEquals(second.log(B), ["again", "again"]);
});
