import { assert, assertEquals } from "@std/assert";
import type { ActorId, EffectOf } from "@scenekeep/engine/core";
import {
  command,
  diary,
  note,
  type Scripted,
  scripted,
  scriptedWorld,
  send,
  textOf,
} from "./_scripted_world.ts";
import type { FaultId } from "./faults/fault.ts";

const WORDS = Array.from({ length: 40 }, (_, index) => `word${index}`);
const HALF = { rate: { numerator: 1, denominator: 2 } };
const ALWAYS = { rate: { numerator: 1, denominator: 1 } };

Deno.test("a local channel keeps the order of each sender, and loses nothing", () => {
  const world = chatter("local", { mailboxCapacity: 1_000 });
  assertEquals(world.run().verdict.kind, "clean");
  assertEquals(heardFrom(world, "ann"), WORDS);
  assertEquals(heardFrom(world, "ben"), WORDS);
});

Deno.test("a full mailbox holds local senders back, in order and without loss", () => {
  const world = chatter("local", { mailboxCapacity: 2 });
  const { verdict, counts } = world.run();
  assertEquals(verdict.kind, "clean");
  assert(counts.mailboxesFull > 0);
  assertEquals(heardFrom(world, "ann"), WORDS);
  assertEquals(heardFrom(world, "ben"), WORDS);
});

Deno.test("actors that hold each other back in a circle go on", () => {
  const world = scriptedWorld();
  const names = ["ann", "ben", "eve"];
  for (const [index, name] of names.entries()) {
    const next = names[(index + 1) % 3]!;
    const restored = () => WORDS.map((word) => send("local", next, word));
    const receive = (incoming: Parameters<typeof textOf>[0]) => {
      const text = textOf(incoming);
      return [note(text), ...text.includes("!") ? [] : [send("local", next, `${text}!`)]];
    };
    const script = { mailboxCapacity: 1, restored, receive };
    world.addActor(scripted(script), { id: name as ActorId, process: "one" });
  }
  assertEquals(world.run().verdict, { kind: "clean" });
  const heard = [...WORDS, ...WORDS.map((word) => `${word}!`)];
  for (const name of names) assertEquals(diary(world, name).toSorted(), heard.toSorted());
});

Deno.test("what is not done within the budget is named", () => {
  const world = scriptedWorld({ operations: [command(0, "ben", "hello")], budgetMs: 60_000 });
  world.addActor(scripted({ receive: () => [] }), { id: "ben" as ActorId, process: "one" });
  const { verdict } = world.run();
  assert(verdict.kind === "noProgress");
  assert(verdict.outstanding.some((work) => work.includes(`waits for an answer to "hello"`)));
});

Deno.test("a local channel does not leave its process", () => {
  const world = scriptedWorld();
  const restored = () => [send("local", "ben", "hello")];
  world.addActor(scripted({ restored }), { id: "ann" as ActorId, process: "one" });
  world.addActor(scripted({}), { id: "ben" as ActorId, process: "two" });
  const { verdict } = world.run();
  assert(verdict.kind === "crash" && verdict.code === "LOCAL_ACROSS_PROCESSES");
});

Deno.test("a durable channel delivers everything once, whatever happens to it", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const settings: Record<FaultId, { rate: { numerator: number; denominator: number } }> = {
      messageDrop: HALF,
      messageDuplicate: HALF,
      messageDelay: HALF,
      messageReorder: HALF,
      actorCrashBeforeCommit: { rate: { numerator: 1, denominator: 20 } },
      actorCrashBeforeEffect: { rate: { numerator: 1, denominator: 20 } },
      processCrashBeforeEffect: { rate: { numerator: 1, denominator: 40 } },
      journalIoError: { rate: { numerator: 1, denominator: 10 } },
    };
    const plan = { seed, profile: "default", settings, enabled: Object.keys(settings) } as const;
    const world = chatter("durable", { mailboxCapacity: 3 }, plan);
    assertEquals(world.run().verdict, { kind: "clean" }, `seed ${seed}`);
    assertEquals(heardFrom(world, "ann").toSorted(), WORDS.toSorted());
    assertEquals(heardFrom(world, "ben").toSorted(), WORDS.toSorted());
    assertEquals(world.durableInFlight("ann" as ActorId), 0);
  }
});

Deno.test("a durable answer that is lost is given again, until the asker has it", () => {
  const world = scriptedWorld({
    plan: { profile: "default", settings: { messageDrop: HALF }, enabled: ["messageDrop"] },
  });
  const restored = () => WORDS.map((word) => send("durable", "ben", word));
  const receive = (incoming: Parameters<typeof textOf>[0]) => [note(textOf(incoming))];
  world.addActor(scripted({ restored, receive }), { id: "ann" as ActorId, process: "one" });
  world.addActor(scripted({ receive: echo("durable") }), { id: "ben" as ActorId, process: "two" });
  const { verdict, faults } = world.run();
  assertEquals(verdict, { kind: "clean" });
  assert(faults["messageDrop"]!.delivered > 20);
  assertEquals(diary(world, "ann").toSorted(), WORDS.map((word) => `${word}!`).toSorted());
});

Deno.test("a remote channel loses what a full mailbox has no room for", () => {
  const slow = { fault: "slowActor", entity: "eve/1/1", occurrence: 0, value: 500 };
  const world = chatter("remote", { mailboxCapacity: 3 }, { perturbations: [slow] });
  const { counts } = world.run();
  assertEquals(counts.messagesLost, 80 - diary(world, "eve").length);
  assert(counts.messagesLost > 0);
});

Deno.test("a client asks until it is answered, and acts are done once", () => {
  const operations = WORDS.map((word, index) => command(index * 10, "ben", word));
  const world = scriptedWorld({
    operations,
    plan: {
      profile: "default",
      settings: { messageDrop: HALF, messageDuplicate: HALF },
      enabled: ["messageDrop", "messageDuplicate"],
    },
  });
  world.addActor(scripted({ receive: echo("remote") }), { id: "ben" as ActorId, process: "one" });
  const { verdict, faults } = world.run();
  assertEquals(verdict, { kind: "clean" });
  assert(WORDS.every((word) => world.isAnswered(word)));
  assertEquals(diary(world, "ben").toSorted(), WORDS.toSorted());
  assert(faults["messageDrop"]!.noticed > 0 && faults["messageDuplicate"]!.noticed > 0);
});

Deno.test("a client gives up after so many attempts, and says so", () => {
  const seen: string[] = [];
  const world = scriptedWorld({
    operations: [command(0, "ben", "hello")],
    timing: { clientAttemptsMax: 3 },
    plan: { profile: "default", settings: { messageDrop: ALWAYS }, enabled: ["messageDrop"] },
    drive: (observation) => {
      if (observation.kind === "givenUp") seen.push(observation.request);
    },
  });
  world.addActor(scripted({}), { id: "ben" as ActorId, process: "one" });
  assertEquals(world.run().verdict, { kind: "clean" });
  assertEquals([seen, world.isAnswered("hello")], [["hello"], false]);
});

Deno.test("a message that a receiver changes is caught", () => {
  type Body = { words: string[] };
  const world = scriptedWorld();
  const body = { words: ["hello"] } as unknown as string;
  const restored = () => [send("local", "ben", body)];
  const receive = (incoming: Parameters<typeof textOf>[0]): EffectOf<Scripted>[] => {
    if (incoming.kind === "message") (incoming.envelope.body as unknown as Body).words.push("!");
    return [];
  };
  world.addActor(scripted({ restored }), { id: "ann" as ActorId, process: "one" });
  world.addActor(scripted({ receive }), { id: "ben" as ActorId, process: "one" });
  const { verdict } = world.run();
  assert(verdict.kind === "crash" && verdict.code === "TypeError", verdict.kind);
  assertEquals(verdict.where, "ben/1/1");
});

/** Ann and Ben, each in turn, say every word to Eve, who writes down who said what. */
function chatter(
  channel: "local" | "durable" | "remote",
  eve: { mailboxCapacity: number },
  plan: NonNullable<Parameters<typeof scriptedWorld>[0]>["plan"] = {},
) {
  const world = scriptedWorld({ plan });
  const process = channel === "local" ? "one" : "two";
  const receive = (incoming: Parameters<typeof textOf>[0]) => [note(textOf(incoming))];
  world.addActor(scripted({ ...eve, receive }), { id: "eve" as ActorId, process: "one" });
  for (const name of ["ann", "ben"]) {
    const say = () => WORDS.map((word) => send(channel, "eve", `${name} ${word}`));
    const restored = (_context: unknown, state: { entries: string[] }) =>
      state.entries.length === 0 ? [note("said"), ...say()] : [];
    world.addActor(scripted({ restored }), { id: name as ActorId, process });
  }
  return world;
}

function heardFrom(world: ReturnType<typeof scriptedWorld>, name: string): string[] {
  return diary(world, "eve").filter((entry) => entry.startsWith(`${name} `))
    .map((entry) => entry.slice(name.length + 1));
}

function echo(channel: "remote" | "durable") {
  return (incoming: Parameters<typeof textOf>[0]): EffectOf<Scripted>[] => {
    if (incoming.kind !== "message") return [];
    const { id, from, body } = incoming.envelope;
    return [note(body), { kind: "reply", inReplyTo: id, to: from, channel, body: `${body}!` }];
  };
}
